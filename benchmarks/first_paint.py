"""First paint and full screen of the TUI against a bare Textual app, side by side.

Run: ``python -m benchmarks.first_paint [--rounds 9] [--short]``.

Each program starts, on a copy installed as a wheel would be, in a pseudo-terminal of 120x40;
measured is the CPU time of the process, and the time that went by, until its marker text arrives.
The programs run in turn, and the ratios are medians over the rounds, so that a busy machine
disturbs both sides alike.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import times
from benchmarks.rows import Row, parser, said
from benchmarks.startup import install

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TICK = os.sysconf("SC_CLK_TCK")
LIMIT = 60.0
BARE = """
from textual.app import App
from textual.widgets import Label
class Bare(App):
    def compose(self):
        yield Label("marker-text")
Bare().run()
"""
START = "from tui.app import run; from diagnose.given import Given; run(Given())"


class Program(NamedTuple):
    """Code, the text that tells that it is on the screen, and the goal."""

    marker: str
    code: str
    most: float = 0.0
    """Largest ratio of CPU time; 0 = none is set."""


PROGRAMS = {
    "bare Textual app, one Label": Program("marker-text", BARE),
    "`diagnose tui`, first paint": Program("opening the knowledge base", START, 1.15),
    "`diagnose tui`, populated": Program("Symptoms (", START, 1.5),
}


class Measured(NamedTuple):
    """Until the marker."""

    wall: float
    cpu: float
    """Seconds, both."""
    peak: float
    """MiB of memory, at most."""


def once(program: Program, folder: str, environment: dict[str, str]) -> Measured:
    """Start a program on the copy installed in a folder and return when its marker came."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execve(sys.executable, [sys.executable, "-c", program.code], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    try:
        while program.marker.encode() not in seen:
            ready, _, _ = select.select([terminal], [], [], LIMIT)
            if not ready:
                raise TimeoutError(program.marker)
            seen += os.read(terminal, 65536)
        wall = time.perf_counter() - began
        return Measured(wall, *_used(child))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def _used(process: int) -> tuple[float, float]:
    """Return the CPU seconds of a process so far and the MiB it has had at most."""
    place = Path("/proc", str(process))
    fields = (place / "stat").read_text("ascii").rsplit(") ", 1)[1].split()
    peak = re.search(r"VmHWM:\s*(\d+) kB", (place / "status").read_text("utf-8"))
    return (int(fields[11]) + int(fields[12])) / TICK, int(peak[1]) / 1024 if peak else 0.0


def measured(rounds: int) -> Iterator[Row]:
    """Yield the rows."""
    taken: dict[str, list[Measured]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**install(Path(folder)), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        for number in range(rounds + 1):
            for name, program in PROGRAMS.items():
                found = once(program, folder, environment)
                if number:  # the first round fills the caches
                    taken[name].append(found)
    bare = [m.cpu for m in next(iter(taken.values()))]
    for name, runs in taken.items():
        cpu, wall = (statistics.median(m[n] for m in runs) * 1000 for n in (1, 0))
        ratio, most = times([m.cpu for m in runs], bare), PROGRAMS[name].most
        yield Row(
            name, f"{cpu:.0f} ms ({wall:.0f} ms went by)", f"{ratio:.2f}", f"{most}" if most else "",
            f"{max(m.peak for m in runs):.0f}", missed=0 < most < ratio,
        )  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, rounds=9).parse_args(argv)
    return said(measured(1 if args.short else args.rounds), args)


if __name__ == "__main__":
    sys.exit(main())
