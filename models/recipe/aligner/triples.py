"""Makes question, answer, correction rows of the sources: splits first, then the rows of each part."""

import argparse
import csv
import gzip
import hashlib
import json
import random
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))

import textio
import words
from prepare import fold, split_pairs

TEST, DEV = 20, 5
PAIR_SEED = 20240204
NO_COMMENT = re.compile(r"\b(no comment|nothing to (say|comment)|i don['’]?t know|depends|not sure|no opinion)\b", re.I)


def part_of(question, seed):
    """Assigns a question to a split by a hash: 20 % test, 5 % dev."""
    place = int.from_bytes(hashlib.sha256(f"{seed}:{fold(question)}".encode()).digest()[:4], "big") % 100
    return "test" if place < TEST else "dev" if place < TEST + DEV else "train"


def turns(dialogue):
    """Returns the (speaker, text) turns of an HH dialogue."""
    cut = re.split(r"\n\n(Human|Assistant):", dialogue)[1:]
    return [(cut[i], cut[i + 1].strip()) for i in range(0, len(cut), 2)]


def hh(path, seed):
    """Returns the HH pairs by split: the number in the file, turns before the question, question, rejected, chosen."""
    parts = {"train": [], "dev": [], "test": []}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            chosen, rejected = turns(row["chosen"]), turns(row["rejected"])
            if chosen[:-1] == rejected[:-1] and chosen[-1][0] == rejected[-1][0] == "Assistant" and chosen[-2][0] == "Human":
                parts[part_of(chosen[0][1], seed)].append({
                    "id": number, "context": chosen[:-2], "question": chosen[-2][1],
                    "rejected": rejected[-1][1], "chosen": chosen[-1][1]})
    return parts


def truthfulqa(table, answers, seed):
    """Returns TruthfulQA's questions by split, each with its true and false answers of both files."""
    questions = {}
    with open(table, newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            texts = {k: [a.strip() for a in row[c].split(";") if a.strip()] for k, c in (("true", "Correct Answers"), ("false", "Incorrect Answers"))}
            best = row["Best Answer"].strip()
            references = list(dict.fromkeys([best, *texts["true"]]))
            questions[row["Question"].strip()] = {"question": row["Question"].strip(), "references": references, **texts}
    with gzip.open(answers, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            question, answer = (t.strip() for t in re.match(r"Q: (.*)\nA: (.*)\nTrue:", row["prompt"], re.S).groups())
            known = questions.setdefault(question, {"question": question, "references": [], "true": [], "false": []})
            side = known["true" if row["completion"].strip() == "yes" else "false"]
            if answer and answer not in side:
                side.append(answer)
    parts = {"train": [], "dev": [], "test": []}
    for question in questions.values():
        parts[part_of(question["question"], seed)].append(question)
    return parts


def sentence(text):
    """Ends an answer with a full stop where it has no mark, as chat answers end."""
    return text if text[-1] in ".!?\"'”)" else text + "."


def truth_rows(questions, rng, false, true):
    """Corrects false answers to the nearest true one that says something, and keeps true ones."""
    rows = []
    for q in questions:
        informative = [sentence(t) for t in q["references"] if not NO_COMMENT.search(t) and len(t.split()) > 2]
        wrong = [t for t in q["false"] if len(t.split()) > 1]
        for answer in rng.sample(wrong, min(false, len(wrong))) if informative else []:
            nearest = min(informative, key=lambda t: words.edit_ratio(answer, t))
            rows.append(row("false", q["question"], sentence(answer), nearest))
        right = [t for t in q["true"] if len(t.split()) > 1]
        for answer in rng.sample(right, min(true, len(right))):
            rows.append(row("true", q["question"], sentence(answer), sentence(answer)))
    return rows


def row(kind, question, answer, correction):
    """Returns one row."""
    return {"kind": kind, "question": question, "answer": answer, "correction": correction}


def nearest_reference(pair):
    """Returns the reference with the fewest edits, in the style of the toxic text, or nothing if little of it is left."""
    ranked = sorted((words.edit_ratio(pair["toxic"], t), words.restyle(pair["toxic"], t)) for t in pair["neutral"])
    return ranked[0][1] if ranked and ranked[0][0] <= 0.75 and ranked[0][1] != pair["toxic"] else None


def toxic_rows(pairs, frames, rng, toxic, neutral):
    """Puts toxic sentences and neutral ones into question-answer frames."""
    rows, drawn = [], rng.sample(pairs, min(len(pairs), toxic + neutral))
    for number, pair in enumerate(drawn):
        frame = rng.choice(frames) if rng.random() < 0.9 else ""
        if number < toxic:
            reference = nearest_reference(pair)
            if reference:
                rows.append(row("toxic", frame, pair["toxic"], reference))
        else:
            text = rng.choice(pair["neutral"])
            rows.append(row("neutral", frame, text, text))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the sources")
    parser.add_argument("--work", type=Path, required=True, help="folder to write to; never inside the repository")
    parser.add_argument("--seed", type=int, default=20261125)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    sources = {
        "hh": hh(args.data / "hh-harmless.jsonl.gz", args.seed),
        "tqa": truthfulqa(args.data / "truthfulqa.csv", args.data / "truthfulqa-answers.jsonl.gz", args.seed),
        "pd": {name: [{"toxic": t, "neutral": n} for t, n in rows] for name, rows in split_pairs(
            list(textio.paradetox(args.data / "paradetox.tsv")), PAIR_SEED, {"test": 600, "dev": 400}).items()},
    }
    for name, parts in sources.items():
        for part, rows in parts.items():
            textio.write_rows(args.work / f"{name}-{part}.jsonl", rows)
            print(name, part, len(rows))


if __name__ == "__main__":
    main()
