"""Several log files at once, each in a process of its own; their readings are merged in order."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Any

from diagnose.reading.read import Tally
from diagnose.reading.reader import Reader
from diagnose.reading.reading import NOTHING, joined
from kb.index import Index

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from diagnose.reading.reading import Reading

MOST_PROCESSES = 61
"""Windows can wait for no more (`concurrent.futures.ProcessPoolExecutor`)."""

WORTH = 64 * 1024 * 1024
"""Fewer bytes are read sooner than processes start."""

LOOK = 0.2
"""Seconds between two looks at how far the processes are."""


def pays(files: Sequence[Path]) -> bool:
    """Say whether files are read sooner in several processes."""
    if len(files) < 2 or _workers(files) < 2:
        return False
    try:
        return sum(file.stat().st_size for file in files) >= WORTH
    except OSError:
        return False


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _workers(files: Sequence[Path]) -> int:
    return min(cores(), len(files), MOST_PROCESSES)


def read_files(
    files: Sequence[Path], reader: Reader, tally: Tally, named: Collection[Path] | None = None
) -> Reading:
    """Return the readings of files as one, in the order given.

    Args:
        files: which.
        reader: reads here what processes cannot be had for.
        tally: counts; when it raises KeyboardInterrupt the processes stop, and what they have read
            so far counts.
        named: those that must be readable, by default all; others are named when they are not.

    Raises:
        UsageError: such a file cannot be read; of several the first one is said.
    """

    def must(file: Path) -> bool:
        return named is None or file in named

    context = get_context("spawn")
    done, stop = context.Value("q", 0), context.Value("b", 0)
    setup = (reader.index.path, reader.since, reader.until, done, stop)
    try:
        with ProcessPoolExecutor(_workers(files), context, _start, setup) as pool:
            sent = [pool.submit(_read, file, must=must(file)) for file in files]
            return _collected(sent, tally, done, stop)
    except BrokenProcessPool:  # no memory, or no processes to be had
        return joined((reader.file if must(file) else reader.found)(file, tally) for file in files)


def _collected(futures: Sequence[Future[Reading]], tally: Tally, done: Any, stop: Any) -> Reading:
    counted = 0
    stopped = False
    left = set(futures)
    while left:
        try:
            _, left = wait(left, None if stopped else LOOK, FIRST_COMPLETED)
            if not stopped:
                more = done.value - counted
                counted += more
                tally.advance(more)
        except KeyboardInterrupt:
            stop.value, stopped = 1, True
            left = {future for future in left if not future.cancel()}
    found = joined(future.result() for future in futures if not future.cancelled())
    tally.lines += found.lines
    tally.said = tally.said or found.said
    return found._replace(partial=True) if stopped else found


class _Counting(Tally):
    """Adds to what all processes have read, and stops when they are to stop."""

    __slots__ = ()

    def advance(self, size: int) -> None:
        """Count bytes of this process's file."""
        super().advance(size)
        with _done.get_lock():
            _done.value += size
        if _stop.value:
            raise KeyboardInterrupt


_reader: Reader
_done: Any
_stop: Any


def _start(path: str, since: float | None, until: float | None, done: Any, stop: Any) -> None:
    """Prepare a process; the one that started it says when to stop."""
    global _reader, _done, _stop  # noqa: PLW0603 (what a process of a pool is given)
    for name in ("SIGINT", "SIGHUP"):  # a terminal sends them to all its processes
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _reader = Reader(Index(path), since, until)
    _done, _stop = done, stop


def _end_with_parent() -> None:
    """End when the process that reads for the user is gone: nobody else would end this one."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read(file: Path, *, must: bool) -> Reading:
    if _stop.value:
        return NOTHING._replace(partial=True)
    return (_reader.file if must else _reader.found)(file, _Counting())
