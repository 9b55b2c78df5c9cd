"""How fast long logs are read, beside ripgrep with the same literals on one core.

Run: ``python -m benchmarks.scan [--mb 1024] [--rounds 3] [--short]``.

The literals are those of the shipped base: of each signature the longest piece that does not vary.
ripgrep only counts lines; this program also tells incidents, the course of time and the causes.
``--short`` only sees that everything runs and judges nothing. Otherwise the exit status is 1 when a
goal is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.logs import Options, write
from benchmarks.measure import in_turn, machine, table
from benchmarks.startup import ROOT, SCRIPT, install

if TYPE_CHECKING:
    from collections.abc import Sequence

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

RIPGREP = "rg -j1 -F -c"


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


def measured(
    megabytes: float, rounds: int, ripgrep: str | None
) -> tuple[list[list[str]], list[str]]:
    """Return the rows of the table, and what missed its goal."""
    rows, missed = [], []
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **install(Path(folder, "installed"))}
        patterns = Path(folder, "literals.txt")
        subprocess.run([sys.executable, "-c", LITERALS, str(patterns)], cwd=ROOT, check=True)
        log = Path(folder, "worker.log")
        for kind in KINDS:
            write(log, int(megabytes * 1e6), kind.options)
            size = log.stat().st_size / 1e6
            commands = {"diagnose": _program(folder, log)}
            if ripgrep:
                search = [ripgrep, "-j1", "-F", "-c", "-f", str(patterns), str(log)]
                commands = {RIPGREP: search, **commands}
            found = in_turn(commands, environment, rounds)
            if found["diagnose"].status not in (0, 1):
                raise SystemExit(f"diagnose: exit status {found['diagnose'].status}")
            rate = size / found["diagnose"].cpu_ms * 1000
            if rate < kind.rate or (ripgrep and 0 < kind.ratio < found["diagnose"].ratio):
                missed.append(kind.name)
            for name, m in found.items():
                rows.append([
                    f"{kind.name}: {name}",
                    f"{size:.0f}",
                    f"{m.cpu_ms / 1000:.2f}",
                    f"{size / m.cpu_ms * 1000:.0f}",
                    f"{m.ratio:.2f}" if ripgrep else "",
                    _goal(kind) if name == "diagnose" else "",
                    f"{m.peak:.0f}",
                ])  # fmt: skip
    return rows, missed


def _goal(kind: Kind) -> str:
    return f"{kind.ratio} x" if kind.ratio else f"{kind.rate:.0f} MB/s"


def _program(folder: str, log: Path) -> list[str]:
    return [sys.executable, str(Path(folder, "installed", SCRIPT)), "--log", str(log)]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--mb", type=float, default=1024.0, help="size of each log, 10^6 bytes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--ripgrep", default=shutil.which("rg"), help="where it is, to compare with"
    )
    parser.add_argument("--short", action="store_true", help="only see that it works")
    args = parser.parse_args(argv)
    size, rounds = (4.0, 1) if args.short else (args.mb, args.rounds)
    head = ("log and program", "MB", "CPU s", "MB/s", "ratio", "goal", "peak MiB")
    rows, missed = measured(size, rounds, args.ripgrep)
    print(table(head, rows))
    print(f"\n{machine()}; medians of {rounds} rounds; the ratio is to ripgrep in the same round")
    if not args.ripgrep:
        print("ripgrep is not there: no ratios")
    if args.short:
        return 0
    print("".join(f"missed: {name}\n" for name in missed), end="")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
