"""Cuts chat answers into sentences and keeps those that can serve as clean examples."""

import re

BREAK = re.compile(r"((?<=[.!?…])[\"”’)]*\s+(?=[\"“(A-Z0-9])|\s*\n+\s*)")


def split(text):
    """Returns sentence, separator, sentence, ...: joined they are the text."""
    return BREAK.split(text)


def clean_sentences(text, longest=60):
    """Returns the stripped sentences of at most that many words."""
    found = [part.strip() for part in split(text)[::2]]
    return [s for s in found if len(s.split()) <= longest and any(c.isalpha() for c in s)]


def corrected(text, fix):
    """Corrects a text sentence by sentence; fix returns (text, came to its end), and so does this."""
    parts, ended = split(text), True
    for index in range(0, len(parts), 2):
        sentence = parts[index].strip()
        if sentence:
            fixed, done = fix(sentence)
            ended &= done
            parts[index] = parts[index].replace(sentence, fixed)
    return "".join(parts), ended
