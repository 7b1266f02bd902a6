"""Splits a sentence into words and marks, and aligns a correction to its source so that only real edits remain."""

import difflib
import re

PIECE = re.compile(r"\s*(?:https?://\S+|[^\W_]+(?:[*@$#!]+[^\W_]+)*[*]*(?:\s?['’]\s?(?:s|t|m|d|re|ve|ll)\b)?|\S)", re.I)
END_MARKS = ".!?…"


def pieces(text):
    """Returns (space before, word or mark) for every word and mark of the text, in order."""
    found = [match.group(0) for match in PIECE.finditer(text)]
    return [(piece[: len(piece) - len(piece.lstrip())], piece.lstrip()) for piece in found]


def key(word):
    """Returns what two spellings of one word have in common: case, typographic apostrophes and inner spaces go."""
    return re.sub(r"\s", "", word).replace("’", "'").lower()


def keys(text):
    """Returns the keys of a text's words and marks."""
    return [key(word) for _, word in pieces(text)]


def join(parts):
    """Puts (space, word) pairs together again, without the space before the first."""
    return "".join(space + word for space, word in parts).strip()


def blocks(source, target):
    """Returns difflib's opcodes between two key lists."""
    return difflib.SequenceMatcher(None, source, target, autojunk=False).get_opcodes()


def edit_ratio(source, target):
    """Returns the share of the source's words that an alignment does not keep, plus the words it adds."""
    a, b = keys(source), keys(target)
    changed = sum(max(i2 - i1, j2 - j1) for op, i1, i2, j1, j2 in blocks(a, b) if op != "equal")
    return changed / max(1, len(a))


def restyle(source, target):
    """Rewrites the target in the source's case, spacing and closing marks: what is left is the edit itself."""
    a, b = pieces(source), pieces(target)
    b = closing_of(a, b)
    upper = any(ch.isupper() for ch in source)
    detached = bool(re.search(r"\s[.,!?']", source)) or not re.search(r"\w[.,!?]", source)
    known = {key(word): word for _, word in a}
    out = []
    for op, i1, i2, j1, j2 in blocks([key(w) for _, w in a], [key(w) for _, w in b]):
        if op == "equal":
            out += a[i1:i2]
        else:
            out += [restyled(part, known, upper, detached) for part in b[j1:j2]]
    return join(spaced(out))


def localised(source, target, terms):
    """Returns the target without the edits that are no neighbour of a term: there the source's words come back."""
    a, b = pieces(source), pieces(target)
    found = blocks([key(w) for _, w in a], [key(w) for _, w in b])
    toxic = [(i1, i2) for op, i1, i2, _, _ in found if op != "equal" and terms.intersection(key(w) for _, w in a[i1:i2])]
    out = []
    for op, i1, i2, j1, j2 in found:
        near = any(i1 <= end + 1 and i2 >= start - 1 for start, end in toxic)
        out += b[j1:j2] if op == "equal" or near else a[i1:i2]
    return join(spaced(out))


def closing_of(source, target):
    """Gives the target the closing marks of the source: none where the source has none."""
    end = len(source)
    while end and source[end - 1][1] in END_MARKS:
        end -= 1
    kept = list(target)
    while kept and kept[-1][1] in END_MARKS:
        kept.pop()
    return kept + source[end:]


def restyled(part, known, upper, detached):
    """Writes one new word as the source would write it."""
    space, word = part
    word = known.get(key(word), word if upper else word.lower())
    if len(word) == 1 and not word.isalnum():
        space = " " if detached or word in "([\"" else space
    return space, word


def spaced(parts):
    """Restores a space lost between two words where an edit closed up a gap."""
    out = []
    for space, word in parts:
        if out and not space and (word[0].isalnum() and out[-1][1][-1].isalnum() or word[0].isalpha() and out[-1][1] in ",;!?"):
            space = " "
        out.append((space, word))
    return out
