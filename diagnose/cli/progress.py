"""How far the reading of long logs has come, on the standard error of a terminal."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from diagnose.cli import output, talk
from diagnose.reading.logfiles import PACKED, log_files
from diagnose.reading.read import Tally

if TYPE_CHECKING:
    from pathlib import Path

LONG = 64 * 1024 * 1024
"""Fewer bytes are read before anybody wonders."""

EVERY = 0.5
"""Seconds between two lines."""


class Shown(Tally):
    """A tally that says how far it is, in one line that is written over and at last wiped out."""

    __slots__ = ("_began", "_said", "_total", "_width")

    def __init__(self, total: int) -> None:
        """Prepare to count.

        Args:
            total: bytes to be read; 0 = not known.
        """
        super().__init__()
        self._total = total
        self._began = self._said = time.monotonic()
        self._width = 0

    def advance(self, size: int) -> None:
        """Count, and say it from time to time."""
        super().advance(size)
        now = time.monotonic()
        if now - self._said >= EVERY:
            self._said = now
            self._write(told(self.bytes, self._total, now - self._began))

    def _write(self, line: str) -> None:
        try:
            sys.stderr.write(f"\r{line:<{self._width}}\r")
            sys.stderr.flush()
        except (OSError, ValueError):
            return  # nobody looks
        self._width = len(line)

    def end(self) -> None:
        """Wipe the line out."""
        if self._width:
            self._write("")


def told(done: int, total: int, seconds: float) -> str:
    """Return the line: bytes, rate and, where the whole is known, share and time left."""
    rate = done / max(seconds, 0.001)
    line = f"read {done / 1e6:,.0f} MB at {rate / 1e6:,.0f} MB/s"
    if total < done or not rate:
        return line
    left = round((total - done) / rate)
    return f"{line}, {done / total:.0%}, {left // 60}:{left % 60:02} left"


def tally(logs: tuple[Path, ...], *, stdin: bool) -> Tally:
    """Return what counts the reading: aloud for long logs on a terminal, else silently."""
    typed = stdin and output.on_terminal(sys.stdin)
    if talk.quiet or typed or not output.on_terminal(sys.stderr):
        return Tally()
    size, known = _size(logs)
    if not stdin and size < LONG and known:
        return Tally()
    return Shown(size if known and not stdin else 0)


def _size(logs: tuple[Path, ...]) -> tuple[int, bool]:
    """Return the bytes of all files, and whether that is what will be read."""
    files = [file for path in filter(os.path.exists, logs) for file in log_files(path)]
    try:
        size = sum(file.stat().st_size for file in files)
    except OSError:
        return 0, False
    return size, not any(file.suffix in PACKED for file in files)
