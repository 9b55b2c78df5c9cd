"""What a short answer costs against an interpreter that does nothing.

Run: ``python -m benchmarks.startup [--rounds 15] [--short]``.

Whole processes of this interpreter in an empty virtual environment, on an installed copy: bytecode
compiled, the index beside the base. Ratios are to ``python -c pass``. ``--short`` only sees that
everything runs: one round, no instructions, nothing judged. Otherwise the exit status is 1 when a
goal is missed.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import in_turn, instructions, machine, table

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
START = """import sys
sys.path.append({packages!r})
from diagnose.cli import main
sys.exit(main())
"""
"""The same as the console script that an installer writes; the other packages are those of this
interpreter, without what they and the development of this one do at its start."""

INDEX = (
    "import sys; from pathlib import Path; from kb.compile import compile_index;"
    "from kb.load import load; compile_index(load(), Path(sys.argv[1]))"
)
"""In a process of its own: what this process holds counts as memory of those it starts."""

SCRIPT = "start.py"
REFERENCE = "python -c pass"
MOST_MEMORY = 30.0
"""MiB, for every command here."""

ERROR = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
NEARLY = "Invalid input ConectionInputs.SEND_HEADER state ConnectionState.CLOSED"
WORDS = (
    "my prefect agent shows online in the UI but nothing runs, all flow runs stay late."
    " restart helps for a few days"
)


class Way(NamedTuple):
    """One short command and its goal."""

    words: tuple[str, ...]
    goal: float = 0.0
    """Largest ratio of CPU time; 0 = none is set."""


WAYS = {
    "`--version`": Way(("--version",)),
    "`--error`, exact": Way(("--error", ERROR), 3.0),
    "`--error`, exact, cause open": Way(("--error", "cannot find a heartbeat"), 6.0),
    "`--error`, exact, `--json`": Way(("--json", "--error", ERROR)),
    "`--error`, fuzzy": Way(("--error", NEARLY), 6.0),
    "`--symptom`, plain words": Way(("--symptom", WORDS), 6.0),
    "`explain`": Way(("explain", "cannot-find-a-heartbeat")),
    "`runbook`": Way(("runbook", "http2-protocol-error-stops-agent")),
}


def bare_python(folder: Path) -> str:
    """Return this interpreter in an environment without packages."""
    venv.create(folder)
    return str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")


def install(folder: Path) -> dict[str, str]:
    """Put the program into a folder as a wheel would, and return the environment to run it in."""
    for package in ("kb", "diagnose"):
        shutil.copytree(ROOT / package, folder / package)
    index = folder / "kb" / "data" / "prefect.index"
    index.unlink(missing_ok=True)
    index.touch()
    subprocess.run([sys.executable, "-c", INDEX, str(index)], cwd=folder, check=True)
    compileall.compile_dir(folder, quiet=1)
    (folder / SCRIPT).write_text(START.format(packages=sysconfig.get_path("platlib")))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "HOME": str(folder), "XDG_CACHE_HOME": str(folder)}


def measured(rounds: int, *, counted: bool) -> tuple[list[list[str]], list[str]]:
    """Return the rows of the table, and what missed its goal."""
    ways = {REFERENCE: Way(()), **WAYS}
    rows, missed = [], []
    with tempfile.TemporaryDirectory() as folder:
        environment = install(Path(folder))
        python = bare_python(Path(folder, "bare"))
        commands = {
            name: [python, str(Path(folder, SCRIPT)), *way.words] for name, way in ways.items()
        }
        commands[REFERENCE] = [python, "-c", "pass"]
        found = in_turn(commands, environment, rounds)
        least = instructions(commands[REFERENCE], environment) if counted else 0
        for name, way in ways.items():
            m = found[name]
            if m.status not in (0, 1):
                raise SystemExit(f"{name}: exit status {m.status}")
            count = instructions(commands[name], environment) if counted else 0
            if (way.goal and m.ratio > way.goal) or m.peak > MOST_MEMORY:
                missed.append(name)
            rows.append([
                name,
                f"{m.cpu_ms:.0f}",
                f"{m.ratio:.2f}",
                f"{way.goal:.0f}" if way.goal else "",
                f"{count / least:.2f}" if least else "",
                f"{m.peak:.0f}",
            ])  # fmt: skip
    return rows, missed


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--short", action="store_true")
    args = parser.parse_args(argv)
    rows, missed = measured(1 if args.short else args.rounds, counted=not args.short)
    head = ["command", "CPU ms", "CPU ratio", "at most", "instructions ratio", "peak MiB"]
    print(table(head, rows))
    print(f"\n{machine()}")
    if missed and not args.short:
        print(f"\nmissed: {', '.join(missed)}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
