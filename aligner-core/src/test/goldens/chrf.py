"""Writes ../resources/dev/aligner/evaluation/chrf.json: what sacreBLEU's default chrF2 says.

    pip install -r requirements.txt && python chrf.py
"""

import json
import random
from importlib.metadata import version
from pathlib import Path

from sacrebleu.metrics import CHRF

OUT = Path(__file__).parent.parent / "resources/dev/aligner/evaluation/chrf.json"
WORDS = "the answer is no, you can’t do that: 12 eggs boil in 8 minutes. Café größer 東京 に 行く 😀 👍🏽 don't STOP".split()
SPACES = [" ", "  ", "\n", "\t", "\u00a0", "\u3000", "\u2009", "\x1c", "\x85", "\u200b"]

HAND_MADE = [
    ("", [""]),
    ("", ["a"]),
    ("a", [""]),
    (" \n\t", ["abc"]),
    ("a", ["a"]),
    ("a", ["b"]),
    ("ab", ["abcdefgh"]),
    ("abcdefgh", ["ab"]),
    ("abcdefgh", ["abcdefgh"]),
    ("abcdefgh", ["ABCDEFGH"]),
    ("aaaaaaa", ["aaa"]),
    ("the cat sat", ["thecatsat"]),
    ("the\u00a0cat\x85sat\x1con", ["the cat sat on"]),
    ("zero\u200bwidth", ["zero width"]),
    ("😀😀😀", ["😀😁😀"]),
    ("e\u0301t\u00e9", ["\u00e9t\u00e9"]),
    ("no match here", ["xyz", "qqq"]),
    ("Eight minutes. Then cool it.", ["Eight minutes, then cool it.", "Eight minutes. Then cool it in water."]),
    ("Eight minutes. Then cool it.", ["", "Eight minutes. Then cool it."]),
    ("tie", ["tie", "tie"]),
]


def text(rng, words):
    return "".join(rng.choice(WORDS) + rng.choice(SPACES) for _ in range(words))


def near(rng, of):
    """A text that is a few edits away, so that scores are spread."""
    characters = list(of)
    for _ in range(rng.randrange(1, 8)):
        at = rng.randrange(len(characters))
        characters[at] = rng.choice(["", "x", " ", "ß", characters[at] * 2])
    return "".join(characters)


def cases():
    rng = random.Random(7)
    made = list(HAND_MADE)
    for _ in range(60):
        reference = text(rng, rng.randrange(1, 30))
        references = [reference] + [text(rng, rng.randrange(1, 30)) for _ in range(rng.randrange(3))]
        rng.shuffle(references)
        made.append((near(rng, reference), references))
    return made


def main():
    chrf = CHRF()
    made = cases()
    most = max(len(references) for _, references in made)
    streams = [[r[i] if i < len(r) else None for _, r in made] for i in range(most)]
    golden = {
        "sacrebleu": version("sacrebleu"),
        "corpus": chrf.corpus_score([h for h, _ in made], streams).score,
        "signature": str(chrf.get_signature()),
        "cases": [
            {"text": h, "references": r, "score": chrf.sentence_score(h, r).score} for h, r in made
        ],
    }
    OUT.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
