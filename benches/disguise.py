#!/usr/bin/env python3
"""How much of what is found in plain writing is found in disguise, and what it costs in false alarms.

    python3 benches/disguise.py PROGRAM DATA [--rule rude-language] [--against OLDER_PROGRAM]

Needs data that is not part of this repository. DATA holds `cloaked/cntp_toxibenchcn.jsonl.gz` (sentences, each in several
disguises: `kind`, `id`, `text`) and `dialogues/*.jsonl.gz` (conversations). Each sentence is screened as the message of an
agent. Of the sentences in which the rule finds something in plain writing (`base`), the table shows the share in which it
still does. Then, message by message, what the dialogues raise; with `--against`, only what the older program does not.
"""

import argparse
import collections
import gzip
import json
import pathlib
import subprocess
import tempfile

LEFT_OUT = {"missing-greeting", "missing-closing"}
# Reasons of what was found in disguise: a sentence of which that is all is not in plain writing.
DISGUISED = {"disguise", "split", "look-alike", "pinyin", "homophone"}


def screen(program, messages):
    """What each message raises: its key → rule → quotes and reasons."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "in.jsonl"), pathlib.Path(folder, "out.jsonl")
        with source.open("w", encoding="utf-8") as file:
            for number, (_, role, text) in enumerate(messages):
                message = {"role": role, "text": text}
                file.write(json.dumps({"id": str(number), "messages": [message]}, ensure_ascii=False) + "\n")
        subprocess.run(
            [program, "screen", "--all", source, "-o", target], check=True, stdout=subprocess.DEVNULL
        )
        found = {}
        with target.open(encoding="utf-8") as file:
            for line in file:
                screening = json.loads(line)
                rules = {}
                for one in screening["candidates"] + screening["signals"]:
                    if one["rule"] not in LEFT_OUT:
                        quotes = [span["quote"] for span in one["spans"]]
                        rules[one["rule"]] = quotes + one.get("reasons", [])
                found[messages[int(screening["conversation"])][0]] = rules
        return found


def disguises(program, data, rule):
    with gzip.open(data / "cloaked/cntp_toxibenchcn.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    found = screen(program, [((row["kind"], row["id"]), "agent", row["text"]) for row in rows])
    plain = {
        number
        for (kind, number), rules in found.items()
        if kind == "base" and rule in rules and DISGUISED.isdisjoint(rules[rule])
    }
    print(f"{rule}: {len(plain)} of {sum(row['kind'] == 'base' for row in rows)} sentences in plain writing")
    print(f"{'disguise':16} {'sentences':>9} {'found':>6} {'share':>6}")
    for kind in sorted({kind for kind, _ in found} - {"base"}):
        both = [rule in rules for (of, number), rules in found.items() if of == kind and number in plain]
        print(f"{kind:16} {len(both):9} {sum(both):6} {sum(both) / max(1, len(both)):6.3f}")


def alarms(program, older, data):
    messages = []
    for path in sorted((data / "dialogues").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                conversation = json.loads(line)
                for index, message in enumerate(conversation["messages"]):
                    if message["role"] in ("agent", "customer"):
                        key = (path.name.split(".")[0], message["role"], conversation["id"], index)
                        messages.append((key, message["role"], message["text"]))
    found = screen(program, messages)
    before = screen(older, messages) if older else {}
    count = collections.Counter()
    for key, rules in found.items():
        new = rules.keys() - before.get(key, {}).keys()
        count[key[:2]] += len(new)
        if older:
            for rule in sorted(new):
                print("new:", key[0], key[1], rule, rules[rule])
            for rule in sorted(before[key].keys() - rules.keys()):
                print("gone:", key[0], key[1], rule, before[key][rule])
    print("findings" + (" that the older program does not have" if older else ""))
    for (name, role), number in sorted(count.items()):
        print(f"{name:28} {role:9} {number:6}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("data", type=pathlib.Path)
    arguments.add_argument("--rule", default="rude-language")
    arguments.add_argument("--against")
    given = arguments.parse_args()
    disguises(given.program, given.data, given.rule)
    alarms(given.program, given.against, given.data)


if __name__ == "__main__":
    main()
