"""Counting while logs are read: tells how far it has come, and stops when asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from diagnose.read import Tally
from tui.engine import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

EVERY = 0.2
"""Seconds between two reports: enough to see it move, too few to cost anything."""

_COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


class Watched(Tally):
    """A tally that reports, and raises KeyboardInterrupt once it is cancelled."""

    __slots__ = ("_bytes", "_cancelled", "_last", "_progress", "_total")

    def __init__(
        self,
        logs: Sequence[Path],
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._bytes = 0
        self._progress = progress
        self._cancelled = cancelled
        self._last = time.monotonic()
        self._total = _size(logs)
        super().__init__()

    def _get(self) -> int:
        return self._bytes

    def _set(self, value: int) -> None:
        self._bytes = value
        if self._cancelled():
            raise KeyboardInterrupt
        now = time.monotonic()
        if now - self._last >= EVERY:
            self._last = now
            self._progress(Progress(value, self.lines, self._total))

    bytes = property(
        _get, _set, doc="Bytes read so far; reading sets it, so it reports and stops there."
    )


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
