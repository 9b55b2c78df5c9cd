"""How text is made comparable: one normal form for log lines, one for plain words.

The compiler of the index and the engine both use these functions, so that a text of the base
and a text of a user always meet in the same form.
"""

from __future__ import annotations

import math

from kb.pattern import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

GRAM = 3
"""Length of the character n-grams of the fuzzy index."""

MIN_TOKENS = 3
MIN_LETTERS = 14

_ANSI = lazy(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # control sequences
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # operating system commands and strings
    r"|\x1b[ -/]*[0-~]"  # other escapes
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROL = lazy(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_ESCAPES = lazy(r"\\+(?:u00(2[27])|([nrt\"'/]))")
_QUOTES = str.maketrans(
    dict.fromkeys('"`\u2018\u2019\u201a\u201c\u201d\u201e\u00b4\u00ab\u00bb', "'")
)
_MASKED = lazy(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # run ids
    r"|\b0x[0-9a-f]+\b"
    r"|\b(?=[a-f]*[0-9])[0-9a-f]{12,}\b"  # digests, container ids
    r"|\b\d{4}-\d\d-\d\d[t ]\d\d:\d\d:\d\d(?:[.,]\d+)?z?\b"
)
_TOKEN = lazy(r"[^\W\d_][^\W_]*(?:_[^\W_]+)*")

_SIGNS = dict.fromkeys([*range(48), *range(58, 65), *range(91, 95), 96, *range(123, 128)], " ")
"""Everything in ASCII that is no letter, digit or underscore."""
_BEFORE = "_0123456789"
_LONG_ID = 12
"""Least length of a digest or container id."""


def clean(text: str) -> str:
    """Remove terminal escapes and control characters that could act on a screen.

    Tabs and line feeds stay; so does everything printable. Bidirectional overrides and
    invisible characters go, because they can make a text read as what it is not.
    """
    if text.isprintable():
        return text
    return _CONTROL.sub("", _ANSI.sub("", text.replace("\r\n", "\n")))


def unescape(text: str) -> str:
    r"""Undo JSON and repr escapes (``\"``, ``\n``, ``\u0027``), however often they were applied."""
    if "\\" not in text:
        return text
    return _ESCAPES.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    code, letter = match.groups()
    if code:
        return chr(int(code, 16))
    return {"n": "\n", "r": " ", "t": " "}.get(letter, letter)


def whole(text: str) -> str:
    """Return a text without halves of surrogate pairs, which no file and no table can hold.

    Bytes that the system's encoding did not know, as Python keeps them in the words of a command
    line, are read as UTF-8; what is not even that is replaced.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        try:
            return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace").decode()
    return text


def fold(text: str) -> str:
    """Return a text in which letters that `re.IGNORECASE` takes for the same are the same."""
    folded = text.casefold()
    return folded if text.isascii() else folded.replace("\u0131", "i").replace("\u0307", "")


def plain_quotes(text: str) -> str:
    """Return the text with every kind of quotation mark turned into a straight single one."""
    return text.translate(_QUOTES)


def tokens(text: str) -> list[str]:
    """Return the words of a log text: lower case, without numbers, ids, quotes and signs.

    ``ConnectionInputs.SEND_HEADERS`` gives two words, ``h2`` stays one; a wrapped, quoted,
    JSON-escaped or re-cased copy of a text gives the same list.
    """
    folded = unescape(text).casefold()
    if folded.isascii():
        words = folded.translate(_SIGNS).split()
        if all(map(str.isalpha, words)) and folded.count("-") < 4:
            return words
        if not _may_be_masked(folded, words):
            return _named(words)
    return _TOKEN.findall(_MASKED.sub(" ", folded))


def _may_be_masked(folded: str, words: list[str]) -> bool:
    """Say whether an id or a time may stand in a text of these words; `re` takes long to load."""
    return (
        folded.count("-") > 1
        or "0x" in folded
        or any(len(word) >= _LONG_ID and any(map(str.isdigit, word)) for word in words)
    )


def _named(words: list[str]) -> list[str]:
    """Return what `_TOKEN` finds in words of ASCII letters, digits and underscores."""
    parts = (part for word in words for part in word.split("__"))
    return [token for part in parts if (token := part.rstrip("_").lstrip(_BEFORE))]


def normalise(text: str) -> str:
    """Return `tokens` joined by single spaces."""
    return " ".join(tokens(text))


def is_telling(normal: str) -> bool:
    """Say whether a normal form is long enough to be looked for inside other text.

    A short one ("agent stopped") also stands in ordinary sentences, so it may only match as a
    whole message or to the letter.
    """
    words = normal.split()
    return len(words) >= MIN_TOKENS and len(normal) >= MIN_LETTERS


def weight(held: int, count: int) -> float:
    """Return the weight of an n-gram that so many of all signatures hold, the square of its idf."""
    return math.log(1.0 + count / (1.0 + held)) ** 2


def grams(normal: str) -> set[str]:
    """Return the character n-grams of a normal form, padded so that word ends count."""
    padded = f" {normal} "
    return {padded[i : i + GRAM] for i in range(len(padded) - GRAM + 1)}
