#!/usr/bin/env python3
"""Prints how rare each character is, for dictionaries/fold/rarity.tsv.

    benches/rarity.py DICT > dictionaries/fold/rarity.tsv

DICT is the dict.txt of jieba (MIT; the crate jieba-rs carries it). Of the shares that a character has, of all words there as a
word of its own and of all characters of the project's own chat, the greater counts. What is written in service chat all
the time (亲, 哦, 单) is rare in newspapers.
"""

import collections
import json
import math
import sys
from pathlib import Path

from everyday import ROOT, texts

# Quarters of a power of ten; what is rarer still, or nowhere, is as rare as this.
RAREST = 31
# Their examples are full of the very words that are disguised.
ABUSIVE = {"service-language", "service-attitude", "customer-signals"}


def own():
    packs = [file for file in ROOT.glob("dictionaries/*/examples.jsonl") if file.parent.name not in ABUSIVE]
    files = [*ROOT.glob("fixtures/day-*.jsonl"), *packs]
    for file in sorted(files):
        for line in file.read_text(encoding="utf-8").split("\n"):
            if line.startswith("{"):
                for text in texts(json.loads(line)):
                    yield from text


def shares(counts):
    total = sum(counts.values())
    return {character: count / total for character, count in counts.items()}


def main():
    words = collections.Counter()
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        word, count = line.split()[:2]
        words[word] += int(count)
    is_han = lambda text: len(text) == 1 and "\u4e00" <= text <= "\u9fff"
    rows = collections.defaultdict(list)
    newspaper, chat = shares(words), shares(collections.Counter(filter(is_han, own())))
    for character in sorted({*filter(is_han, newspaper), *chat}):
        share = max(newspaper.get(character, 0), chat.get(character, 0))
        rarity = min(RAREST, round(-4 * math.log10(share))) if share else RAREST
        if rarity < RAREST:
            rows[rarity].append(character)
    print("# How rare characters are, in quarters of a power of ten: 8 is one in a hundred, 24 one in a million. What is not here is")
    print(f"# {RAREST}. Made by benches/rarity.py. Origin: fxsj/jieba, dict.txt, MIT, see NOTICE; and the project's own chat.")
    print("from\tto")
    for rarity, characters in sorted(rows.items()):
        print(f"{rarity}\t{''.join(characters)}")


if __name__ == "__main__":
    main()
