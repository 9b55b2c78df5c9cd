"""Whole processes measured side by side: CPU time, instructions and memory, as ratios.

A machine that does other things makes everything slower at once. So the commands run in turn,
round after round, and what counts is the median over the rounds of the ratio to the first one.
Instructions are counted by callgrind, which no load disturbs.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COLLECTED = re.compile(r"Collected : (\d+)")


class Run(NamedTuple):
    """One process."""

    cpu: float
    """Seconds, user and system."""
    peak: float
    """MiB of memory, at most."""
    status: int


class Measured(NamedTuple):
    """Medians over the rounds."""

    cpu_ms: float
    ratio: float
    """CPU time against the first command of the same round."""
    peak: float
    """MiB; the largest of all rounds."""
    status: int
    """Exit status of the last round."""


def once(command: Sequence[str], environment: Mapping[str, str], stdin: int | None = None) -> Run:
    """Run a command with its output thrown away into a file.

    Not into ``/dev/null``: some programs do less when they see that.

    Args:
        command: what to run.
        environment: its variables.
        stdin: descriptor of its standard input; None = nothing is on it.
    """
    with tempfile.TemporaryFile() as out, open(os.devnull, "r+b") as nothing:  # noqa: PTH123
        actions = [
            (os.POSIX_SPAWN_DUP2, nothing.fileno() if stdin is None else stdin, 0),
            (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, out.fileno(), 2),
        ]
        child = os.posix_spawnp(command[0], [*command], environment, file_actions=actions)
        _, status, used = os.wait4(child, 0)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Run(
        used.ru_utime + used.ru_stime, used.ru_maxrss / unit, os.waitstatus_to_exitcode(status)
    )


def in_turn(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], rounds: int
) -> dict[str, Measured]:
    """Run all commands in turn, and once before to warm the caches; the first is the reference."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            run = once(command, environment)
            if number:
                runs[name].append(run)
    reference = runs[next(iter(commands))]
    return {name: _median(found, reference) for name, found in runs.items()}


def _median(found: Sequence[Run], reference: Sequence[Run]) -> Measured:
    return Measured(
        cpu_ms=statistics.median(run.cpu for run in found) * 1000,
        ratio=times([run.cpu for run in found], [run.cpu for run in reference]),
        peak=max(run.peak for run in found),
        status=found[-1].status,
    )


def times(values: Sequence[float], reference: Sequence[float]) -> float:
    """Return the median ratio to what was measured in the same rounds."""
    return statistics.median(a / b for a, b in zip(values, reference, strict=True))


def instructions(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Return the number of instructions of a command, or 0 where there is no callgrind."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return 0
    counted = [valgrind, "--tool=callgrind", f"--callgrind-out-file={os.devnull}", *command]
    done = subprocess.run(
        counted,
        env={**environment, "PYTHONHASHSEED": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    found = _COLLECTED.search(done.stderr)
    return int(found[1]) if found else 0


def machine() -> str:
    """Return in one line what was measured on."""
    return (
        f"{platform.python_implementation()} {platform.python_version()},"
        f" {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    )
