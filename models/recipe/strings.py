"""Makes up the strings a corrector must leave alone: numbers, addresses, code, markup, names, emoji, other scripts."""

RANGES = [(0x41, 0x5A), (0x61, 0x7A), (0x30, 0x39), (0xC0, 0x17F), (0x391, 0x3C9), (0x410, 0x44F), (0x5D0, 0x5EA),
          (0x627, 0x64A), (0x905, 0x939), (0x3041, 0x3096), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3)]
EMOJI = [(0x1F300, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F900, 0x1F9FF), (0x2600, 0x26FF)]
MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~–—“”‘’…•°€£½×→"
ENDINGS = ["com", "org", "net", "io", "edu", "co.uk", "de", "fr", "gov"]
SHAPES = ["**{0}**", "*{0}*", "`{0}`", "_{0}_", "\"{0}\"", "“{0}”", "({0})", "[{0}]({1})", "<b>{0}</b>", "# {0}", "- {0}",
          "{0}:", "{0} = {1};", "{0}({1})", "{0}.{1}()", "if ({0} > {1}) {{", "return {0};", "<{0}>{1}</{0}>", "{0}/{1}",
          "--{0}={1}", "{{\"{0}\": \"{1}\"}}", "| {0} | {1} |", "1. {0}", "* {0}", "> {0}", "{0}_{1}", "~~{0}~~"]


def letters(rng, spans, low, high):
    """Returns random characters of one range."""
    first, last = rng.choice(spans)
    return "".join(chr(rng.randint(first, last)) for _ in range(rng.randint(low, high)))


def number(rng):
    """Returns an amount, a date, a time, a share, a version or a telephone number."""
    n = rng.randint
    return rng.choice([
        str(n(0, 10 ** n(1, 7))), f"{n(0, 9999):,}", f"{n(0, 999)}.{n(0, 99)}", f"${n(0, 999)}.{n(0, 99):02}", f"${n(1, 9999):,}",
        f"{n(0, 100)}%", f"{n(0, 100)}.{n(0, 9)}%", f"{n(0, 23)}:{n(0, 59):02}", f"{n(1, 12)}/{n(1, 28)}/{n(1900, 2030)}",
        f"{n(1900, 2030)}-{n(1, 12):02}-{n(1, 28):02}", f"v{n(0, 9)}.{n(0, 20)}.{n(0, 9)}", f"+{n(1, 99)} {n(100, 999)} {n(1000, 9999)}",
        f"{n(1, 99)}-{n(1, 99)}", f"{n(1, 20)}th", f"{n(1, 9)}x{n(1, 9)}", f"0x{n(0, 65535):x}", f"{n(1, 500)} km", f"{n(1, 99)}°C"])


def address(rng, words):
    """Returns a link, an e-mail address, a path or a handle."""
    a, b, c = (rng.choice(words).strip("'’") for _ in range(3))
    end = rng.choice(ENDINGS)
    return rng.choice([f"https://www.{a}.{end}/{b}/{c}", f"http://{a}-{b}.{end}", f"https://{a}.{end}/{b}?{c}={rng.randint(0, 999)}",
                       f"www.{a}{b}.{end}", f"{a}.{b}@{c}.{end}", f"/{a}/{b}/{c}.txt", f"@{a}{rng.randint(0, 99)}", f"#{a}{b}",
                       f"C:\\{a}\\{b}.{c[:3]}", f"{a}.{end}"])


def odd(rng, words):
    """Returns one string of any kind."""
    kind = rng.randrange(9)
    if kind == 0:
        return letters(rng, RANGES, 1, 9)
    if kind == 1:
        return letters(rng, EMOJI, 1, 2)
    if kind == 2:
        return "".join(rng.choice(MARKS) for _ in range(rng.randint(1, 4)))
    if kind == 3:
        return rng.choice(words).capitalize() + rng.choice(["", " " + rng.choice(words).capitalize()])
    if kind == 4:
        return rng.choice(SHAPES).format(rng.choice(words), rng.choice(words))
    if kind == 5:
        return address(rng, words)
    if kind == 6:
        return repeated(rng, words)
    return number(rng)


def repeated(rng, words):
    """Returns a mark, a syllable or a word several times over."""
    piece = rng.choice([rng.choice(MARKS), rng.choice("!?.,-"), rng.choice(words), rng.choice(words)[:3]])
    return rng.choice(["", " ", ", "]).join([piece] * rng.randint(2, 8))


def sprinkle(rng, words, *texts):
    """Puts the same odd string at the same kind of place in each text: after their first common words, or at an end."""
    piece, where = odd(rng, words), rng.random()
    if where < 0.35:
        return [piece + " " + text for text in texts]
    if where < 0.65:
        return [text + " " + piece for text in texts]
    split = [text.split(" ") for text in texts]
    common = next((i for i, group in enumerate(zip(*split)) if len(set(group)) > 1), min(map(len, split)))
    at = rng.randint(0, common)
    return [" ".join(part[:at] + [piece] + part[at:]) for part in split]
