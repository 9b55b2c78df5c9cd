"""Running a planned check: without a shell, without input, with an end.

The environment is passed through; output beyond the limit and a command beyond its time are
stopped, with everything that the command started.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from diagnose.checks.run import Plan

TIMEOUT = 60.0
"""Seconds a check may take unless more is asked for."""

MOST_BYTES = 1024 * 1024
"""Bytes of output that are read; a command that writes more is stopped."""

GRACE = 2.0
"""Seconds between the request to end and the end by force."""

_BY_FORCE = getattr(signal, "SIGKILL", signal.SIGTERM)
_BATCH = (".bat", ".cmd")
"""Files that Windows runs through its shell, which would read arguments as commands."""


class Output(NamedTuple):
    """What a command that was run gave back."""

    exit_status: int | None
    """None when it was stopped; negative for a signal on POSIX."""
    text: str
    seconds: float
    timed_out: bool
    truncated: bool
    failed: str
    """Why it could not be started, or empty."""


def execute(planned: Plan, timeout: float = TIMEOUT, limit: int = MOST_BYTES) -> Output:
    """Run a planned command, without a shell, without input, in a group of its own.

    Args:
        planned: a plan that is not refused and that the user agreed to.
        timeout: seconds after which it is stopped.
        limit: bytes of output after which it is stopped.

    Raises:
        ValueError: the plan is refused.
    """
    if planned.refused or planned.effect != "reads" or not planned.argv:
        message = f"{planned.command}: {planned.refused or 'cannot be run'}"
        raise ValueError(message)
    program = shutil.which(planned.argv[0])
    if program is None:
        return Output(None, "", 0.0, False, False, f"{planned.argv[0]} is not on the PATH here")
    if program.lower().endswith(_BATCH):
        return Output(
            None, "", 0.0, False, False, f"{program} is a batch file, which a shell would run"
        )
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            [program, *planned.argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        reason = f"{planned.argv[0]} cannot be started ({error.strerror or error})"
        return Output(None, "", 0.0, False, False, reason)
    return _finished(process, started, timeout, limit)


def _finished(
    process: subprocess.Popen[bytes], started: float, timeout: float, limit: int
) -> Output:
    data = bytearray()
    full = threading.Event()
    reader = threading.Thread(target=_read, args=(process.stdout, data, limit, full), daemon=True)
    reader.start()
    timed_out = stopped = False
    try:
        while process.poll() is None and not full.is_set() and not timed_out:
            timed_out = time.monotonic() - started > timeout
            _wait(process, reader)
    finally:  # an interruption as well: nothing that we started stays behind
        stopped = process.poll() is None
        if stopped:
            _end(process)
        reader.join(GRACE / 4)
        if reader.is_alive():  # something that it started keeps its output open
            _signal(process, _BY_FORCE)
            reader.join(GRACE)
    status = None if stopped else process.returncode
    text = bytes(data[:limit]).decode("utf-8", "replace")
    seconds = time.monotonic() - started
    return Output(status, text, seconds, timed_out and stopped, full.is_set(), "")


def _wait(process: subprocess.Popen[bytes], reader: threading.Thread) -> None:
    reader.join(0.05)
    if not reader.is_alive():
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            return


def _read(stream: IO[bytes], data: bytearray, limit: int, full: threading.Event) -> None:
    while block := os.read(stream.fileno(), 65536):
        data += block
        if len(data) > limit:
            full.set()
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started."""
    _signal(process, signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        _signal(process, _BY_FORCE)
        process.kill()
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if sys.platform == "win32":
        process.kill()
        return
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
