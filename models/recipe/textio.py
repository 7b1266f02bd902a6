"""Reads the source data sets and writes JSON lines: nothing here decides what the model learns."""

import csv
import gzip
import json
import re
from pathlib import Path


def paradetox(path):
    """Yields (toxic, [neutral, ...]) of a ParaDetox file: tab separated, no quoting, empty references dropped."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        cells = [" ".join(cell.split()) for cell in line.split("\t")]
        references = [cell for cell in cells[1:4] if cell]
        if cells[0] and references:
            yield cells[0], references


def cannot_rewrite(path):
    """Yields (comment, reason) of what ParaDetox's annotators would not rewrite; quoted tab separated columns."""
    with open(path, newline="", encoding="utf-8") as rows:
        for row in list(csv.reader(rows, delimiter="\t"))[1:]:
            text = " ".join(row[1].strip().strip('"').split())
            if text:
                yield text, row[2]


def hh_dialogues(path):
    """Yields (first question, [turn, ...]) of an HH-RLHF file; chosen and rejected share a question."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            turns = []
            for side in ("chosen", "rejected"):
                turns += [turn.strip() for turn in re.split(r"\n\n(?:Human|Assistant):", row[side]) if turn.strip()]
            if turns:
                yield turns[0], turns


def truthfulqa(table, answers):
    """Yields (question, text) of TruthfulQA's table and of its judge's training file."""
    with open(table, newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            question = row["Question"].strip()
            yield question, question
            for column in ("Best Answer", "Correct Answers", "Incorrect Answers"):
                for answer in row[column].split(";"):
                    yield question, answer.strip()
    with gzip.open(answers, "rt", encoding="utf-8") as lines:
        for line in lines:
            match = re.match(r"Q: (.*)\nA: (.*)\nTrue:", json.loads(line)["prompt"], re.S)
            if match:
                yield match.group(1).strip(), match.group(2).strip()


def write_rows(path, rows):
    """Writes one JSON value a line."""
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_rows(path):
    """Reads what write_rows wrote."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_value(path):
    """Reads one JSON value."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
