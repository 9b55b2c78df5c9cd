"""What a text must hold for an expression or a signature to match it: a cheap test before a dear one.

Expressions are read with the parser of `re`, see `needed`; only the compiler of the index does that.
"""

from __future__ import annotations

import re

from kb.scale import SPECIFICITY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kb.model import Signature

LEAST = 4
"""Shorter words stand in too many lines."""

COMMON = 0.2
"""Leak from which on a signature is ordinary: many healthy logs show it all the time."""

_VARIES = re.compile(r"\{\}|\d+|[\"'`\\\r\n\t]+|[^\x00-\x7f]+")


def needed(pattern: str) -> str:
    """Return the longest piece, as `kb.text.fold` gives it, of every text that the pattern matches."""
    parser: Any = re._parser  # type: ignore[attr-defined]  # nothing else tells
    return max(_runs(parser.parse(pattern)), key=len, default="")


def _runs(parsed: Any) -> Iterator[str]:
    """Yield the runs of letters that stand in every match, in order."""
    run = ""
    for operation, argument in parsed:
        name = str(operation)
        if name == "LITERAL":
            run += chr(argument).casefold()
            continue
        yield run
        run = ""
        repeats = name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] > 0
        if name == "SUBPATTERN" or repeats:
            yield from _runs(argument[-1])
        elif name == "ATOMIC_GROUP":
            yield from _runs(argument)
    yield run


def words(constant: str) -> tuple[str, ...]:
    """Return the words of a normal form by which lines can be told, each once.

    They stand in every copy of the text, however it was quoted, escaped, re-cased or spaced.
    """
    return tuple(
        word for word in dict.fromkeys(constant.split()) if len(word) >= LEAST and word.isascii()
    )


def longest_run(text: str) -> str:
    """Return the longest piece, in lower case, of a signature's text or template that stays as it is.

    What lies between numbers, quotes, escapes and the places left open. A text all of whose pieces
    are short, or not ASCII, gives its longest line as it is.
    """
    pieces = [piece.strip() for piece in _VARIES.split(text)]
    best = max(pieces, key=len)
    if len(best) >= LEAST:
        return best.lower()
    lines = re.split(r"\{\}|[\r\n]+", text)
    return max(lines, key=len).strip().encode().lower().decode()


def is_ordinary(leak: float, *, marks: bool) -> bool:
    """Say whether a signature says nothing more once it was seen.

    Args:
        leak: of the signature.
        marks: it marks the begin or the end of a life.
    """
    return leak >= COMMON and not marks


def runs(signatures: Iterable[Signature]) -> Iterator[tuple[str, bytes]]:
    """Yield the longest runs of all signatures, in order, line by line: of those that always say something, and of ordinary ones."""
    told: dict[bool, set[str]] = {False: set(), True: set()}
    for signature in signatures:
        ordinary = is_ordinary(SPECIFICITY[signature.specificity], marks=bool(signature.marks))
        told[ordinary].add(longest_run(signature.template or signature.text))
    for name, ordinary in (("runs", False), ("ordinary", True)):
        yield name, "\n".join(sorted(told[ordinary] - {""})).encode()
