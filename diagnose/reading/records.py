"""Log records: a line with a head and the lines that continue it."""

from __future__ import annotations

from diagnose.reading.heads import Head, continues, parse
from diagnose.reading.read import until_stopped
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diagnose.reading.read import Line

MAX_LINES = 400
"""A record keeps at most so many lines; a chain of exceptions is shorter."""

_TRACEBACK = "Traceback (most recent"


class Record(NamedTuple):
    """One log record with its continuation lines."""

    source: str
    line: int
    """Number of its first line, 1-based."""
    time: float | None
    """Seconds since the epoch (UTC where the log names no zone), or since midnight for logs that
    give only the time of day."""
    level: str
    logger: str
    header: bool
    """True when the line had a timestamp or a level: a log said it, not a person."""
    lines: tuple[Line, ...]
    """Messages without their prefix; the first is the record's own."""

    @property
    def text(self) -> str:
        """The whole message."""
        return "\n".join(line.text for line in self.lines)


def records(lines: Iterable[Line]) -> Iterator[Record]:
    """Group lines into records: one with a head starts a record, what continues it follows.

    When reading is interrupted, the record that was being read still comes.
    """
    current: list[Line] = []
    head = Head("")
    stopped: list[KeyboardInterrupt] = []
    for line in until_stopped(lines, stopped):
        new = parse(line.text)
        follows = (
            bool(current)
            and (not new.found or (new.bare and _in_chain(new.text, current)))
            and line.source == current[0].source
            and len(current) < MAX_LINES
            and (head.found or _in_traceback(current) or line.text[:1] in " \t")
            and _goes_on(new.text, current, after_head=head.found)
        )
        if follows:
            current += _parts(line, new.text)
            continue
        if current:
            yield _record(head, current)
        head, current = new, _parts(line, new.text)
    if current:
        yield _record(head, current)
    if stopped:
        raise stopped[0]


def _parts(line: Line, text: str) -> list[Line]:
    """Return the lines of a message; one in JSON may hold a whole traceback."""
    return [line._replace(text=part) for part in text.split("\n")]


def _goes_on(text: str, lines: list[Line], *, after_head: bool) -> bool:
    """Below a record's head anything goes on, until a fence, or an empty line and then prose."""
    if text.startswith(("```", "~~~")):
        return False
    direct = after_head and bool(lines[-1].text.strip())
    return direct or continues(text)


def _in_chain(text: str, lines: list[Line]) -> bool:
    """Say whether a line that a supervisor prefixed goes on with the traceback above it."""
    begins = text.startswith(_TRACEBACK)
    return begins or (continues(text) and _in_traceback(lines))


def _in_traceback(lines: list[Line]) -> bool:
    return any(line.text.lstrip(" |+").startswith(_TRACEBACK) for line in lines[-MAX_LINES:])


def _record(head: Head, lines: list[Line]) -> Record:
    first = lines[0]
    while len(lines) > 1 and not lines[-1].text.strip():
        lines.pop()
    return Record(
        first.source, first.number, head.time, head.level, head.logger, head.found, tuple(lines)
    )
