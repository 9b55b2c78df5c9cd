"""A fleet's logs on Dask clusters of one and of two workers, beside one process without a cluster.

Run: ``python -m benchmarks.fleet [--mb 512] [--hosts 32] [--rounds 3] [--short]``.

Wall time, because waiting is what a cluster saves: of the reading and of the answer with every host,
and of a cluster's start apart from it. ``--short`` only sees that everything runs. Otherwise the exit
status is 1 when two workers are less than `GOAL` times as fast as one.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.logs import Options, write
from benchmarks.measure import machine, table
from diagnose.collect import Given
from diagnose.fleet import fleet
from diagnose.reader import Reader
from diagnose.reading import joined
from kb.cache import open_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.index import Index

GOAL = 1.5
ALONE = "one process, no cluster"


def alone(given: Given, index: Index) -> float:
    """Return the seconds that one process takes to read every file."""
    began = time.monotonic()
    reader = Reader(index, given.since, given.until)
    joined(reader.log(file.name) for file in fleet.listed(given))
    return time.monotonic() - began


def clustered(given: Given, index: Index, workers: int, rounds: int) -> tuple[float, float]:
    """Return (median seconds of the reading, seconds of the start) of a cluster."""
    from distributed import LocalCluster  # noqa: PLC0415 (an extra)

    began = time.monotonic()
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as cluster:
        start, taken = time.monotonic() - began, []
        files = fleet.listed(given)
        for _ in range(rounds + 1):  # the first one loads the modules
            began = time.monotonic()
            fleet.diagnose(
                files, given, index, cluster.scheduler_address, limit=5, progress=lambda _: None
            )
            taken.append(time.monotonic() - began)
    return statistics.median(taken[1:]), start


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table and return 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--mb", type=float, default=512.0, help="size of all logs, in 10^6 bytes")
    parser.add_argument("--hosts", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="see that everything runs")
    args = parser.parse_args(argv)
    mb, hosts, rounds = (1.0, 2, 1) if args.short else (args.mb, args.hosts, args.rounds)
    index = open_index()
    with tempfile.TemporaryDirectory() as folder:
        for host in range(hosts):
            place = Path(folder, f"host-{host:03}")
            place.mkdir()
            write(place / "agent.log", int(mb * 1e6 / hosts), Options(seed=host))
        given = Given(logs=(Path(folder),))
        taken = {ALONE: (statistics.median(alone(given, index) for _ in range(rounds)), 0.0)}
        for workers in (1, 2):
            taken[f"{workers} workers"] = clustered(given, index, workers, rounds)
    one, two = taken["1 workers"][0], taken["2 workers"][0]
    rows = [
        [name, f"{mb / seconds:,.0f}", f"{one / seconds:.2f}", f"{start:.1f}"]
        for name, (seconds, start) in taken.items()
    ]
    print(table([f"{mb:,.0f} MB of {hosts} hosts", "MB/s", "to 1 worker", "start s"], rows))
    print(f"\n{machine()}")
    if args.short or one / two >= GOAL:
        return 0
    print(f"\nmissed: two workers {one / two:.2f} times as fast as one, goal {GOAL}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
