"""Counting while logs are read: tells how far it has come, and stops when asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from diagnose.reading.read import Tally
from tui.engine import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

EVERY = 0.2
"""Seconds between two reports: enough to see it move, too few to cost anything."""

_COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


class Watched(Tally):
    """A tally that reports, and raises KeyboardInterrupt once it is cancelled."""

    __slots__ = ("_cancelled", "_last", "_progress", "_total")

    def __init__(
        self,
        logs: Sequence[Path],
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._progress = progress
        self._cancelled = cancelled
        self._last = time.monotonic()
        self._total = _size(logs)

    def advance(self, size: int) -> None:
        """Count, report from time to time, and stop when that was asked for."""
        super().advance(size)
        if self._cancelled():
            raise KeyboardInterrupt
        now = time.monotonic()
        if now - self._last >= EVERY:
            self._last = now
            self._progress(Progress(self.bytes, self.lines, self._total))


def _size(logs: Sequence[Path]) -> int:
    """Return the bytes of all files, or 0 when some are compressed or cannot be asked."""
    total = 0
    for path in logs:
        try:
            files = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
            if any(file.suffix in _COMPRESSED for file in files):
                return 0
            total += sum(file.stat().st_size for file in files)
        except OSError:
            return 0
    return total
