"""Seeking: where in a large plain file the time that was asked for begins and ends.

Only in a file whose times are in order wherever it is looked at, its end included; any other is read
as a whole, and so is one that is read quickly anyway.
"""

from __future__ import annotations

from itertools import pairwise

from diagnose.reading import read
from diagnose.reading.heads import parse
from diagnose.reading.stamps import DAY, dated
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

LEAST = 64 * 1024 * 1024
"""A smaller file is read as a whole."""

PROBES = 64
"""At so many places, and at its end, it is seen whether times are in order."""

PROBED = 64 * 1024
"""Bytes that are looked at in each place."""

NEAR = 1024 * 1024
"""So near, in bytes, the place is found; the rest is read and left out."""

SLACK = 60.0
"""Seconds that a line may be older than the one before: threads and hosts write as they come."""


class Part(NamedTuple):
    """A part of a file."""

    start: int
    end: int
    number: int
    """Of its first line."""


class Piece:
    """A binary stream that ends where a part of a file ends."""

    def __init__(self, stream: IO[bytes], part: Part) -> None:
        self._stream = stream
        self._left = part.end - part.start
        stream.seek(part.start)

    def read(self, size: int) -> bytes:
        """Return so many bytes, or fewer at the end."""
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data


def part(stream: IO[bytes], since: float | None, until: float | None) -> Part | None:
    """Return the part of a plain file in which a time lies, or None where all must be read.

    Args:
        stream: the file, which is left anywhere.
        since: seconds since the epoch; None = from the start.
        until: seconds since the epoch; None = to the end.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if size < LEAST or not read.is_plain(stream.read(read.MAGIC)):
        return None
    found = _Times(stream, size, until)
    places = [*(number * size // PROBES for number in range(PROBES)), size - PROBED]
    if not _in_order([[time for _, time in found.at(place)] for place in places]):
        return None
    start = 0 if since is None else found.bisect(since - SLACK, 0, size)[0]
    end = size if until is None else found.bisect(until + SLACK + 1.0, start, size)[1]
    return Part(start, end, _lines(stream, start) + 1)


def _in_order(probes: list[list[float]]) -> bool:
    """Say whether there are times in each place, and none goes back by more than `SLACK`."""
    times = [time for probe in probes for time in probe]
    return all(probes) and all(later >= time - SLACK for time, later in pairwise(times))


class _Times:
    def __init__(self, stream: IO[bytes], size: int, until: float | None) -> None:
        self._stream = stream
        self._size = size
        self._until = until

    def at(self, place: int) -> Iterator[tuple[int, float]]:
        """Yield where the lines with a date begin behind a place, and their times."""
        self._stream.seek(place)
        data = self._stream.read(PROBED)
        lines = data.splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n") and place + len(data) < self._size:
            lines.pop()  # it is cut
        at = place
        for number, line in enumerate(lines):
            time = parse(line.decode("utf-8", "replace").rstrip("\r\n")).time
            if (number or not place) and time is not None and time >= DAY:
                yield at, dated(time, self._until)
            at += len(line)

    def bisect(self, moment: float, low: int, high: int) -> tuple[int, int]:
        """Return places, `NEAR` to one another, before and after the first line of a time."""
        while high - low > NEAR:
            found = next(self.at((low + high) // 2), None)
            if found is None or not low < found[0] < high:
                break
            low, high = (found[0], high) if found[1] < moment else (low, found[0])
        return low, high


def _lines(stream: IO[bytes], end: int) -> int:
    """Return the number of lines before a place."""
    stream.seek(0)
    count, left = 0, end
    while left and (data := stream.read(min(left, NEAR))):
        count += data.count(b"\n")
        left -= len(data)
    return count
