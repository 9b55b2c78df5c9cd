"""A fleet's logs on Dask clusters of one and of two workers, beside one process without a cluster.

Run: ``python -m benchmarks.fleet [--mb 512] [--hosts 32] [--rounds 3] [--short]``.

Wall time, because waiting is what a cluster saves: of the reading and of the answer with every host,
in turn, and of a cluster's start apart from it. Ratios are to one worker.
"""

from __future__ import annotations

import contextlib
import importlib.util
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.logs import Options, write
from benchmarks.measure import times
from benchmarks.rows import Row, absent, parser, said
from diagnose.fleet import fleet, local
from diagnose.given import Given
from diagnose.reading.reader import Reader
from diagnose.reading.reading import joined
from kb.cache import open_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kb.index import Index

GOAL = 1.5
"""Least speed of two workers, to that of one."""


ALONE, ONE, TWO = "one process, no cluster", "one Dask worker", "two Dask workers"


def alone(given: Given, index: Index) -> None:
    """Read every file in one process."""
    reader = Reader(index, given.since, given.until)
    joined(reader.log(file.name) for file in fleet.listed(given))


def clustered(given: Given, index: Index, address: str) -> None:
    """Read every file on a cluster, and conclude what all say and what each host says."""
    files = fleet.listed(given)
    fleet.diagnose(files, given, index, address, limit=5, progress=lambda _: None)


def seconds(work: Callable[[], object]) -> float:
    """Return what the clock says of some work."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def taken(given: Given, index: Index, rounds: int) -> tuple[float, dict[str, list[float]]]:
    """Return the seconds of a cluster's start, and those of each way, all in turn."""
    with contextlib.ExitStack() as stack:
        ways = {ALONE: partial(alone, given, index)}
        start = 0.0
        if importlib.util.find_spec("distributed"):
            for name, workers in ((ONE, 1), (TWO, 2)):
                began = time.monotonic()
                address = stack.enter_context(local.running(workers))
                start = time.monotonic() - began
                ways[name] = partial(clustered, given, index, address)
        found: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(rounds + 1):
            for name, work in ways.items():
                took = seconds(work)
                if number:  # the first round loads the modules
                    found[name].append(took)
        return start, found


def measured(megabytes: float, hosts: int, rounds: int) -> Iterator[Row]:
    """Yield the rows; ratios are to one worker."""
    with tempfile.TemporaryDirectory() as folder:
        for host in range(hosts):
            place = Path(folder, f"host-{host:03}")
            place.mkdir()
            write(place / "agent.log", int(megabytes * 1e6 / hosts), Options(seed=host))
        start, found = taken(Given(logs=(Path(folder),)), open_index(), rounds)
    what = f"{megabytes:,.0f} MB of {hosts} hosts"
    for name, values in found.items():
        faster = 1 / times(values, found[ONE]) if ONE in found else 0.0
        yield Row(
            f"{what}, {name}", f"{megabytes / statistics.median(values):,.0f} MB/s by the clock",
            f"{faster:.2f}" if faster else "", f"{GOAL}" if name == TWO else "",
            missed=name == TWO and faster < GOAL,
        )  # fmt: skip
    if ONE in found:
        yield Row("start of a cluster of two workers", f"{start:.1f} s by the clock")
    else:
        yield absent(f"{what}, Dask workers", "distributed is not installed")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, mb=512.0, hosts=32, rounds=3).parse_args(argv)
    return said(
        measured(*((1.0, 2, 1) if args.short else (args.mb, args.hosts, args.rounds))), args
    )


if __name__ == "__main__":
    sys.exit(main())
