"""Mending: lines of a paste that were broken within a signature become one record again.

Mail clients and terminals wrap long lines, within words too. What follows the head of a log record
is taken together with it anyway; in a paste without heads only the signatures can tell.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diagnose.matching.match import Matcher
    from diagnose.reading.records import Record

WINDOW = 4
"""A signature is looked for over so many lines."""

MOST_LINES = 400
"""A paste is shorter; a longer text is a log without heads, whose lines stand for themselves."""


def mended(found: Iterable[Record], matcher: Matcher) -> Iterator[Record]:
    """Yield the records in order, those over which a signature is broken as one.

    When reading is interrupted, the records that were held back still come.
    """
    held: list[Record] = []
    loose = 0
    try:
        for record in found:
            if held and not _adjoins(held[-1], record):
                yield from held
                held = []
            if record.header or loose >= MOST_LINES or not record.text.strip():
                yield record
                continue
            loose += len(record.lines)
            held = _bound([*held, record], matcher)
            while len(held) > WINDOW:
                yield held.pop(0)
    except KeyboardInterrupt:
        yield from held
        raise
    yield from held


def _adjoins(before: Record, after: Record) -> bool:
    following = after.source == before.source and after.line == before.lines[-1].number + 1
    return following and not after.header and bool(after.text.strip())


def _bound(held: list[Record], matcher: Matcher) -> list[Record]:
    """Join the last records when a signature ends in the last line and began in one before."""
    if len(held) < 2:
        return held
    lines = [(n, line) for n, record in enumerate(held) for line in record.lines[-WINDOW:]]
    lines = lines[-WINDOW:]
    count = matcher.broken_over([line for _, line in lines])
    if not count:
        return held
    start = lines[-count][0]
    joined = held[start]._replace(lines=tuple(line for r in held[start:] for line in r.lines))
    return [*held[:start], joined]
