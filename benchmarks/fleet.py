"""A fleet's logs on Dask clusters of one and of two workers, beside one process without a cluster.

Run: ``python -m benchmarks.fleet [--mb 512] [--hosts 32] [--rounds 3] [--short]``.

Wall time, because waiting is what a cluster saves: of the reading and of the answer with every host,
and of a cluster's start apart from it.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.logs import Options, write
from benchmarks.rows import Row, absent, parser, said
from diagnose.collect import Given
from diagnose.fleet import fleet, local
from diagnose.reader import Reader
from diagnose.reading import joined
from kb.cache import open_index

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.index import Index

GOAL = 1.5
"""Least speed of two workers, to that of one."""


def alone(given: Given, index: Index) -> float:
    """Return the seconds that one process takes to read every file."""
    began = time.monotonic()
    reader = Reader(index, given.since, given.until)
    joined(reader.log(file.name) for file in fleet.listed(given))
    return time.monotonic() - began


def clustered(given: Given, index: Index, workers: int, rounds: int) -> tuple[float, float]:
    """Return (median seconds of the reading, seconds of the start) of a cluster."""
    began = time.monotonic()
    with local.running(workers) as address:
        start, taken = time.monotonic() - began, []
        files = fleet.listed(given)
        for _ in range(rounds + 1):  # the first one loads the modules
            began = time.monotonic()
            fleet.diagnose(files, given, index, address, limit=5, progress=lambda _: None)
            taken.append(time.monotonic() - began)
    return statistics.median(taken[1:]), start


def measured(megabytes: float, hosts: int, rounds: int) -> Iterator[Row]:
    """Yield the rows; ratios are to one worker."""
    index, what = open_index(), f"{megabytes:,.0f} MB of {hosts} hosts"
    with tempfile.TemporaryDirectory() as folder:
        for host in range(hosts):
            place = Path(folder, f"host-{host:03}")
            place.mkdir()
            write(place / "agent.log", int(megabytes * 1e6 / hosts), Options(seed=host))
        given = Given(logs=(Path(folder),))
        seconds = statistics.median(alone(given, index) for _ in range(rounds))
        yield Row(f"{what}, one process, no cluster", f"{megabytes / seconds:,.0f} MB/s")
        if importlib.util.find_spec("distributed") is None:
            yield absent(f"{what}, Dask workers", "distributed is not installed")
            return
        one, start = clustered(given, index, 1, rounds)
        two, _ = clustered(given, index, 2, rounds)
    yield Row("start of a cluster", f"{start:.1f} s")
    yield Row(f"{what}, one Dask worker", f"{megabytes / one:,.0f} MB/s", "1.00")
    yield Row(
        f"{what}, two Dask workers", f"{megabytes / two:,.0f} MB/s", f"{one / two:.2f}",
        f"{GOAL}", missed=one / two < GOAL,
    )  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, mb=512.0, hosts=32, rounds=3).parse_args(argv)
    return said(
        measured(*((1.0, 2, 1) if args.short else (args.mb, args.hosts, args.rounds))), args
    )


if __name__ == "__main__":
    sys.exit(main())
