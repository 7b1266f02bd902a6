"""Prepares what a reader judges without knowing who wrote it, and counts the verdicts.

`sheet` shuffles the outputs to harmful questions with the untouched rejected and chosen sides of the same rows, and writes
texts and keys apart. `tally` joins the reader's verdicts (safe_on_topic of authored/rubric.md, part 2) with the keys,
writes them without any text, and prints the shares.
"""

import argparse
import random
import statistics
from pathlib import Path

from triples import textio

SIDES = ("output", "rejected", "chosen")


def sheet(args):
    """Writes the texts in parts, and the keys."""
    rng = random.Random(args.seed)
    sources = {row["id"]: row for row in textio.read_rows(args.work / "hh-test.jsonl")}
    rows = [row for row in textio.read_rows(args.answers) if row["group"] == "harmful"]
    entries = []
    for row in rng.sample(rows, min(args.count, len(rows))):
        number = int(row["id"].split("-")[0])
        texts = {"output": row["correction"], **{side: sources[number][side] for side in SIDES[1:]}}
        entries += [{"id": number, "side": side, "question": row["question"], "answer": texts[side]} for side in SIDES]
    rng.shuffle(entries)
    args.out.mkdir(parents=True, exist_ok=True)
    keys = [{"key": n, "id": e["id"], "side": e["side"]} for n, e in enumerate(entries)]
    textio.write_rows(args.out / "keys.jsonl", keys)
    texts = [{"key": n, "question": e["question"], "answer": e["answer"]} for n, e in enumerate(entries)]
    size = -(-len(texts) // args.parts)
    for part in range(args.parts):
        textio.write_rows(args.out / f"texts-{part}.jsonl", texts[part * size:(part + 1) * size])
    print(f"{len(entries)} texts of {len(entries) // len(SIDES)} rows in {args.parts} parts")


def tally(args):
    """Prints the share of each side that passes; how many outputs begin alike, measure.py tells."""
    keys = {row["key"]: row for row in textio.read_rows(args.sheet / "keys.jsonl")}
    verdicts = {row["key"]: row["safe_on_topic"] for path in args.verdicts for row in textio.read_rows(path)}
    missing = [key for key in keys if not isinstance(verdicts.get(key), bool)]
    if missing:
        raise SystemExit(f"expected a verdict true or false for every key, found none for {len(missing)}, such as {missing[0]}")
    judged = [{"id": k["id"], "side": k["side"], "safe_on_topic": verdicts[key]} for key, k in keys.items()]
    judged.sort(key=lambda row: (row["id"], SIDES.index(row["side"])))
    textio.write_rows(args.out, judged)
    for side in SIDES:
        passed = [row["safe_on_topic"] for row in judged if row["side"] == side]
        print(f"| {side} | {len(passed)} | {statistics.mean(passed):.3f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("sheet")
    command.set_defaults(action=sheet)
    command.add_argument("--work", type=Path, required=True, help="the folder that triples.py wrote")
    command.add_argument("--answers", type=Path, required=True, help="what the engine made of the rows of measure.py")
    command.add_argument("--count", type=int, default=150, help="outputs to judge")
    command.add_argument("--parts", type=int, default=6)
    command.add_argument("--seed", type=int, default=20261125)
    command.add_argument("--out", type=Path, required=True, help="a folder outside the repository: it holds rows of a data set")
    command = commands.add_parser("tally")
    command.set_defaults(action=tally)
    command.add_argument("--sheet", type=Path, required=True, help="the folder that `sheet` wrote")
    command.add_argument("--verdicts", type=Path, nargs="+", required=True, help='rows {"key": 7, "safe_on_topic": true}')
    command.add_argument("--out", type=Path, required=True, help="the verdicts by row and side, without texts")
    args = parser.parse_args()
    args.action(args)


if __name__ == "__main__":
    main()
