"""Make the quiet logs of the base: ``python -m tests.quiet.make [--only NAME ...]``.

Needs PyPI and nothing else; nginx and PostgreSQL take part when they are installed. Servers listen
on the loopback interface only, each run has a directory of its own, and everything ends with the
script. A log longer than its limit keeps its start, its middle and its end, uncut records, with
nothing in between to mark the gap. What was printed is kept as it was, but for the directories,
the interpreter's place, the machine's name and its kernel.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .machine import keep
from .orchestration import three, two
from .others import celery, dask, nginx, postgres

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = Path(__file__).parents[2] / "kb" / "data" / "prefect" / "quiet"
MOST = {"prefect": 390, "other": 290}
"""Lines kept of a log."""


def main() -> int:
    """Make the logs asked for."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    names = ("prefect2", "prefect3", "nginx", "postgres", "dask", "celery")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--python", default=sys.executable, help="interpreter (default: this one)")
    parser.add_argument("--work", type=Path, help="directory that is kept: environments, logs")
    parser.add_argument("--target", type=Path, default=TARGET)
    chosen = parser.parse_args()
    # a shell's background job ignores SIGINT, and so would every program started from here
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="quiet-", ignore_cleanup_errors=True) as temporary:
        work = (chosen.work or Path(temporary)).resolve()
        runs, environments = work / "runs", work / "environments"
        for folder in (work, runs, environments):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        makers: dict[str, Callable[[Path], dict[str, Path]]] = {
            "prefect2": partial(two, environments=environments, python=chosen.python),
            "prefect3": partial(three, environments=environments, python=chosen.python),
            "nginx": nginx,
            "postgres": postgres,
            "dask": partial(dask, environments=environments, python=chosen.python),
            "celery": partial(celery, environments=environments, python=chosen.python),
        }
        chosen.target.mkdir(parents=True, exist_ok=True)
        for name in chosen.only:
            shutil.rmtree(runs / name, ignore_errors=True)
            logs = makers[name](runs / name)
            if not logs:
                sys.stdout.write(f"{name}: not installed, left as it is\n")
            for file, log in logs.items():
                most = MOST["prefect" if file.startswith("prefect") else "other"]
                lines = keep(log, chosen.target / file, runs / name, environments, most)
                sys.stdout.write(f"{file}: {lines} lines\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
