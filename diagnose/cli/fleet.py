"""The one-shot form on a cluster: ``--dask``."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

from diagnose.cli import inputs, output, talk
from diagnose.cli.progress import EVERY, told
from diagnose.fleet import fleet
from diagnose.fleet.cluster import LOCAL
from diagnose.reading.parallel import cores
from diagnose.reading.places import is_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.cli.options import Args
    from diagnose.fleet.cluster import Progress
    from diagnose.reading.places import LogFile
    from diagnose.result import Diagnosis
    from kb.index import Index

START_S = 3.0
"""Seconds of a local cluster's start and end that a run without one does not have: 3.7 s of CPU time
on two cores, of which its workers' start is 1.2 to 1.7 s by the clock."""

RATE = 60e6
"""Bytes of a log with 3 % abnormal lines that a core reads in a second: 58 MB/s, 512 MB of 32 hosts
in one process (`benchmarks.fleet`)."""


def diagnosed(args: Args, index: Index) -> Diagnosis:
    """Return the diagnosis of the logs that were given, read on the cluster that was named.

    Raises:
        UsageError: as `fleet.listed` and `fleet.diagnose`.
    """
    given = inputs.given(args)
    limit = inputs.number(args.limit, "--limit", inputs.DEFAULT_LIMIT)
    files = fleet.listed(given)
    advise(files, args.dask)
    shown = _Shown()
    try:
        return fleet.diagnose(files, given, index, args.dask, limit=limit, progress=shown)
    finally:
        shown.end()


def advise(files: Sequence[LogFile], address: str) -> None:
    """Say when one machine is faster: it has read all before a cluster is there to begin."""
    worth = START_S * RATE * cores()
    here = not any(is_url(file.name) for file in files)
    if sum(file.text for file in files) < worth and (here or address == LOCAL):
        talk.note(
            f"{len(files)} files of {_size(sum(file.size for file in files))}: below about {_size(worth)} one machine is"
            " faster, without --dask"
        )
    elif here and address == LOCAL:
        talk.note("this machine's cores read files of its own as fast without --dask local")


class _Shown:
    """Progress on a terminal, on one line that is written over and at last wiped out."""

    def __init__(self) -> None:
        self._began = self._said = monotonic()
        self._width = 0
        self._live = not talk.quiet and output.on_terminal(sys.stderr)

    def __call__(self, progress: Progress) -> None:
        now = monotonic()
        if not self._live or now - self._said < EVERY:
            return
        self._said = now
        read = told(progress.bytes, progress.of_bytes, now - self._began)
        self._write(f"{progress.files} of {progress.of_files} files, {read}")

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r{line:<{self._width}}\r")
        sys.stderr.flush()
        self._width = len(line)

    def end(self) -> None:
        """Wipe the line out."""
        if self._width:
            self._write("")


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
