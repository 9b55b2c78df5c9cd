"""What a large base costs: short answers, the gate, the build of the index.

Run: ``python -m benchmarks.scale [--rounds 7] [--short]``.

The large base has 100,000 signatures, 10,000 insights and 200,000 entities beside the shipped one.
Short answers are whole processes, on an installed copy with the one or the other index; the gate
reads 10,000 insights from YAML. In short the bases are small.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import in_turn, once
from benchmarks.rows import Row, parser, said
from benchmarks.sizes import LARGE, SMALL, Size
from benchmarks.startup import ROOT, SCRIPT, WAYS, bare_python, install

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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


def answers(python: str, place: Path, environment: Mapping[str, str], rounds: int) -> Iterator[Row]:
    """Yield the rows of short answers from both bases; ratios are to the shipped one."""
    for name, way in ASKED.items():
        commands = {
            base: [python, str(place / base / SCRIPT), *way.words] for base in ("shipped", "large")
        }
        found = in_turn(commands, environment, rounds)
        for base, m in found.items():
            if m.status not in (0, 1):
                raise SystemExit(f"{name}: exit status {m.status}")
            is_large = base == "large"
            yield Row(
                f"{name}, {base} base", f"{m.cpu_ms:.0f} ms", f"{m.ratio:.2f}",
                f"{MOST_TIMES:.0f}" if is_large else "", f"{m.peak:.0f}",
                missed=is_large and m.ratio > MOST_TIMES,
            )  # fmt: skip


def gate(size: Size, place: Path, folder: Path, environment: Mapping[str, str]) -> Row:
    """Return the row of ``kb check`` on an overlay."""
    sizes = [word for name, n in size._asdict().items() for word in (f"--{name}", str(n))]
    generate = [sys.executable, "-m", "benchmarks.bases", str(folder), *sizes]
    subprocess.run(generate, cwd=ROOT, check=True)
    words = ["kb", "check", "--kb", str(folder)]
    run = once([sys.executable, str(place / SCRIPT), *words], environment)
    if run.status:
        raise SystemExit(f"kb check: exit status {run.status}")
    name = f"`kb check`, {size.insights:,} insights, {size.entities:,} entities as YAML"
    return Row(
        name, f"{run.cpu:.1f} s", "", f"{CHECK_S:.0f} s", f"{run.peak:.0f}", run.cpu > CHECK_S
    )


def _build(size: Size, index: Path, *, judged: bool) -> Row:
    build = built(size, index)
    return Row(
        f"index of {size.signatures:,} signatures, {size.insights:,} insights,"
        f" {build.size:.0f} MiB",
        f"{build.seconds:.1f} s", "", f"{BUILD_S:.0f} s, {BUILD_MIB:.0f} MiB" if judged else "",
        f"{build.peak:.0f}",
        missed=judged and (build.seconds > BUILD_S or build.peak > BUILD_MIB),
    )  # fmt: skip


def measured(rounds: int, large: Size, checked: Size, signatures: Size) -> Iterator[Row]:
    """Yield all rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = install(folder / "shipped")
        python = bare_python(folder / "bare")
        install(folder / "large")
        index = folder / "large" / "kb" / "data" / "prefect.index"
        yield _build(signatures, index, judged=True)
        yield _build(large, index, judged=False)
        yield from answers(python, folder, environment, rounds)
        yield gate(checked, folder / "shipped", folder / "overlay", environment)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, rounds=7).parse_args(argv)
    sizes = (SMALL, SMALL, Size(200, 1, 0)) if args.short else (LARGE, CHECKED, SIGNATURES)
    return said(measured(1 if args.short else args.rounds, *sizes), args)


if __name__ == "__main__":
    raise SystemExit(main())
