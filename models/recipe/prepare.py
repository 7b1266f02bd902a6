"""Splits the sources into train, dev and test, and computes the lexicon of toxic terms from the train split alone."""

import argparse
import collections
import hashlib
import json
import random
from pathlib import Path

import textio
import words
from sentences import clean_sentences

WIDE_RULE = {"min_count": 2, "min_removed": 0.9, "min_ratio": 4.0, "min_chat_ratio": 2.0}
LEXICON_RULE = {"min_count": 4, "min_removed": 0.8, "min_ratio": 5.0, "min_chat_ratio": 5.0}

NOT_TOXIC = '{"not_toxic":true}'


def fold(text):
    """Returns the text as it counts for 'the same text'."""
    return " ".join(words.keys(text))


def components(rows):
    """Groups row numbers that share any text, toxic or neutral, by union and find."""
    parent = list(range(len(rows)))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    seen = {}
    for i, (toxic, references) in enumerate(rows):
        for text in [toxic, *references]:
            parent[root(i)] = root(seen.setdefault(fold(text), i))
    groups = collections.defaultdict(list)
    for i in range(len(rows)):
        groups[root(i)].append(i)
    return [groups[k] for k in sorted(groups)]


def split_pairs(rows, seed, sizes):
    """Deals whole components into test and dev until each has its size; the rest is train."""
    groups = components(rows)
    random.Random(seed).shuffle(groups)
    parts = {"test": [], "dev": [], "train": []}
    for group in groups:
        name = next((n for n in ("test", "dev") if len(parts[n]) + len(group) <= sizes[n]), "train")
        parts[name] += [rows[i] for i in group]
    return parts


def part_of(question, seed):
    """Assigns a question to a split by a hash: 5 % test, 5 % dev."""
    digest = hashlib.sha256(f"{seed}:{fold(question)}".encode()).digest()
    return {0: "test", 1: "dev"}.get(int.from_bytes(digest[:4], "big") % 20, "train")


def lexicon(rows, comments, background, rule):
    """Returns {word: count}: frequent in toxic text, removed by the references, rare in neutral and in chat text."""
    toxic, removed, neutral = collections.Counter(), collections.Counter(), collections.Counter()
    for source, references in rows:
        present = set(words.keys(source))
        kept = [set(words.keys(reference)) for reference in references]
        toxic.update(present)
        for reference in kept:
            neutral.update({word: 1 / len(kept) for word in reference})
            removed.update({word: 1 / len(kept) for word in present - reference})
    seen = toxic + collections.Counter(word for text in comments for word in set(words.keys(text)))
    chat = collections.Counter(word for text in background for word in set(words.keys(text)))
    return {
        word: count for word, count in sorted(toxic.items())
        if count >= rule["min_count"] and len(word) > 2 and any(c.isalpha() for c in word)
        and removed[word] / count >= rule["min_removed"] and count / (neutral[word] + 0.5) >= rule["min_ratio"]
        and seen[word] / (chat[word] + 1) >= rule["min_chat_ratio"]
    }


def dialogue_pools(args):
    """Returns {source: {split: clean sentences}} of HH and TruthfulQA, split by question."""
    pools = {name: {"train": {}, "dev": {}, "test": {}} for name in ("hh", "truthfulqa")}
    for question, turns in textio.hh_dialogues(args.hh):
        part = pools["hh"][part_of(question, args.seed)]
        part.update(dict.fromkeys(s for turn in turns for s in clean_sentences(turn)))
    for question, text in textio.truthfulqa(args.truthfulqa, args.truthfulqa_answers):
        part = pools["truthfulqa"][part_of(question, args.seed)]
        part.update(dict.fromkeys(clean_sentences(text)))
    return pools


def without(pool, terms, held_back):
    """Drops the sentences that hold a term, or that are texts of another split."""
    return [s for s in pool if not terms.intersection(words.keys(s)) and fold(s) not in held_back]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paradetox", required=True, help="ParaDetox pairs, tab separated (CC0 1.0)")
    parser.add_argument("--cannot-rewrite", required=True, help="ParaDetox's comments nobody would rewrite (CC0 1.0)")
    parser.add_argument("--hh", required=True, help="HH-RLHF harmless-base, JSON lines, gzip (MIT)")
    parser.add_argument("--truthfulqa", required=True, help="TruthfulQA's table (Apache-2.0)")
    parser.add_argument("--truthfulqa-answers", required=True, help="TruthfulQA's judge training file, gzip (Apache-2.0)")
    parser.add_argument("--work", required=True, help="folder to write to; never inside the repository")
    parser.add_argument("--seed", type=int, default=20240204)
    args = parser.parse_args()
    work = Path(args.work)
    work.mkdir(parents=True, exist_ok=True)

    parts = split_pairs(list(textio.paradetox(args.paradetox)), args.seed, {"test": 600, "dev": 400})
    comments = list(textio.cannot_rewrite(args.cannot_rewrite))
    pools = dialogue_pools(args)
    background = [s for pool in pools.values() for s in pool["train"]]
    terms = lexicon(parts["train"], [text for text, _ in comments], background, LEXICON_RULE)
    wide = lexicon(parts["train"], [text for text, _ in comments], background, WIDE_RULE)
    (work / "lexicon.json").write_text(json.dumps(terms, ensure_ascii=False, indent=0))
    (work / "lexicon-wide.json").write_text(json.dumps({**wide, **terms}, ensure_ascii=False, indent=0))
    for name, rows in parts.items():
        textio.write_rows(work / f"pairs-{name}.jsonl", [{"toxic": t, "neutral": n} for t, n in rows])
    held = {fold(text) for name in ("test", "dev") for t, n in parts[name] for text in [t, *n]}
    comments = [(text, reason) for text, reason in comments if fold(text) not in held]
    textio.write_rows(work / "comments-train.jsonl", [text for text, _ in comments])
    plain = [text for text, reason in comments if reason == NOT_TOXIC]
    textio.write_rows(work / "plain-train.jsonl", without(plain, set(terms), held))
    seen = set(held)
    for split in ("test", "dev", "train"):
        for name, pool in pools.items():
            clean = without(pool[split], set(terms), seen)
            textio.write_rows(work / f"{name}-{split}.jsonl", clean)
            print(name, split, len(clean))
        if split != "train":
            seen |= {fold(s) for pool in pools.values() for s in pool[split]}
    print({name: len(rows) for name, rows in parts.items()}, "lexicon", len(terms), len(wide), "comments", len(comments))


if __name__ == "__main__":
    main()
