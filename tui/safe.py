"""Hostile text made harmless: what a log says must not act on the screen or on its layout."""

from __future__ import annotations

from kb.text import clean

SHORT = 300
"""Characters of a text that stands in a row."""

LONG = 20_000
"""Characters of a text that stands in a page of prose."""


def plain(text: str, limit: int = SHORT) -> str:
    """Return a text on one line without controls, cut to a length."""
    kept = clean(text[: 4 * limit]).replace("\n", " ").replace("\t", " ")
    return cut(encodable(kept), limit)


def lines(text: str, limit: int = LONG) -> str:
    """Return a text of several lines without controls, cut to a length."""
    kept = clean(text[: 4 * limit]).expandtabs(4)
    return cut(encodable(kept), limit)


def encodable(text: str) -> str:
    """Return a text without the halves of characters that no terminal can be sent."""
    return text.encode("utf-8", "replace").decode()


def cut(text: str, limit: int) -> str:
    """Return a text that is cut to a length and says so."""
    return text if len(text) <= limit else f"{text[: limit - 1]}\u2026"


def last_line(text: str) -> str:
    """Return the last line that says something, without what a log puts before it.

    How many lines stand before it is told too.
    """
    from diagnose.reading.heads import parse  # noqa: PLC0415 (after the first paint)

    said = [line for line in text.splitlines() if line.strip()]
    if not said:
        return ""
    more = f" (+{len(said) - 1} lines)" if len(said) > 1 else ""
    return f"{plain(parse(said[-1][:2000]).text.strip(), 200)}{more}"
