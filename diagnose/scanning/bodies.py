"""Bodies: a stream of bytes cut where records begin, so that each part can be looked at by itself."""

from __future__ import annotations

from diagnose.reading.heads import begins, continues, parse
from diagnose.reading.read import BLOCK, OVERLAP, until_stopped
from diagnose.reading.records import MAX_LINES
from diagnose.scanning.feeds import line_feeds
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diagnose.reading.heads import Head

LEAST_BODY = 4 * BLOCK
MOST_BODY = 8 * BLOCK
"""Bytes; a line that is longer is cut."""

ROOM = 4 * LEAST_BODY
"""The C library of Linux keeps memory for reuse up to twice the size of the largest block that it
has once taken back. Without that it maps the pages of every body anew, for a fifth of the time."""

PATIENCE = 4
"""After so many bodies without any head the log is taken for one without heads."""

SHOWN = 200_000
"""So much of a line is looked at for its head."""

_SHAPE = bytes(ord("0") if chr(n).isdigit() and n < 128 else n for n in range(256))
_SHAPED = 10
"""The first so many bytes, digits made equal, are the shape of a line's start: a stamp."""


class Heads:
    """Knows where records of one log begin; what it has learned of the log's format is fast."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._asked = 0
        self.any = False
        """A record with a head was seen."""

    def at(self, body: bytes, start: int) -> Head:
        """Return what stands before the message of the line that starts there."""
        stop = body.find(b"\n", start, start + SHOWN)
        line = body[start : stop if stop >= 0 else start + SHOWN]
        return parse(line.decode("utf-8", "replace").rstrip("\r"))

    def begin(self, body: bytes, start: int) -> bool:
        """Say whether a record begins with the line that starts there."""
        shape = body[start : start + _SHAPED].translate(_SHAPE)
        if shape in self._known:
            return True
        head = self.at(body, start)
        if not begins(head):
            return False
        self.any = True
        if head.first and shape[:1] in b"0[":
            self._known.add(shape)
        return True

    def known(self, body: bytes, start: int) -> bool:
        """Say whether a record begins there, as far as that is known without looking closer."""
        return body[start : start + _SHAPED].translate(_SHAPE) in self._known

    def record(self, body: bytes, start: int, least: int = 0) -> tuple[int, int]:
        """Return where the record begins and ends that the line at ``start`` belongs to.

        Args:
            body: whole lines.
            start: where a line starts.
            least: lines before this place belong to no record that is looked for.
        """
        return self._up(body, start, least), self._down(body, start)

    def _up(self, body: bytes, start: int, least: int) -> int:
        first = start
        for _ in range(MAX_LINES):
            if first <= least or self.begin(body, first):
                return first
            if not self.any and not self._goes_on(body, first):
                return first
            first = body.rfind(b"\n", 0, first - 1) + 1
        return start

    def _down(self, body: bytes, start: int) -> int:
        end = _next(body, start)
        for _ in range(MAX_LINES):
            if end >= len(body) or self.begin(body, end):
                return end
            if not self.any and not self._goes_on(body, end):
                return end
            end = _next(body, end)
        return end

    def _goes_on(self, body: bytes, start: int) -> bool:
        return continues(self.at(body, start).text)

    def last(self, body: bytes, end: int, least: int = 0) -> int:
        """Return where the last record before ``end`` begins; without heads, the last line.

        Args:
            body: whole lines, at least from ``least`` to ``end``.
            end: where a line ends.
            least: where a line starts; what stands before is not looked at.
        """
        at = last = body.rfind(b"\n", least, end - 1) + 1 or least
        self._asked += 1
        for _ in range(MAX_LINES if self.any or self._asked <= PATIENCE else 1):
            if self.begin(body, at):
                return at
            if at <= least:
                break
            at = body.rfind(b"\n", least, at - 1) + 1 or least
        return last


def _next(body: bytes, start: int) -> int:
    """Return where the line after the one at ``start`` starts."""
    return body.find(b"\n", start) + 1 or len(body)


class Body(NamedTuple):
    """Whole lines, or a piece of a very long one."""

    data: bytes
    feeds: int
    """Number of its line feeds."""
    ends: bool = False
    """A last line without a line feed ends with it."""


def bodies(blocks: Iterable[bytes], heads: Heads) -> Iterator[Body]:
    """Yield the stream in parts of whole lines that begin with a record.

    Where reading is interrupted, what was read so far still comes. A line longer than `MOST_BODY`
    comes in overlapping pieces.
    """
    bytearray(ROOM)
    parts: list[bytes] = []
    size = feeds = 0
    stopped: list[KeyboardInterrupt] = []
    for block in until_stopped(blocks, stopped):
        parts.append(block)
        size += len(block)
        feeds += line_feeds(block, 0, len(block))
        if size < LEAST_BODY:
            continue
        cut = _cut_last(block, heads)
        if cut:
            data = b"".join((*parts[:-1], memoryview(block)[:cut]))
            rest = block[cut:]
        else:
            data, rest = _cut(b"".join(parts), heads)
        parts, size = [rest], len(rest)
        if data:
            more, feeds = feeds, rest.count(b"\n")
            yield Body(data, more - feeds)
    if data := b"".join(parts):
        yield Body(data, feeds, ends=not data.endswith(b"\n"))
    if stopped:
        raise stopped[0]


def _cut_last(block: bytes, heads: Heads) -> int:
    """Return where in the latest block a body ends, or 0 where that block alone does not tell."""
    first, end = block.find(b"\n") + 1, block.rfind(b"\n") + 1
    if first == end:
        return 0
    last = heads.last(block, end, first)
    return last if not heads.any or heads.begin(block, last) else 0


def _cut(data: bytes, heads: Heads) -> tuple[bytes, bytes]:
    """Return a body, empty where more is to be read first, and what is kept for the next."""
    whole = data.rfind(b"\n") + 1
    if not whole:
        return (data, data[-OVERLAP:]) if len(data) > MOST_BODY else (b"", data)
    last = heads.last(data, whole)
    if not last and len(data) <= MOST_BODY:
        return b"", data
    return data[: last or whole], data[last or whole :]
