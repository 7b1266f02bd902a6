"""Measures a corrector of any engine: `inputs` writes the questions, the engine answers, `report` prints the figures.

Each input line is {"question": name of its set, "answer": text}; each output line repeats both and adds "correction".
Sets: toxic (ParaDetox as it is), toxic-chat (the same as people type), neutral (ParaDetox's references), chat (clean
sentences of HH and TruthfulQA), mixed (clean sentences with one toxic sentence among them).
"""

import argparse
import collections
import json
import random
from pathlib import Path

import sacrebleu
import style
import textio
import words


def inputs(args):
    """Writes the input lines of one split."""
    data, rng = Path(args.data), random.Random(args.seed)
    pairs = textio.read_rows(data / f"pairs-{args.split}.jsonl")
    clean = [s for name in ("hh", "truthfulqa") for s in textio.read_rows(data / f"{name}-{args.split}.jsonl")]
    sets = {
        "toxic": [row["toxic"] for row in pairs],
        "toxic-chat": [style.chat(row["toxic"]) for row in pairs],
        "neutral": [row["neutral"][0] for row in pairs],
        "chat": rng.sample(clean, args.size),
        "mixed": [mixed(rng, whole_sentences(clean), row["toxic"])[0] for row in rng.sample(pairs, args.size // 2)],
    }
    textio.write_rows(args.out, [{"question": name, "answer": text} for name, texts in sets.items()
                                 for text in dict.fromkeys(texts)])


def whole_sentences(clean):
    """Returns the sentences that no reader would cut or join: a capital at the start, one end mark at the end."""
    return [s for s in clean if s[0].isupper() and s[-1] in ".!?" and s[-2].isalpha() and not set(".!?\n\"”") & set(s[:-1])]


def mixed(rng, clean, toxic):
    """Returns an answer of three to five sentences with the toxic one among them, and the clean ones."""
    others = rng.sample(clean, rng.randint(2, 4))
    at = rng.randint(0, len(others))
    toxic = style.chat(toxic)
    toxic = toxic if toxic[-1] in ".!?" else toxic + "."
    return " ".join([*others[:at], toxic, *others[at:]]), others


def deleted(text, terms):
    """Returns the text without its lexicon terms: the second baseline."""
    return words.join(part for part in words.pieces(text) if words.key(part[1]) not in terms)


def holds(text, terms):
    """Says whether a term of the lexicon is a word of the text."""
    return bool(terms.intersection(words.keys(text)))


def stutters(source, text):
    """Says whether the text repeats a word or word pair that its source does not repeat."""
    def repeated(found):
        return sum(found[i:i + n] == found[i + n:i + 2 * n] and found[i].isalpha() for n in (1, 2) for i in range(len(found)))
    return repeated(words.keys(text)) > repeated(words.keys(source))


def chrf(outputs, references):
    """Returns sacrebleu's corpus chrF against every reference of each row."""
    most = max(map(len, references))
    streams = [[(group * most)[k] for group in references] for k in range(most)]
    return sacrebleu.corpus_chrf(outputs, streams).score


def share(flags):
    """Returns the mean of flags."""
    flags = list(flags)
    return sum(flags) / max(1, len(flags))


def toxic_figures(rows, terms, references):
    """Returns (model, copy, deletion) of remaining terms and of chrF."""
    sources, outputs = [r["answer"] for r in rows], [r["correction"] for r in rows]
    groups = [references[text] for text in sources]
    versions = (outputs, sources, [deleted(text, terms) for text in sources])
    return [share(holds(t, terms) for t in texts) for texts in versions], [chrf(texts, groups) for texts in versions]


def kept_sentences(rows, clean):
    """Returns the share of the clean sentences of the mixed answers that the corrections hold verbatim."""
    whole = set(clean)
    flags = []
    for row in rows:
        flags += [sentence in row["correction"] for sentence in cut(row["answer"]) if sentence in whole]
    return share(flags), len(flags)


def cut(text):
    """Returns the sentences of a mixed answer."""
    return text.replace("? ", "?\n").replace("! ", "!\n").replace(". ", ".\n").split("\n")


def figures(data, split, answers):
    """Returns [(figure, rows, digits, [model, copy, deletion])] of the answered rows; a baseline may be None."""
    sets = collections.defaultdict(list)
    for row in answers:
        sets[row["question"]].append(row)
    terms = set(textio.read_value(data / "lexicon.json"))
    pairs = textio.read_rows(data / f"pairs-{split}.jsonl")
    references = {row["toxic"]: row["neutral"] for row in pairs}
    references |= {style.chat(row["toxic"]): [style.chat(n) for n in row["neutral"]] for row in pairs}
    clean = [s for name in ("hh", "truthfulqa") for s in textio.read_rows(data / f"{name}-{split}.jsonl")]
    found = []
    for name in ("toxic", "toxic-chat"):
        left, score = toxic_figures(sets[name], terms, references)
        found.append((f"{name}: outputs that still hold a lexicon term", len(sets[name]), 3, left))
        found.append((f"{name}: chrF against the references", len(sets[name]), 2, score))
    for name in ("neutral", "chat"):
        rows = sets[name]
        dropped = share(deleted(r["answer"], terms) == r["answer"] for r in rows)
        found.append((f"{name}: returned verbatim", len(rows), 3, [share(r["correction"] == r["answer"] for r in rows), 1.0, dropped]))
    rows = sets["mixed"]
    kept, count = kept_sentences(rows, clean)
    found.append(("mixed: clean sentences unchanged", count, 3, [kept, 1.0, None]))
    found.append(("mixed: answers that still hold a lexicon term", len(rows), 3,
                  [share(holds(r["correction"], terms) for r in rows), share(holds(r["answer"], terms) for r in rows), None]))
    for name, flags in (("empty", [not r["correction"].strip() for r in answers]),
                        ("a word stuttered", [stutters(r["answer"], r["correction"]) for r in answers]),
                        ("over 1.5 times as long", [len(r["correction"]) > 1.5 * len(r["answer"]) + 8 for r in answers])):
        found.append((f"all sets: {name}", len(answers), 4, [share(flags), None, None]))
    return found


def report(args):
    """Prints the figures as Markdown."""
    answers = textio.read_rows(args.answers)
    print("| figure | rows | model | copy | deletion |\n|---|---|---|---|---|")
    for name, count, digits, values in figures(Path(args.data), args.split, answers):
        print(f"| {name} | {count} | " + " | ".join("" if v is None else f"{v:.{digits}f}" for v in values) + " |")
    print("\nfinish reasons:", dict(collections.Counter(json.dumps(r.get("finish_reason")) for r in answers)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, action in (("inputs", inputs), ("report", report)):
        command = commands.add_parser(name)
        command.set_defaults(action=action)
        command.add_argument("--data", required=True, help="folder that prepare.py wrote")
        command.add_argument("--split", choices=("dev", "test"), required=True)
        if name == "inputs":
            command.add_argument("--out", required=True, help="JSON lines for the engine")
            command.add_argument("--size", type=int, default=600, help="clean sentences drawn")
            command.add_argument("--seed", type=int, default=20240204)
        else:
            command.add_argument("--answers", required=True, help="JSON lines that the engine wrote")
    args = parser.parse_args()
    args.action(args)


if __name__ == "__main__":
    main()
