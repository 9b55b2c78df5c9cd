"""What a text must hold for an expression to match it: a cheap test before an expensive one.

Only the compiler of the index uses this; it reads the expression with the parser of `re`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


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
