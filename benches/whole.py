#!/usr/bin/env python3
"""Measures the whole program beside Python's json.loads on the same file, and prints a table of ratios.

    cargo build --release && cargo build --release --example generate
    benches/whole.py --messages 6000000 --work /tmp/whole

Everything is run in turn, several rounds, and the least of each counts: only ratios inside one run mean anything, and a
busy machine can only make a run slower. Processor time is compared for one thread, wall time for two.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PARSE = """
import json, sys
messages = 0
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        messages += len(json.loads(line)["messages"])
print(messages)
"""


class Cost:
    """The least that several runs of one command took."""

    def __init__(self):
        self.wall = self.cpu = float("inf")
        self.peak = 0

    def take(self, command):
        start = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        if status != 0:
            sys.exit(f"failed: {command}")
        self.wall = min(self.wall, wall)
        self.cpu = min(self.cpu, usage.ru_utime + usage.ru_stime)
        self.peak = max(self.peak, usage.ru_maxrss)
        return output


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    parser.add_argument("--zhijian", type=Path, default=target / "zhijian")
    parser.add_argument("--generate", type=Path, default=target / "examples" / "generate")
    parser.add_argument("--messages", type=int, default=6_000_000)
    parser.add_argument("--corpus", type=Path, help="measure on this JSONL file instead of a generated one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, required=True, help="folder for the corpus and the packs; kept")
    options = parser.parse_args()
    work = options.work
    work.mkdir(parents=True, exist_ok=True)

    corpus = options.corpus or work / f"chat-{options.messages}.jsonl"
    if not corpus.exists():
        subprocess.check_call([options.generate, "--messages", str(options.messages), "-o", corpus])
    for terms in (1_000, 10_000):
        subprocess.check_call([options.generate, "--fill-to", str(terms), "--pack", work / str(terms)])

    def screen(path, terms=1_000, threads=1):
        return [options.zhijian, "screen", path, "--threads", threads, "--dictionaries", work / str(terms),
                "--quiet", "-o", "/dev/null"]

    runs = {
        "json.loads": [sys.executable, "-c", PARSE, corpus],
        "1,000 terms": screen(corpus),
        "10,000 terms": screen(corpus, terms=10_000),
        "1,000 terms, 2 threads": screen(corpus, threads=2),
    }
    costs = {name: Cost() for name in runs}
    messages = 0
    for _ in range(options.rounds):
        for name, command in runs.items():
            output = costs[name].take(command)
            if name == "json.loads":
                messages = int(output)
    print(f"{corpus}: {messages:,} messages, {corpus.stat().st_size / 1e6:,.0f} MB; least of {options.rounds} rounds\n")
    print("| run | processor s | wall s | messages/s of wall | peak MB |\n| --- | --- | --- | --- | --- |")
    for name, cost in costs.items():
        print(f"| {name} | {cost.cpu:.2f} | {cost.wall:.2f} | {messages / cost.wall / 1e6:.2f} million | {cost.peak / 1024:.0f} |")
    one, ten, two = costs["1,000 terms"], costs["10,000 terms"], costs["1,000 terms, 2 threads"]
    print(f"\n1,000 terms against json.loads: {costs['json.loads'].cpu / one.cpu:.2f}")
    print(f"10,000 terms against 1,000:      {one.cpu / ten.cpu:.2f}")
    print(f"2 threads against 1 (wall):      {one.wall / two.wall:.2f}")

    print("\n| small things | processor ms | wall ms | peak MB |\n| --- | --- | --- | --- |")
    for name, path in small_files(work, options.generate).items():
        cost = Cost()
        for _ in range(max(options.rounds, 5)):
            cost.take(screen(path))
        print(f"| {name} | {cost.cpu * 1000:.0f} | {cost.wall * 1000:.0f} | {cost.peak / 1024:.0f} |")


def small_files(work, generate):
    """What must start fast, stay linear, or was made to be slow."""
    files = {"start, and one small file": ROOT / "fixtures" / "small.jsonl"}
    for each in (10, 1_000, 100_000):
        path = work / f"each-{each}.jsonl"
        subprocess.check_call([generate, "--messages", "100000", "--each", str(each), "-o", path])
        files[f"100,000 messages, {each:,} a conversation"] = path
    lines = "\n".join(f'{line} {"普通的一句话没有什么特别" * 12} 不是"后台"显示有BUG' for line in range(10_000))
    texts = {
        "a message of 10,000 lines, 5 MB, 20,000 hits": lines,
        "300,000 equal characters": "啊" * 300_000,
        "300,000 equal characters around a term": "后" * 150_000 + "台" + "b" * 150_000,
        "a term 150,000 times": "后台" * 150_000,
    }
    for number, (name, text) in enumerate(texts.items()):
        path = work / f"hostile-{number}.jsonl"
        line = {"id": "1", "messages": [{"role": "customer", "text": "在吗"}, {"role": "agent", "text": text}]}
        path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
        files[name] = path
    return files


if __name__ == "__main__":
    main()
