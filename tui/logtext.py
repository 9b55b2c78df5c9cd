"""Any line of a log of any size, without holding the log in memory."""

from __future__ import annotations

import bisect
import io
import tempfile
import threading
from collections import OrderedDict
from typing import IO, TYPE_CHECKING, Protocol

from diagnose.reading.read import Tally, file_lines
from tui.safe import lines as safe_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BLOCK = 256 * 1024
LONGEST = 1024 * 1024
"""Bytes of one stretch that are read at most: only its last line can be longer, and is cut."""

KEPT = 8
"""Stretches that stay decoded."""

SHOWN = 2000
"""Characters of a line that are shown."""

_WRAPPED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\xfe\xff")


class Text(Protocol):
    """Lines to look at."""

    @property
    def count(self) -> int:
        """How many lines are known."""

    @property
    def opened(self) -> bool:
        """Whether all bytes can be had, even if not all lines are known."""

    def line(self, number: int) -> str:
        """Return a line by number, 1-based, made harmless."""

    def blocks(self) -> Iterator[bytes]:
        """Yield all bytes of the text, in pieces; any thread may do so."""


class Held:
    """Lines of a text that was pasted."""

    opened = True

    def __init__(self, text: str) -> None:
        self._lines = text.removesuffix("\n").split("\n")

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def line(self, number: int) -> str:
        """Return a line by number, 1-based, made harmless."""
        return safe_lines(self._lines[number - 1], SHOWN) if 0 < number <= self.count else ""

    def blocks(self) -> Iterator[bytes]:
        """Yield all bytes of the text."""
        yield "\n".join(self._lines).encode("utf-8", "replace")


class OnDisk:
    """Lines of a file; compressed ones and UTF-16 are spooled to a temporary file first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: IO[bytes] = io.BytesIO()
        self.opened = False
        self._lock = threading.Lock()
        """Whoever moves the stream holds it."""
        self._starts = [1]
        """Number of the first line of each stretch."""
        self._offsets = [0]
        self._end = 0
        self._kept: OrderedDict[int, list[str]] = OrderedDict()
        self.count = 0

    def scan(self, cancelled: Callable[[], bool], grown: Callable[[], None]) -> None:
        """Learn where lines begin; lines can be looked at as soon as they are known.

        Raises:
            UsageError: the file cannot be read.
            OSError: the file cannot be read.
        """
        with self._path.open("rb") as stream:
            plain = not stream.read(6).startswith(_WRAPPED)
        self._stream = self._path.open("rb") if plain else self._spooled(cancelled)
        self.opened = True
        number = 1
        for block in self.blocks():
            if cancelled():
                break
            newlines = block.count(b"\n")
            if newlines:
                self._offsets.append(self._end + block.index(b"\n") + 1)
                self._starts.append(number + 1)
                number += newlines
            self._end += len(block)
            self.count = number - (block.endswith(b"\n"))
            grown()

    def blocks(self) -> Iterator[bytes]:
        """Yield all bytes of the text, in pieces."""
        at = 0
        while block := self._bytes(at, BLOCK):
            yield block
            at += len(block)

    def _bytes(self, at: int, size: int) -> bytes:
        with self._lock:
            if self._stream.closed:
                return b""
            self._stream.seek(at)
            return self._stream.read(size)

    def _spooled(self, cancelled: Callable[[], bool]) -> IO[bytes]:
        stream = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the view)
        last = 0
        for line in file_lines(self._path, Tally()):
            if cancelled():
                break
            if line.number != last:  # pieces of one long line: the first is enough to look at
                stream.write(line.text.replace("\n", " ").encode("utf-8", "replace") + b"\n")
                last = line.number
        stream.seek(0)
        return stream

    def line(self, number: int) -> str:
        """Return a line by number, 1-based, made harmless."""
        if not 0 < number <= self.count:
            return ""
        place = bisect.bisect_right(self._starts, number) - 1
        stretch = self._stretch(place)
        offset = number - self._starts[place]
        return safe_lines(stretch[offset], SHOWN) if offset < len(stretch) else ""

    def _stretch(self, place: int) -> list[str]:
        known = self._kept.get(place)
        if known is not None:
            self._kept.move_to_end(place)
            return known
        start = self._offsets[place]
        last = place + 1 == len(self._offsets)
        end = self._end if last else self._offsets[place + 1]
        data = self._bytes(start, min(end - start, LONGEST))
        found = data.decode("utf-8", "replace").split("\n")
        if not last or len(self._kept) > KEPT:
            self._kept[place] = found
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._stream.close()
