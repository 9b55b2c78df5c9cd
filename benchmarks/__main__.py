"""All benchmarks, one after the other, as one Markdown page.

Run: ``python -m benchmarks [NAME ...] [--short] [--output FILE]``.

Each is a process of its own and prints its tables; what it measures against runs in the same
process or in turn. ``--short`` only sees that everything runs and judges nothing. Otherwise the
exit status is 1 when one of them misses a goal; 2 when one does not run.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import machine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]


class Benchmark(NamedTuple):
    """One module of this package."""

    title: str
    short: tuple[str, ...] = ("--short",)
    """What makes it only see that everything runs."""


BENCHMARKS = {
    "startup": Benchmark("A short answer against an interpreter that does nothing"),
    "scan": Benchmark("Logs against search tools"),
    "fuzzy": Benchmark("Damaged messages among very many signatures"),
    "scale": Benchmark("Large bases"),
    "fleet": Benchmark("The logs of a fleet on Dask workers"),
    "first_paint": Benchmark("The screen against a bare Textual app", ("1",)),
    "keystroke": Benchmark("From a key to the ranking"),
    "questions": Benchmark("Questions until the right cause leads", ("--operators", "3")),
}
"""Module -> what it is, in the order of the page; one that is not there is left out."""

PACKAGES = (
    "ahocorasick_rs",
    "hyperscan",
    "numpy",
    "rapidfuzz",
    "textual",
    "distributed",
    "prefect",
)
"""What the figures depend on, where it is installed."""


class Ran(NamedTuple):
    """What one benchmark said."""

    name: str
    status: int
    """0 = all goals are met, 1 = one is missed, another = it did not run."""
    said: str


def present(names: Sequence[str]) -> list[str]:
    """Return the benchmarks that are there, all or those named, in the order of the page."""
    return [
        name
        for name in BENCHMARKS
        if (not names or name in names) and importlib.util.find_spec(f"benchmarks.{name}")
    ]


def ran(name: str, *, short: bool) -> Ran:
    """Run one benchmark."""
    command = [
        sys.executable,
        "-m",
        f"benchmarks.{name}",
        *(BENCHMARKS[name].short if short else ()),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    failed = done.returncode not in (0, 1) or "Traceback" in done.stderr or not done.stdout
    said = f"{done.stdout}\n{done.stderr}" if failed else done.stdout
    return Ran(name, done.returncode if not failed else 2, said.strip())


def versions() -> Iterator[str]:
    """Yield the packages that are installed, with their versions."""
    for package in PACKAGES:
        try:
            yield f"{package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            continue


def page(found: Sequence[Ran]) -> str:
    """Return the Markdown page."""
    head = (
        "# Benchmarks\n\nWritten by `python -m benchmarks`. Figures are CPU time unless they say"
        " otherwise; machines are busy, so ratios count, each to what ran in turn with it."
        f"\n\n{machine()}; {', '.join(versions())}"
    )
    parts = [
        f"## {BENCHMARKS[run.name].title}\n\n`python -m benchmarks.{run.name}`\n\n{run.said}"
        for run in found
    ]
    return "\n\n".join([head, *parts]) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Run them, write the page, and return the worst exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--short", action="store_true", help="see that everything runs")
    parser.add_argument("--output", type=Path, help="file for the page; else standard output")
    args = parser.parse_args(argv)
    if unknown := sorted(set(args.names) - BENCHMARKS.keys()):
        parser.error(f"no benchmark is named {', '.join(unknown)}")
    found = []
    for name in present(args.names):
        print(f"{name} ...", file=sys.stderr, flush=True)
        found.append(ran(name, short=args.short))
    if args.output:
        args.output.write_text(page(found), encoding="utf-8")
    else:
        print(page(found), end="")
    broken = [run.name for run in found if run.status > 1]
    if broken:
        print(f"did not run: {', '.join(broken)}", file=sys.stderr)
        return 2
    return 0 if args.short else max((run.status for run in found), default=0)


if __name__ == "__main__":
    raise SystemExit(main())
