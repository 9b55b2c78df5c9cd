"""Silences in a part of a log, found by halving it.

Where time goes by no faster than usual nothing is looked at.
"""

from __future__ import annotations

from diagnose.reading.stamps import DAY
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnose.scanning.bodies import Heads

MOST_UNTIMED = 400
"""After so many lines without a time the search for one is given up."""


class Timed(NamedTuple):
    """A place in a body, and the time that the line there names."""

    at: int
    time: float | None


def silences(
    heads: Heads, body: bytes, first: Timed, last: Timed, limit: float
) -> Iterator[tuple[int, int]]:
    """Yield where the lines before and after each silence start, in no order.

    Args:
        heads: knows the format of the log.
        body: whole lines.
        first: an early line.
        last: a late one.
        limit: seconds between two records that follow one another and are no silence yet.
    """
    parts = [(first, last)]
    while parts:
        early, late = parts.pop()
        if _between(early, late) <= limit:
            continue
        middle = _timed(heads, body, early.at, (early.at + late.at) // 2, late.at)
        if middle is None:
            yield early.at, late.at
        else:
            parts += [(early, middle), (middle, late)]


def _between(early: Timed, late: Timed) -> float:
    if early.time is None or late.time is None:
        return 0.0
    distance = late.time - early.time
    return distance + DAY if early.time < DAY and distance < -3600 else distance


def _timed(heads: Heads, body: bytes, start: int, middle: int, stop: int) -> Timed | None:
    """Return a line with a time between two others, near the middle where there is one."""
    after_start = body.find(b"\n", start) + 1
    halfway = max(body.rfind(b"\n", start, middle) + 1, after_start)
    for begin, end in ((halfway, stop), (after_start, halfway)):
        at = begin
        for _ in range(MOST_UNTIMED):
            if not start < at < end:
                break
            time = heads.at(body, at).time
            if time is not None:
                return Timed(at, time)
            at = body.find(b"\n", at) + 1
    return None
