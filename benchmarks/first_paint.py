"""First paint and full screen of the TUI against a bare Textual app, side by side.

usage: python benchmarks/first_paint.py [rounds]

Each program starts in a pseudo-terminal of 120x40; measured is the time, and the CPU time of the
process, until its marker text arrives. The programs run in turn, and the ratios are medians over
the rounds, so that a busy machine disturbs both sides alike. Goals: first paint at most 1.15 times
the bare app, fully populated at most 1.5 times.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from typing import NamedTuple

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
START = "from tui.app import run; from diagnose.collect import Given; run(Given())"
PROGRAMS = {
    "bare Textual app, one Label": ("marker-text", BARE),
    "diagnose tui, first paint": ("opening the knowledge base", START),
    "diagnose tui, populated": ("Symptoms (", START),
}


class Measured(NamedTuple):
    """Seconds until the marker."""

    wall: float
    cpu: float


def once(marker: str, code: str) -> Measured:
    """Start a program and return when its marker came."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(sys.executable, [sys.executable, "-c", code])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    try:
        while marker.encode() not in seen:
            ready, _, _ = select.select([terminal], [], [], LIMIT)
            if not ready:
                raise TimeoutError(marker)
            seen += os.read(terminal, 65536)
        wall = time.perf_counter() - began
        with open(f"/proc/{child}/stat", encoding="ascii") as stream:  # noqa: PTH123
            fields = stream.read().rsplit(") ", 1)[1].split()
        return Measured(wall, (int(fields[11]) + int(fields[12])) / TICK)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def main(rounds: int) -> None:
    """Measure and print a table."""
    taken: dict[str, list[Measured]] = {name: [] for name in PROGRAMS}
    for number in range(rounds + 1):
        for name, program in PROGRAMS.items():
            measured = once(*program)
            if number:  # the first round fills the caches
                taken[name].append(measured)
    bare = next(iter(taken.values()))
    print(f"{'program':32} {'wall ms':>8} {'wall x':>7} {'CPU x':>6}")
    for name, all_of_it in taken.items():
        wall = statistics.median(m.wall for m in all_of_it)
        pairs = list(zip(all_of_it, bare, strict=True))
        times = statistics.median(m.wall / b.wall for m, b in pairs)
        cpu = statistics.median(m.cpu / b.cpu for m, b in pairs)
        print(f"{name:32} {1000 * wall:8.0f} {times:7.2f} {cpu:6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
