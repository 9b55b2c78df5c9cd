"""How fast long logs are read, beside ripgrep with the same literals on one core.

Run: ``python -m benchmarks.scan [--mb 1024] [--rounds 3] [--short]``.

The literals are those of the shipped base: of each signature the longest piece that does not vary.
ripgrep only counts lines, and searchkit only finds them; this program also tells incidents, the
course of time and the causes. searchkit reads a small part of each log, as it is slow.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.logs import Options, write
from benchmarks.measure import in_turn
from benchmarks.references import RIPGREP, SEARCHKIT, NotAvailableError, program, version
from benchmarks.rows import Row, absent, parser, said
from benchmarks.startup import ROOT, SCRIPT, install

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.references import Reference

LITERALS = """
import sys
from kb.cache import open_index
from kb.literal import longest_run
found = {longest_run(row.template or row.text) for row in open_index(()).signatures()}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.writelines(f"{text}\\n" for text in sorted(found) if text)
"""
"""Writes what ripgrep searches for; in a process of its own, as what this one holds counts as memory
of those it starts."""

SEARCH = """
import re, sys
from searchkit import FileSearcher, SearchDef
literals = [re.escape(line) for line in open(sys.argv[1], encoding="utf-8").read().splitlines()]
searcher = FileSearcher(max_parallel_tasks=1)
searcher.add(SearchDef(literals), sys.argv[2])
print(len(searcher.run()))
"""
"""What searchkit does with the same literals."""

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


KINDS = (
    Kind("ordinary lines, few signatures", Options(abnormal=0.0, hits=0.00001), ratio=1.5),
    Kind("3 % abnormal, a traceback in 2,000", Options(), rate=100.0),
)


def measured(megabytes: float, rounds: int, *, network: bool) -> Iterator[Row]:
    """Yield the rows; ratios are to ripgrep."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, **install(folder / "installed")}
        patterns, log, part = (folder / f for f in ("literals.txt", "worker.log", "part.log"))
        subprocess.run([sys.executable, "-c", LITERALS, str(patterns)], cwd=ROOT, check=True)
        others = {
            reference: _path(reference, network=network) for reference in (RIPGREP, SEARCHKIT)
        }
        for kind in KINDS:
            write(log, int(megabytes * 1e6), kind.options)
            with log.open("rb") as whole:
                part.write_bytes(whole.read(int(min(megabytes, PART) * 1e6)))
            start = str(folder / "installed" / SCRIPT)
            mine = {"diagnose": [sys.executable, start, "--log", str(log)]}
            path, reason = others[RIPGREP]
            if path:
                search = [path, "-j1", "-F", "-c", "-f", str(patterns), str(log)]
                mine = {f"{version(RIPGREP, path)}, `rg -j1 -F -c`": search, **mine}
            else:
                yield absent(f"{kind.name}: ripgrep, `rg -j1 -F -c`", reason)
            yield from _rows(kind, mine, log, environment, rounds)
            path, reason = others[SEARCHKIT]
            if path:
                search = [path, "-c", SEARCH, str(patterns), str(part)]
                run = {version(SEARCHKIT, path): search}
                yield from _rows(kind, run, part, environment, 1)
            else:
                yield absent(f"{kind.name}: searchkit", reason)


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
