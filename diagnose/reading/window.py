"""The window of time that was asked for, and which parts of a log lie in it.

A record without a date lies where the last dated one above it lies; before any date all count.
"""

from __future__ import annotations

from diagnose.reading.heads import parse
from diagnose.reading.stamps import DAY, dated, seconds
from kb.pattern import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 200_000
"""So much of a line is looked at for its date."""

MINUTE = 60.0

# The minutes of lines in Prefect's own formats, without a zone; what is between is every other line.
_OWN = lazy(
    rb"\n\[?(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d(?:[.,]\d{1,9})?"
    rb"(?: *\| *|\] *)(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) *[|-] [^\n]*"
)
# All that a date can be taken from in any other line: its minute, and its zone.
_ANY = lazy(
    rb"(\d{4}[-/]\d\d[-/]\d\d.\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d)"
    rb"(?::\d\d(?:[.,]\d{1,9})?(?: ?([+-]\d\d:?\d\d))?)?"
)
_NUMBER = lazy(rb"\d{9}")
"""In JSON a time may be a number of seconds, or of their parts."""


class Window:
    """Tells of times, and of whole bodies of a log, whether they lie in the window."""

    def __init__(self, since: float | None, until: float | None) -> None:
        self._since = since
        self._until = until
        self._ends = (since, until)

    def holds(self, time: float | None) -> bool | None:
        """Say whether a time that a record names lies in it; None where that is no date."""
        if time is None or time < DAY:
            return None
        when = dated(time, self._until)
        return (self._since is None or when >= self._since) and (
            self._until is None or when <= self._until
        )

    def place(self, body: bytes, *, before: bool) -> bool | None:
        """Say whether all records of a body lie in the window, or none; None = some do.

        Args:
            body: whole lines that begin with a record.
            before: whether what stands above the body lies in it.
        """
        first = self.holds(_time(body[: body.find(b"\n") + 1 or len(body)]))
        found = before if first is None else first
        for holds in self._dates(body):
            if holds is not None and holds is not found:
                return None
        return found

    def _dates(self, body: bytes) -> Iterator[bool | None]:
        """Yield what `holds` says of every date in a body, in any order; rather of some more."""
        parts = _OWN.split(b"\n" + body)
        others = b"".join(parts[::2])
        for minute in set(parts[1::2]):
            yield from self._minute(minute, b"")
        for minute, zone in set(_ANY.findall(others)):
            yield from self._minute(minute, b"")
            if zone:
                yield from self._minute(minute, zone)
        for line in others.split(b"\n") if b"{" in others else ():
            if b"{" in line and (_NUMBER.search(line) or not _ANY.search(line)):
                yield self.holds(_time(line))

    def _minute(self, minute: bytes, zone: bytes) -> Iterator[bool | None]:
        """Yield what `holds` says of the seconds of a minute."""
        stamp = f"{minute.decode('latin-1')}:00{zone.decode()}"
        start = seconds(stamp)
        if start is None or start < DAY:
            return
        start = dated(start, self._until)
        yield self.holds(start)
        if any(end is not None and start <= end < start + MINUTE for end in self._ends):
            yield from (True, False)


def _time(line: bytes) -> float | None:
    return parse(line[:SHOWN].decode("utf-8", "replace").rstrip("\r\n")).time
