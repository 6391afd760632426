#!/usr/bin/env python3
"""Counts the pairs of characters of the project's own chat and prints the everyday ones, for src/text/everyday.tsv.

    benches/everyday.py > src/text/everyday.tsv

What is looked for first of a pattern is what these pairs make likely to be rare. They never change what is found.
"""

import collections
import itertools
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A pair that occurs less often in a hundred thousand is rare.
LEAST = 12


def texts(value):
    """The messages of a line, whatever its form."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("text", "say") and isinstance(inner, str):
                yield inner
            elif key not in ("expect", "note"):
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def main():
    files = [*ROOT.glob("fixtures/day-*.jsonl"), *ROOT.glob("dictionaries/*/examples.jsonl"), *ROOT.glob("tests/*/*.jsonl")]
    pairs = collections.Counter()
    for file in sorted(files):
        for line in file.read_text(encoding="utf-8").split("\n"):
            if not line.startswith("{"):
                continue
            for text in texts(json.loads(line)):
                pairs.update(pair for pair in itertools.pairwise(text) if all("\u4e00" <= c <= "\u9fff" for c in pair))
    total = sum(pairs.values())
    print("# Pairs of characters and how often they occur in a hundred thousand, in the project's own chat. Made by")
    print("# benches/everyday.py.")
    print("pair\tcount")
    for pair, count in sorted(pairs.items(), key=lambda entry: (-entry[1], entry[0])):
        share = count * 100_000 // total
        if share < LEAST:
            break
        print(f"{''.join(pair)}\t{share}")


if __name__ == "__main__":
    main()
