"""Rewrites a sentence in another typing style; the same call on source and target keeps a pair consistent."""

import re

import words

CLOSING = set(".,!?;:)]}…%")


def chat(text):
    """Writes detached, lower-cased text as people write chat answers: marks attached, sentence case, closing mark."""
    parts, out = words.pieces(text), []
    for index, (space, word) in enumerate(parts):
        word = re.sub(r"\s", "", word)
        if word in CLOSING or (index and parts[index - 1][1] in "([{$#"):
            space = ""
        out.append((space, word))
    text = words.join(out)
    text = re.sub(r"\bi\b(?!\.)", "I", text)
    text = re.sub(r"(^|[.!?] +)([\"“(]?)([a-z])", lambda m: m.group(1) + m.group(2) + m.group(3).upper(), text)
    return text if text and not text[-1].isalnum() else text + "."


def curly(text):
    """Uses the typographic apostrophe."""
    return text.replace("'", "’")


def recased(text, chosen, change):
    """Applies a change of case to the words whose key is among the chosen ones."""
    return words.join((space, change(word) if words.key(word) in chosen else word) for space, word in words.pieces(text))


def pair_style(rng, source, target):
    """Draws one style and applies it to both texts."""
    style = rng.random()
    if style < 0.45:
        source, target = chat(source), chat(target)
    if style < 0.06:
        source, target = curly(source), curly(target)
    if 0.45 <= style < 0.49:
        source, target = source.upper(), target.upper()
    if 0.49 <= style < 0.53:
        source, target = source.lower(), target.lower()
    if 0.53 <= style < 0.58:
        source, target = source.rstrip(" .!?"), target.rstrip(" .!?")
    if rng.random() < 0.15:
        known = sorted(set(words.keys(source)))
        chosen = set(rng.sample(known, max(1, len(known) // 6)))
        change = rng.choice([str.upper, str.title])
        source, target = recased(source, chosen, change), recased(target, chosen, change)
    return source, target
