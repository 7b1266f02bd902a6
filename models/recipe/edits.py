"""Learns from the training pairs how toxic phrases are deleted and replaced, and plants them into clean sentences."""

import collections

import words

OBFUSCATED = {"a": "@*4", "e": "*3", "i": "*1!", "o": "*0", "u": "*", "s": "$5"}


class Phrases:
    """Phrases that the references delete, by their neighbours, and phrases that they replace, by the replacement."""

    def __init__(self, pairs, terms):
        self.terms = terms
        self.left, self.right = collections.defaultdict(list), collections.defaultdict(list)
        self.anywhere = []
        swaps = collections.Counter()
        for source, target in pairs:
            self._learn(words.keys(source), words.keys(target), swaps)
        self.swaps = collections.defaultdict(list)
        for (toxic, clean), count in swaps.items():
            if count > 1:
                self.swaps[clean] += [toxic] * count

    def _learn(self, source, target, swaps):
        for op, i1, i2, j1, j2 in words.blocks(source, target):
            phrase = tuple(source[i1:i2])
            if not self.terms.intersection(phrase) or len(phrase) > 4:
                continue
            if op == "delete":
                self.left[source[i1 - 1] if i1 else "^"].append(phrase)
                self.right[source[i2] if i2 < len(source) else "$"].append(phrase)
                self.anywhere.append(phrase)
            elif op == "replace" and j2 - j1 <= 3 and target[j1].isalpha() and target[j2 - 1].isalpha():
                swaps[phrase, tuple(target[j1:j2])] += 1

    def _fitting(self, rng, before, after):
        choices = self.left.get(before, []) if rng.random() < 0.5 else self.right.get(after, [])
        return rng.choice(choices) if choices and rng.random() < 0.9 else None

    def plant(self, rng, sentence):
        """Returns the sentence with one deletable phrase put where the data would have one."""
        parts = words.pieces(sentence)
        spots = ["^", *[words.key(word) for _, word in parts], "$"]
        detached = " ." in sentence or " ," in sentence
        for _ in range(6):
            at = rng.randrange(len(parts) + 1) if rng.random() < 0.75 else rng.choice([0, max(0, len(parts) - 1)])
            phrase = self._fitting(rng, spots[at], spots[at + 1])
            if phrase:
                return insert(parts, at, phrase, detached)
        return insert(parts, rng.randrange(len(parts) + 1), rng.choice(self.anywhere), detached)

    def swap(self, rng, sentence):
        """Returns the sentence with a clean phrase turned back into a toxic one, or None if it holds none."""
        parts = words.pieces(sentence)
        found = [words.key(word) for _, word in parts]
        places = [(i, n) for n in (3, 2, 1) for i in range(len(found) - n + 1) if tuple(found[i:i + n]) in self.swaps]
        if not places:
            return None
        at, size = rng.choice(places)
        toxic = list(rng.choice(self.swaps[tuple(found[at:at + size])]))
        if parts[at][1][0].isupper() and at == 0:
            toxic[0] = toxic[0].capitalize()
        new = [(parts[at][0], toxic[0]), *[(" ", word) for word in toxic[1:]]]
        return words.join(parts[:at] + new + parts[at + size:])


def insert(parts, at, phrase, detached):
    """Puts a phrase before the part at a place, with the sentence's own spacing and first capital."""
    new = [("" if not detached and word in ".,!?" else " ", word) for word in phrase]
    rest = list(parts[at:])
    if at == 0 and rest and rest[0][1][0].isupper() and new[0][1][0].isalpha():
        new[0] = (new[0][0], new[0][1].capitalize())
        word = rest[0][1]
        if word != "I" and not word.startswith("I'") and word[1:].islower():
            rest[0] = (" ", word[0].lower() + word[1:])
    if at == 0 and rest and not rest[0][0] and rest[0][1][0].isalnum():
        rest[0] = (" ", rest[0][1])
    return words.join([*parts[:at], *new, *rest])


def disguise(rng, source, target, terms):
    """Now and then spells a removed term in capitals, with a mark for a letter, or with a letter repeated."""
    kept = set(words.keys(target))
    parts = words.pieces(source)
    for index, (space, word) in enumerate(parts):
        if words.key(word) in terms and words.key(word) not in kept and rng.random() < 0.12:
            parts[index] = (space, disguised(rng, word))
    return words.join(parts)


def disguised(rng, word):
    """Returns one other spelling of the word."""
    kind = rng.random()
    if kind < 0.4:
        return word.upper()
    at = rng.randrange(1, len(word))
    if kind < 0.55:
        return word[:at] + word[at - 1] * rng.randint(2, 4) + word[at:]
    if kind < 0.65:
        return word[0] + "*" * (len(word) - 1)
    mark = rng.choice(OBFUSCATED.get(word[at].lower(), "*"))
    return word[:at] + mark + word[at + 1:]
