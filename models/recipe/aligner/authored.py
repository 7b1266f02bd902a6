"""Keeps what was written for the rows of HH-RLHF without the rows: texts that quote a source hold places in it instead.

`notes.jsonl` holds, for a row of the source file, labels of its two answers and corrections. `pack` makes it of plain
annotations, `unpack` the other way round; both need the source, and a digest tells when it is another one.
"""

import argparse
import difflib
import hashlib
import re
from pathlib import Path

import triples
from textio import read_rows, write_rows

LEAST_WORDS = 3
SIDES = ("rejected", "chosen")


def digest(row):
    """Returns what tells a row of another file."""
    return hashlib.sha256(f"{row['question']}\0{row['rejected']}\0{row['chosen']}".encode()).hexdigest()[:12]


def quoted(source, text):
    """Returns the text as parts: own words, and [start, end] where at least three words stand in the source too."""
    a, b = (list(re.finditer(r"\S+\s*", t)) for t in (source, text))
    parts, at = [], 0
    words_a, words_b = ([m.group() for m in found] for found in (a, b))
    for block in difflib.SequenceMatcher(None, words_a, words_b, autojunk=False).get_matching_blocks():
        if block.size >= LEAST_WORDS:
            own = "".join(words_b[at:block.b])
            parts += [own] if own else []
            parts.append([a[block.a].start(), a[block.a + block.size - 1].end()])
            at = block.b + block.size
    own = "".join(words_b[at:])
    return parts + ([own] if own else [])


def written(source, parts):
    """Returns the text again."""
    return "".join(part if isinstance(part, str) else source[part[0]:part[1]] for part in parts)


def conversation(row):
    """Returns all that was said before the answers."""
    return "\n".join([*(text for _, text in row["context"]), row["question"]])


def change(row, note, apply):
    """Returns a note with its texts turned by a function of source and text."""
    turned = lambda source, value: None if value is None else apply(source, value)
    return {"id": row["id"], "source": digest(row), "harmful": note["harmful"],
            "query": turned(conversation(row), note["query"]),
            **{side: {"label": note[side]["label"], "correction": turned(row[side], note[side]["correction"])} for side in SIDES}}


def unpack(notes, sources):
    """Returns the annotations of packed notes with their texts."""
    for note in notes:
        if digest(sources[note["id"]]) != note["source"]:
            raise SystemExit(f"note {note['id']}: expected the row it was written for, found another one: use the file of shared/data")
    return [change(sources[note["id"]], note, written) for note in notes]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="the folder that triples.py wrote")
    parser.add_argument("--annotations", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    sources = {row["id"]: row for part in ("train", "test") for row in read_rows(args.work / f"hh-{part}.jsonl")}
    notes = [note for path in args.annotations for note in read_rows(path)]
    packed = [change(sources[note["id"]], note, quoted) for note in sorted(notes, key=lambda n: n["id"])]
    if [n | {"source": ""} for n in unpack(packed, sources)] != [
            change(sources[n["id"]], n, lambda _, text: text) | {"source": ""} for n in sorted(notes, key=lambda n: n["id"])]:
        raise SystemExit("what was packed does not unpack to itself")
    write_rows(args.out, packed)
    print(len(packed), args.out.stat().st_size)


if __name__ == "__main__":
    main()
