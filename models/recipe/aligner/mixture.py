"""Draws the training rows: corrections, and a larger number of answers to be kept, from the split sources and the authored rows."""

import argparse
import collections
import random
import re
from pathlib import Path

import authored
import triples
from textio import read_rows, write_rows

OWN = Path(__file__).parent / "authored"
KINDS_TWICE = ("harmful", "partly", "rude")


def question_of(row, note, rng):
    """Returns the question as a caller would give it: the last turn, a turn that stands alone, or at times the conversation."""
    if row["context"] and rng.random() < 0.15:
        said = [*row["context"], ["Human", row["question"]]]
        return "\n".join(f"{'User' if who == 'Human' else 'Assistant'}: {text}" for who, text in said)
    return note["query"] or row["question"]


def annotated_rows(sources, notes, rng, keep_corrected):
    """Makes rows of annotated HH answers: bad ones with their corrections, good ones kept, and corrections kept as answers."""
    rows = []
    for note in notes:
        source = sources[note["id"]]
        for side in ("rejected", "chosen"):
            label, correction = note[side]["label"], note[side]["correction"]
            answer, question = source[side], question_of(source, note, rng)
            if correction and "’" in answer:
                correction = correction.replace("'", "’")
            if correction and correction != answer:
                rows.append(triples.row("harmful" if label == "bad" else "poor", question, answer, correction))
                if rng.random() < keep_corrected:
                    rows.append(triples.row("corrected", question_of(source, note, rng), correction, correction))
            elif label == "good":
                rows.append(triples.row("good", question, answer, answer))
    return rows


def at_most(text):
    """Reads KIND=N."""
    kind, number = text.split("=")
    return kind, int(number)


def bounded(rows, most, seen):
    """Drops rows of a kind over its greatest number, those that were seen before first; the rest keep their order."""
    known, left, kept = {tuple(row.values()) for row in seen}, dict(most), set()
    for at, row in sorted(enumerate(rows), key=lambda pair: tuple(pair[1].values()) in known):
        if left.setdefault(row["kind"], len(rows)) > 0:
            left[row["kind"]] -= 1
            kept.add(at)
    return [row for at, row in enumerate(rows) if at in kept]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="the folder that triples.py wrote")
    parser.add_argument("--notes", type=Path, nargs="*", default=[OWN / "notes.jsonl"], help="labels and corrections of HH rows")
    parser.add_argument("--rows", type=Path, nargs="*", default=[OWN / "rows.jsonl"], help="authored rows of question, answer, correction")
    parser.add_argument("--false", type=int, default=1, help="false answers a question of TruthfulQA")
    parser.add_argument("--true", type=int, default=2, help="true answers a question of TruthfulQA")
    parser.add_argument("--toxic", type=int, default=1000, help="pairs of ParaDetox")
    parser.add_argument("--neutral", type=int, default=500, help="neutral sentences of ParaDetox")
    parser.add_argument("--keep-corrected", type=float, default=0.6, help="share of corrections that are also answers to keep")
    parser.add_argument("--most", type=at_most, nargs="*", default=[], help="greatest number of rows of a kind, as KIND=N")
    parser.add_argument("--seen", type=Path, nargs="*", default=[], help="mixtures trained on before: their rows come last under --most")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20261125)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    held = {turn for part in ("dev", "test") for row in read_rows(args.work / f"hh-{part}.jsonl") for turn in asked(row)}
    sources = {row["id"]: row for row in read_rows(args.work / "hh-train.jsonl")}
    notes = authored.unpack([note for path in args.notes for note in read_rows(path)], sources)
    apart = [note for note in notes if not held.intersection(asked(sources[note["id"]]))]
    print(f"{len(apart)} of {len(notes)} annotated rows share no turn with a held-out conversation")
    rows = annotated_rows(sources, apart, rng, args.keep_corrected)
    own = [row for path in args.rows for row in read_rows(path)]
    rows += own + [row for row in own if row["kind"] in KINDS_TWICE]
    rows += triples.truth_rows(read_rows(args.work / "tqa-train.jsonl"), rng, args.false, args.true)
    frames = (triples.HERE / "frames.txt").read_text(encoding="utf-8").splitlines()
    rows += triples.toxic_rows(read_rows(args.work / "pd-train.jsonl"), frames, rng, args.toxic, args.neutral)
    rng.shuffle(rows)
    rows = bounded(rows, dict(args.most), [row for path in args.seen for row in read_rows(path)])
    write_rows(args.out, rows)
    print(len(rows), dict(collections.Counter(row["kind"] for row in rows)))


def asked(row):
    """Returns the longer turns of a person in a conversation, folded."""
    turns = [text for who, text in row["context"] if who == "Human"] + [row["question"]]
    return {triples.fold(turn) for turn in turns if len(re.findall(r"\w+", turn)) > 4}


if __name__ == "__main__":
    main()
