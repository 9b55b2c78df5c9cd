"""All benchmarks, one after the other, as one Markdown table.

Run: ``python -m benchmarks [NAME ...] [--short] [--no-network] [--output FILE]``.

Each is a process of its own; what it measures against runs in the same process or in turn, and what
cannot be measured is named. ``--short`` only sees that everything runs, on little input, and judges
nothing. Otherwise the exit status is 1 when one of them misses a goal; 2 when one does not run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import machine
from benchmarks.rows import Row, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]

BENCHMARKS = {
    "startup": "A short answer against an interpreter that does nothing",
    "scan": "Logs against search tools with the same literals",
    "fuzzy": "Damaged messages among very many signatures, against RapidFuzz over all",
    "scale": "Large bases",
    "fleet": "The logs of a fleet on Dask workers",
    "first_paint": "The screen against a bare Textual app",
    "keystroke": "From a key to the ranking",
    "questions": "Questions until the right cause leads",
}
"""Module -> what it is, in the order of the table."""

PACKAGES = ("ahocorasick_rs", "hyperscan", "numpy", "rapidfuzz", "textual", "distributed")
"""What the figures depend on, where it is installed."""

HEAD = """Written by `python -m benchmarks{options}`. Figures are medians of CPU time unless they say otherwise. Machines are
busy, so ratios count: each to what ran in turn with it."""


class Ran(NamedTuple):
    """What one benchmark said."""

    name: str
    rows: list[Row]
    broken: str = ""
    """Why it did not run to its end."""


def ran(name: str, options: Sequence[str]) -> Ran:
    """Run one benchmark."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json", *options]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    try:
        return Ran(name, [Row(*row) for row in json.loads(done.stdout)])
    except ValueError:
        return Ran(name, [], done.stderr.strip() or f"exit status {done.returncode}")


def versions() -> Iterator[str]:
    """Yield the packages that are installed, with their versions."""
    for package in PACKAGES:
        try:
            yield f"{package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            yield f"no {package}"


def page(found: Sequence[Ran], options: Sequence[str] = ()) -> str:
    """Return the Markdown page."""
    rows = []
    for run in found:
        rows.append(Row(f"**{BENCHMARKS[run.name]}** (`benchmarks.{run.name}`)"))
        rows += run.rows
        if run.broken:
            rows.append(Row("did not run", run.broken.splitlines()[-1].replace("|", "/")))
    head = HEAD.format(options="".join(f" {option}" for option in options))
    return f"{head}\n\n{table(rows)}\n\n{machine()}; {', '.join(versions())}\n"


def status(found: Sequence[Ran]) -> int:
    """Return 2 when one did not run, 1 when one misses a goal, else 0."""
    if any(run.broken for run in found):
        return 2
    return int(any(row.missed for run in found for row in run.rows))


def main(argv: Sequence[str] | None = None) -> int:
    """Run them, write the page, and return the worst exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--short", action="store_true", help="see that everything runs")
    parser.add_argument("--no-network", action="store_true", help="install nothing to compare with")
    parser.add_argument("--output", type=Path, help="file for the page; else standard output")
    args = parser.parse_args(argv)
    if unknown := sorted(set(args.names) - BENCHMARKS.keys()):
        parser.error(f"no benchmark is named {', '.join(unknown)}")
    given = {"--short": args.short, "--no-network": args.no_network}
    options = [option for option, there in given.items() if there]
    found = []
    for name in (name for name in BENCHMARKS if name in args.names or not args.names):
        print(f"{name} ...", file=sys.stderr, flush=True)
        found.append(ran(name, options))
        if found[-1].broken:
            print(f"{name} did not run: {found[-1].broken}", file=sys.stderr)
    if args.output:
        args.output.write_text(page(found, options), encoding="utf-8")
    else:
        print(page(found, options), end="")
    return status(found)


if __name__ == "__main__":
    raise SystemExit(main())
