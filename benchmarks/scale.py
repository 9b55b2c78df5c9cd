"""What a large base costs: short answers, the gate, the build of the index.

Run: ``python -m benchmarks.scale [--rounds 7] [--short]``.

The large base has 100,000 signatures, 10,000 insights and 200,000 entities beside the shipped one.
Short answers are whole processes, on an installed copy with the one or the other index; the gate
reads 10,000 insights from YAML. ``--short`` only sees that everything runs, on small bases.
Otherwise the exit status is 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import in_turn, machine, once, table
from benchmarks.sizes import LARGE, SMALL, Size
from benchmarks.startup import ROOT, SCRIPT, WAYS, bare_python, install

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKED = Size(10_000, 10_000, 50_000)
"""The overlay that is read by the gate."""

SIGNATURES = Size(100_000, 1, 0)
"""The base that is built; the large one is built besides."""

MOST_TIMES = 2.0
"""A short answer from the large base against the same one from the shipped base."""

CHECK_S = 30.0
BUILD_S = 30.0
BUILD_MIB = 1024.0

BUILD = (
    "import sys, time, resource; from pathlib import Path; from benchmarks import bases, sizes;"
    "from kb.compile import compile_index; base = bases.base(sizes.Size(*map(int, sys.argv[2:])));"
    "start = time.process_time(); compile_index(base, Path(sys.argv[1]));"
    "print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)
"""In a process of its own: compiles a base, and tells the seconds and the MiB at most."""

ASKED = {
    name: WAYS[name]
    for name in (
        "`--error`, exact",
        "`--error`, exact, cause open",
        "`--error`, fuzzy",
        "`--symptom`, plain words",
    )
}


class Built(NamedTuple):
    """One compilation."""

    seconds: float
    peak: float
    """MiB, with the base in memory and what generated it."""
    size: float
    """MiB of the file."""


def built(size: Size, index: Path) -> Built:
    """Compile a generated base into an index."""
    index.unlink(missing_ok=True)
    command = [sys.executable, "-c", BUILD, str(index), *map(str, size)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    seconds, peak = map(float, done.stdout.split())
    return Built(seconds, peak, index.stat().st_size / 2**20)


def answers(
    python: str, place: Path, environment: Mapping[str, str], rounds: int
) -> tuple[str, list[str]]:
    """Return the table of short answers from both bases, and what missed its goal."""
    rows, missed = [], []
    for name, way in ASKED.items():
        commands = {"nothing": [python, "-c", "pass"]}
        for base in ("shipped", "large"):
            commands[base] = [python, str(place / base / SCRIPT), *way.words]
        found = in_turn(commands, environment, rounds)
        one, other = found["shipped"], found["large"]
        if {one.status, other.status} - {0, 1}:
            raise SystemExit(f"{name}: exit status {other.status}")
        times = other.cpu_ms / one.cpu_ms
        if times > MOST_TIMES:
            missed.append(name)
        rows.append([
            name, f"{one.ratio:.2f}", f"{other.ratio:.2f}", f"{times:.2f}", f"{MOST_TIMES:.0f}",
            f"{one.peak:.0f}", f"{other.peak:.0f}",
        ])  # fmt: skip
    head = [
        "command", "shipped base, CPU ratio", "large base, CPU ratio", "large to shipped",
        "at most", "shipped, peak MiB", "large, peak MiB",
    ]  # fmt: skip
    return table(head, rows), missed


def gate(
    size: Size, place: Path, folder: Path, environment: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Return the row of ``kb check`` on an overlay, and what missed its goal."""
    sizes = [word for name, n in size._asdict().items() for word in (f"--{name}", str(n))]
    generate = [sys.executable, "-m", "benchmarks.bases", str(folder), *sizes]
    subprocess.run(generate, cwd=ROOT, check=True)
    words = ["kb", "check", "--kb", str(folder)]
    run = once([sys.executable, str(place / SCRIPT), *words], environment)
    if run.status:
        raise SystemExit(f"kb check: exit status {run.status}")
    name = f"`kb check`, {size.insights:,} insights, {size.entities:,} entities as YAML"
    row = [name, f"{run.cpu:.1f}", f"{CHECK_S:.0f}", f"{run.peak:.0f}", "", ""]
    return row, [name] if run.cpu > CHECK_S else []


def measured(rounds: int, large: Size, checked: Size, signatures: Size) -> tuple[str, list[str]]:
    """Return all tables, and what missed its goal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = install(folder / "shipped")
        python = bare_python(folder / "bare")
        install(folder / "large")
        index = folder / "large" / "kb" / "data" / "prefect.index"
        rows, missed = [], []
        for size in (signatures, large):
            build = built(size, index)
            what = f"index of {size.signatures:,} signatures, {size.insights:,} insights"
            over = build.seconds > BUILD_S or build.peak > BUILD_MIB
            missed += [what] if over and size is signatures else []
            rows.append([
                what, f"{build.seconds:.1f}", f"{BUILD_S:.0f}" if size is signatures else "",
                f"{build.peak:.0f}", f"{BUILD_MIB:.0f}" if size is signatures else "",
                f"{build.size:.0f}",
            ])  # fmt: skip
        asked, slow = answers(python, folder, environment, rounds)
        row, late = gate(checked, folder / "shipped", folder / "overlay", environment)
    head = ["work", "CPU s", "at most", "peak MiB", "at most", "file MiB"]
    return f"{asked}\n\n{table(head, [*rows, row])}", [*missed, *slow, *late]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the tables, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--short", action="store_true")
    args = parser.parse_args(argv)
    sizes = (SMALL, SMALL, Size(200, 1, 0)) if args.short else (LARGE, CHECKED, SIGNATURES)
    found, missed = measured(1 if args.short else args.rounds, *sizes)
    print(f"{found}\n\n{machine()}")
    if missed and not args.short:
        print(f"\nmissed: {', '.join(missed)}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
