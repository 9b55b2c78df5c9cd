"""How fast long logs are read, beside ripgrep with the same literals on one core.

Run: ``python -m benchmarks.scan [--mb 1024] [--rounds 3] [--short]``.

The literals are those of the base, the shipped one or a large one on top of it: of each signature
the longest piece that does not vary. ripgrep only counts lines, and searchkit only finds them; this
program also tells incidents, the course of time and the causes. searchkit reads a small part of each
log, as it is slow. At last a log ten times as long comes through a pipe, to see what memory it takes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.logs import Options, write
from benchmarks.measure import in_turn, once
from benchmarks.references import RIPGREP, SEARCHKIT, NotAvailableError, program, version
from benchmarks.rows import Row, absent, parser, said
from benchmarks.sizes import SCANNED, Size
from benchmarks.startup import ROOT, SCRIPT, install

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.references import Reference

LITERALS = """
import sys
from pathlib import Path
from kb.cache import open_index
from kb.literal import longest_run
index = open_index([Path(name) for name in sys.argv[2:]])
found = {longest_run(row.template or row.text) for row in index.signatures()}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.writelines(f"{text}\\n" for text in sorted(found) if text)
"""
"""Writes what ripgrep searches for."""

SEARCH = """
import re, sys
from searchkit import FileSearcher, SearchDef
literals = [re.escape(line) for line in open(sys.argv[1], encoding="utf-8").read().splitlines()]
searcher = FileSearcher(max_parallel_tasks=1)
searcher.add(SearchDef(literals), sys.argv[2])
print(len(searcher.run()))
"""
"""What searchkit does with the same literals."""

TIMES = 10
"""So many times the log comes through the pipe."""

MOST_MEMORY = 64.0
"""MiB, for the pipe."""

PART = 16
"""10^6 bytes of each log that searchkit reads."""


class Kind(NamedTuple):
    """One kind of log."""

    name: str
    options: Options
    ratio: float = 0.0
    """Largest ratio of CPU time to ripgrep's; 0 = none is set."""
    rate: float = 0.0
    """Least 10^6 bytes for each second of CPU time."""
    signatures: int = 0
    """So many are added to the shipped base."""


ORDINARY = Options(abnormal=0.0, hits=0.00001)
KINDS = (
    Kind("ordinary lines, few signatures", ORDINARY, ratio=1.5),
    Kind("3 % abnormal, a traceback in 2,000", Options(), rate=100.0),
    *(Kind(f"ordinary lines, {n:,} signatures", ORDINARY, 0.6, signatures=n) for n in SCANNED),
)


def measured(megabytes: float, rounds: int, *, network: bool) -> Iterator[Row]:
    """Yield the rows; ratios are to ripgrep."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), megabytes, network=network)
        for kind in KINDS:
            yield from bench.compared(kind, rounds)
        yield bench.streamed(KINDS[-1])


class Bench:
    """What the measurements share: an installed copy, the other programs, the last log."""

    def __init__(self, folder: Path, megabytes: float, *, network: bool) -> None:
        self._folder = folder
        self._megabytes = megabytes
        self._environment = {**os.environ, **install(folder / "installed")}
        self._patterns, self._log, self._part = (
            folder / file for file in ("literals.txt", "worker.log", "part.log")
        )
        self._others = {
            reference: _path(reference, network=network) for reference in (RIPGREP, SEARCHKIT)
        }

    def compared(self, kind: Kind, rounds: int) -> Iterator[Row]:
        """Yield the rows of all programs for one kind of log."""
        write(self._log, int(self._megabytes * 1e6), kind.options)
        overlays = self._overlays(kind)
        self._python(["-c", LITERALS, str(self._patterns), *overlays[1:]])
        mine = {"diagnose": [*self._program(overlays), str(self._log)]}
        path, reason = self._others[RIPGREP]
        if path:
            search = [path, "-j1", "-F", "-c", "-f", str(self._patterns), str(self._log)]
            mine = {f"{version(RIPGREP, path)}, `rg -j1 -F -c`": search, **mine}
        else:
            yield absent(f"{kind.name}: ripgrep, `rg -j1 -F -c`", reason)
        yield from _rows(kind, mine, self._log, self._environment, rounds)
        if not kind.signatures:
            yield from self._searchkit(kind)

    def _searchkit(self, kind: Kind) -> Iterator[Row]:
        path, reason = self._others[SEARCHKIT]
        if not path:
            yield absent(f"{kind.name}: searchkit", reason)
            return
        with self._log.open("rb") as whole:
            self._part.write_bytes(whole.read(int(min(self._megabytes, PART) * 1e6)))
        search = [path, "-c", SEARCH, str(self._patterns), str(self._part)]
        run = {version(SEARCHKIT, path): search}
        yield from _rows(kind, run, self._part, self._environment, 1)

    def streamed(self, kind: Kind) -> Row:
        """Return the row of the last log, so many `TIMES`, through a pipe."""
        out, into = os.pipe()
        feeder = threading.Thread(target=_feed, args=(self._log, into), daemon=True)
        feeder.start()
        run = once([*self._program(self._overlays(kind)), "-"], self._environment, out)
        os.close(out)
        feeder.join()
        if run.status not in (0, 1):
            raise SystemExit(f"diagnose: exit status {run.status}")
        size = TIMES * self._log.stat().st_size / 1e6
        return Row(
            f"{kind.name}: diagnose, {size:,.0f} MB through a pipe",
            f"{run.cpu:.2f} s, {size / run.cpu:,.0f} MB/s",
            goal=f"{MOST_MEMORY:.0f} MiB",
            peak=f"{run.peak:.0f}",
            missed=run.peak > MOST_MEMORY,
        )

    def _overlays(self, kind: Kind) -> list[str]:
        """Return the option for the base of a kind, which is written once."""
        if not kind.signatures:
            return []
        folder = self._folder / f"base-{kind.signatures}"
        if not folder.exists():
            size = Size(kind.signatures, kind.signatures // 10, 2 * kind.signatures)
            given = [f"--{name}={value}" for name, value in size._asdict().items()]
            self._python(["-m", "benchmarks.bases", str(folder), *given])
        return ["--kb", str(folder)]

    def _program(self, overlays: Sequence[str]) -> list[str]:
        start = str(self._folder / "installed" / SCRIPT)
        return [sys.executable, start, *overlays, "--log"]

    def _python(self, arguments: Sequence[str]) -> None:
        """Run in a process of its own: what this one holds counts as memory of those it starts."""
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, env=self._environment)


def _feed(log: Path, into: int) -> None:
    """Write a log into a pipe over and over."""
    with contextlib.suppress(BrokenPipeError), open(into, "wb") as pipe:
        for _ in range(TIMES):
            with log.open("rb") as file:
                shutil.copyfileobj(file, pipe, 1 << 20)


def _path(reference: Reference, *, network: bool) -> tuple[str, str]:
    """Return the path of a program, else why there is none."""
    try:
        return program(reference, network=network), ""
    except NotAvailableError as error:
        return "", str(error)


def _rows(
    kind: Kind,
    commands: Mapping[str, Sequence[str]],
    log: Path,
    environment: Mapping[str, str],
    rounds: int,
) -> Iterator[Row]:
    """Yield the rows of programs that read one log; the first of several is the reference."""
    size = log.stat().st_size / 1e6
    for name, m in in_turn(commands, environment, rounds).items():
        if m.status not in (0, 1):
            raise SystemExit(f"{name}: exit status {m.status}")
        rate, judged = size / m.cpu_ms * 1000, name == "diagnose"
        slow = judged and (rate < kind.rate or (len(commands) > 1 and 0 < kind.ratio < m.ratio))
        yield Row(
            f"{kind.name}: {name}, {size:,.0f} MB",
            f"{m.cpu_ms / 1000:.2f} s, {rate:,.0f} MB/s",
            f"{m.ratio:.2f}" if len(commands) > 1 else "",
            _goal(kind) if judged else "",
            f"{m.peak:.0f}",
            slow,
        )


def _goal(kind: Kind) -> str:
    return f"{kind.ratio}" if kind.ratio else f"{kind.rate:.0f} MB/s"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, mb=1024.0, rounds=3).parse_args(argv)
    size, rounds = (4.0, 1) if args.short else (args.mb, args.rounds)
    return said(measured(size, rounds, network=not (args.short or args.no_network)), args)


if __name__ == "__main__":
    sys.exit(main())
