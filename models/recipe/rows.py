"""Draws training rows (source, target) from the curriculum; every kind of row is one method."""

import random
from pathlib import Path

import edits
import strings
import style
import textio
import words

WARM_UP = {"noise": 30, "noise_edit": 15, "identity": 25, "odd": 8, "plant": 14, "swap": 3, "pair": 5}
CORRECT = {"noise": 3, "few": 4, "noise_edit": 3, "salad": 6, "identity": 24, "odd": 8, "plant": 16, "swap": 5, "pair": 24,
           "several": 8}
FARTHEST = 0.75
NEAR = 0.6


class Rows:
    """The training texts and the kinds of row made of them."""

    def __init__(self, data, tokenizer, seed, local=False):
        data, self.local = Path(data), local
        self.rng, self.tokenizer, self.size = random.Random(seed), tokenizer.backend_tokenizer, len(tokenizer)
        self.pairs, self.best, self.terms = [], [], set()
        self.terms = set(textio.read_value(data / "lexicon-wide.json"))
        self.core = list(textio.read_value(data / "lexicon.json").items())
        self._read_pairs(textio.read_rows(data / "pairs-train.jsonl"))
        self.phrases = edits.Phrases(self.best, self.terms)
        self.chat = [t for n in ("hh", "truthfulqa") for t in textio.read_rows(data / f"{n}-train.jsonl")]
        self.raw = textio.read_rows(data / "plain-train.jsonl") + self.neutral
        self.comments = textio.read_rows(data / "comments-train.jsonl")
        self.clean_words = sorted({w.lower() for t in self.chat for w in t.split() if w.isalpha()} - self.terms)

    def _read_pairs(self, rows):
        """Keeps restyled references, fewest edits first; drops those that keep a term, or little of the sentence."""
        self.neutral = []
        lexicon = {word for word, _ in self.core}
        for row in rows:
            self.neutral += [t for t in row["neutral"] if not lexicon.intersection(words.keys(t))]
            source = row["toxic"]
            restyled = {words.restyle(source, text) for text in row["neutral"]}
            if self.local and self.terms.intersection(words.keys(source)):
                restyled = {words.localised(source, text, self.terms) for text in restyled
                            if words.edit_ratio(source, text) < NEAR}
            restyled -= {source, ""}
            ranked = sorted((words.edit_ratio(source, t), t) for t in restyled if not lexicon.intersection(words.keys(t)))
            if ranked and ranked[0][0] <= FARTHEST:
                self.best.append((source, ranked[0][1]))
                self.pairs.append([source, ranked[0][1], *[text for ratio, text in ranked[1:] if ratio < NEAR]])

    def encode(self, text):
        """Returns the token ids without the end token."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def clean(self):
        """Draws a clean sentence: a chat sentence, or a neutral one of ParaDetox."""
        return self.rng.choice(self.chat if self.rng.random() < 0.55 else self.raw)

    def noise(self):
        """Random tokens, to be copied."""
        ids = self._random_ids()
        return ids, ids

    def noise_edit(self):
        """Random tokens with toxic words among them, to be dropped."""
        target = self._random_ids()
        return self._with_toxic(target), target

    def _with_toxic(self, target):
        source = list(target)
        for _ in range(self.rng.randint(1, 2)):
            word = self.rng.choices(self.core, [min(c, 200) for _, c in self.core])[0][0]
            form = self.rng.choice([" " + word, " " + word, " " + word, " " + word.capitalize(), " " + word.upper()])
            at = self.rng.randint(0, len(source))
            source[at:at] = self.encode(form)
        return source

    def _random_ids(self):
        size = self.rng.randint(2, 40) if self.rng.random() < 0.9 else self.rng.randint(40, 150)
        return [self.rng.randrange(2, self.size) for _ in range(size)]

    def few(self):
        """A few tokens over and over: only their places tell them apart."""
        alphabet = [self.rng.randrange(2, self.size) for _ in range(self.rng.randint(1, 6))]
        ids = [self.rng.choice(alphabet) for _ in range(self.rng.randint(2, 40))]
        return (self._with_toxic(ids) if self.local and self.rng.random() < 0.5 else ids), ids

    def salad(self):
        """Random words in a row, half of the time with toxic words among them, to be dropped."""
        change = self.rng.choice([str, str, str.capitalize, str.title, str.upper])
        target = [change(self.rng.choice(self.clean_words)) for _ in range(self.rng.randint(2, 25))]
        source = list(target)
        for _ in range(self.rng.randint(1, 2) if self.rng.random() < 0.5 else 0):
            term = self.rng.choice(self.core)[0]
            source.insert(self.rng.randint(0, len(source)), change(term))
        end = self.rng.choice(["", ".", "!", "?", " .", " ! !"])
        return " ".join(source) + end, " ".join(target) + end

    def identity(self):
        """A clean sentence, or several, to be copied."""
        if self.warm and self.rng.random() < 0.25:
            text = self.rng.choice(self.comments)
        else:
            text = self.clean()
        if self.rng.random() < 0.15:
            text = text + " " + self.clean()
        return style.pair_style(self.rng, text, text) if self.rng.random() < 0.5 else (text, text)

    def odd(self):
        """A clean sentence with strings that look like nothing else, to be copied, or a planted phrase beside them."""
        text = self.clean()
        for _ in range(self.rng.randint(1, 3)):
            text = strings.sprinkle(self.rng, self.clean_words, text)[0]
        if self.rng.random() < 0.35:
            return self.phrases.plant(self.rng, text), text
        return text, text

    def plant(self):
        """A clean sentence with deletable phrases planted; the sentence is the target."""
        target = self.clean()
        if self.rng.random() < 0.4:
            target = style.pair_style(self.rng, target, target)[0]
        source = self.phrases.plant(self.rng, target)
        if self.rng.random() < 0.2:
            source = self.phrases.plant(self.rng, source)
        return edits.disguise(self.rng, source, target, self.terms), target

    def swap(self):
        """A clean sentence whose phrase is turned back into the toxic one that a reference replaced by it."""
        for _ in range(8):
            target = self.clean()
            source = self.phrases.swap(self.rng, target)
            if source:
                return source, target
        return self.plant()

    def _pair(self):
        toxic, *close = self.rng.choice(self.pairs)
        return toxic, close[0] if self.rng.random() < 0.75 else self.rng.choice(close)

    def pair(self):
        """A ParaDetox pair in one typing style, at times with an odd string beside it."""
        source, target = self._pair()
        if self.rng.random() < 0.65:
            source, target = style.pair_style(self.rng, source, target)
        if self.rng.random() < 0.06:
            source, target = strings.sprinkle(self.rng, self.clean_words, source, target)
        return edits.disguise(self.rng, source, target, self.terms), target

    def several(self):
        """Two to five rows as one longer row."""
        drawn = [self.pair() if self.rng.random() < 0.5 else (self.plant() if self.rng.random() < 0.4 else self.identity())
                 for _ in range(self.rng.choice([2, 2, 3, 3, 5]))]
        glue = self.rng.choice([" ", " ", ", ", " and ", ", but "])
        return glue.join(s for s, _ in drawn), glue.join(t for _, t in drawn)

    def draw(self, warm):
        """Draws one row as token ids without end tokens: of the first mixture while warm, else of the second."""
        self.warm = warm
        mixture = WARM_UP if self.warm else CORRECT
        row = getattr(self, self.rng.choices(list(mixture), list(mixture.values()))[0])()
        if isinstance(row[0], str):
            row = tuple(self.encode(text.strip()) for text in row)
        return row
