"""Following log files: new lines as they come, through rotation and truncation."""

from __future__ import annotations

import codecs
import os
import stat
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from diagnose.reading.read import LONG_LINE, Line
from kb.text import clean

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = 1024 * 1024
"""Bytes that are read from one file at one go."""

MOST_AT_ONCE = 16 * BLOCK
"""Bytes that are read from one file between two looks; the rest waits."""


class _Place(NamedTuple):
    """Which file it is, so that another one under the same name is noticed."""

    device: int
    inode: int


class Tail:
    """One followed file. It may be missing, come later, be rotated, replaced or truncated."""

    def __init__(self, path: Path, *, from_start: bool = False) -> None:
        self.path = path
        self.said: list[str] = []
        """What happened to the file since this was last emptied."""
        self._stream: BinaryIO | None = None
        self._place: _Place | None = None
        self._at = 0
        self._number = 0
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._skip_to_end = not from_start
        self._refused = ""

    def lines(self) -> list[Line]:
        """Return the whole lines that were written since the last call."""
        found: list[Line] = []
        if self._stream is None:
            self._open()
        if self._stream is not None:
            found += self._read()
            if self._is_replaced():
                found += self._read()  # what was written between the last read and the rotation
                if not self._is_drained():
                    return found  # the rest of it comes before its successor, at the next calls
                found += self._finish()
                self.said.append(f"{self.path}: was rotated or replaced; its successor is read")
                self._close()
                self._open()
                found += self._read()
        self._skip_to_end = False  # what comes later is new as a whole
        return found

    def _open(self) -> None:
        try:
            if not stat.S_ISREG(self.path.stat().st_mode):  # opening a pipe would wait for a writer
                raise OSError("it is no regular file")
            stream = self.path.open("rb")
        except FileNotFoundError:
            return
        except OSError as error:
            self._refuse(f"{self.path}: cannot be read ({error.strerror or error})")
            return
        self._refused = ""
        status = os.fstat(stream.fileno())
        self._stream = stream
        self._place = _Place(status.st_dev, status.st_ino)
        self._at = status.st_size if self._skip_to_end else 0

    def _refuse(self, why: str) -> None:
        """Say why it cannot be read, once until it can."""
        if why != self._refused:
            self.said.append(why)
        self._refused = why

    def _read(self) -> list[Line]:
        if self._stream is None:
            return []
        try:
            size = os.fstat(self._stream.fileno()).st_size
            if size < self._at:
                self.said.append(f"{self.path}: was truncated; it is read from its start")
                self._reset()
            self._stream.seek(self._at)
            data = self._stream.read(min(max(size - self._at, 0), MOST_AT_ONCE))
        except OSError as error:
            self._refuse(f"{self.path}: cannot be read ({error.strerror or error})")
            self._close()
            return []
        self._at += len(data)
        return self._split(self._decoder.decode(data))

    def _split(self, text: str) -> list[Line]:
        *whole, self._rest = (self._rest + text).split("\n")
        if len(self._rest) > LONG_LINE:
            whole.append(self._rest)
            self._rest = ""
        found = []
        for line in whole:
            self._number += 1
            found.append(Line(str(self.path), self._number, clean(line[:LONG_LINE].rstrip("\r"))))
        return found

    def _finish(self) -> list[Line]:
        """Return a last line that has no end, as the file will not grow any more."""
        return self._split("\n") if self._rest else []

    def _is_replaced(self) -> bool:
        try:
            status = self.path.stat()
        except OSError:
            return False  # moved away, and its successor is not there yet
        return _Place(status.st_dev, status.st_ino) != self._place

    def _is_drained(self) -> bool:
        return self._stream is None or os.fstat(self._stream.fileno()).st_size <= self._at

    def _reset(self) -> None:
        self._at = self._number = 0
        self._rest = ""
        self._decoder.reset()

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream = None
        self._reset()

    def close(self) -> None:
        """Let the file go."""
        self._close()
