"""What a short answer costs against an interpreter that does nothing.

Run: ``python -m benchmarks.startup [--rounds 15] [--short]``.

Whole processes of this interpreter in an empty virtual environment, on an installed copy: bytecode
compiled, the index beside the base. Ratios are to ``python -c pass``; beside them stand those of
instructions, which no load disturbs, where callgrind is there. In short none are counted.
"""

from __future__ import annotations

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

from benchmarks.measure import in_turn, instructions
from benchmarks.references import PREFECT, NotAvailableError, program, version
from benchmarks.rows import Row, absent, parser, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    "`--error`, exact, cause open": Way(("--error", "cannot find a heartbeat"), 3.0),
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
    for package in ("kb", "diagnose", "tui"):
        shutil.copytree(ROOT / package, folder / package)
    index = folder / "kb" / "data" / "prefect.index"
    index.unlink(missing_ok=True)
    index.touch()
    subprocess.run([sys.executable, "-c", INDEX, str(index)], cwd=folder, check=True)
    compileall.compile_dir(folder, quiet=1)
    (folder / SCRIPT).write_text(START.format(packages=sysconfig.get_path("platlib")))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "HOME": str(folder), "XDG_CACHE_HOME": str(folder)}


def measured(rounds: int, *, counted: bool, network: bool) -> Iterator[Row]:
    """Yield the rows; the first is the reference."""
    ways = {REFERENCE: Way(()), **WAYS}
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
            count = instructions(commands[name], environment) if least else 0
            yield Row(
                name,
                f"{m.cpu_ms:.0f} ms",
                f"{m.ratio:.2f}" + (f" (instructions {count / least:.2f})" if least else ""),
                f"{way.goal:.0f}" if way.goal else "",
                f"{m.peak:.0f}",
                missed=bool(way.goal and m.ratio > way.goal) or m.peak > MOST_MEMORY,
            )
        yield prefect(commands[REFERENCE], environment, min(rounds, 3), network=network)


def prefect(
    reference: Sequence[str], environment: Mapping[str, str], rounds: int, *, network: bool
) -> Row:
    """Return the row of the command that the users of this program know."""
    name = "`prefect version`"
    try:
        path = program(PREFECT, network=network)
    except NotAvailableError as error:
        return absent(name, str(error))
    m = in_turn({REFERENCE: reference, name: [path, "version"]}, environment, rounds)[name]
    named = f"{name}, {version(PREFECT, path)}"
    return Row(named, f"{m.cpu_ms:.0f} ms", f"{m.ratio:.1f}", "", f"{m.peak:.0f}")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, rounds=15).parse_args(argv)
    rounds, network = 1 if args.short else args.rounds, not (args.short or args.no_network)
    return said(measured(rounds, counted=not args.short, network=network), args)


if __name__ == "__main__":
    raise SystemExit(main())
