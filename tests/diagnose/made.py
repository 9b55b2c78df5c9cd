"""Small inputs for the engine, and small bases to rank with."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

import pytest

from diagnose.diagnosis import diagnose
from diagnose.given import Given
from diagnose.reading.read import Line, Tally, text_lines
from diagnose.reading.records import Record, records
from kb.compile import compile_index
from kb.index import Index
from kb.load import load
from tests.kb.conftest import TINY, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from diagnose.result import Diagnosis

HTTP2 = "http2-protocol-error-stops-agent"
DIND = "docker-in-docker-exhaustion"
ZOMBIE = "task-heartbeat-zombie-api-outage"
DASK = "dask-systemd-missing-venv-path"
GHOST = "ghost-runs-after-runner-death"
SPOKEN = ("established", "ambiguous")
"""Verdicts that name a cause."""


CLOSED_AT = "2024-05-01 {}:00,000 | ERROR   | prefect.agent - h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED\n"
WORK_AT = "2024-05-01 {}:00,000 | INFO    | prefect.agent - Submitting flow run '0a0a0a0a-0000-4000-8000-000000000000'\n"
"""Lines of a log at an hour and a minute."""

CLOSED = CLOSED_AT.format("10:10")
QUIET = "2024-05-01 10:11:00,000 | INFO    | prefect.agent - Submitting flow run\n"

PATIENCE_S = 60
"""How long a test waits for another process before it fails."""


class Impatient(Tally):
    """Stops the reading once it has read more than so many bytes."""

    __slots__ = ("_most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def advance(self, size: int) -> None:
        super().advance(size)
        if self.bytes > self._most:
            raise KeyboardInterrupt


def program(folder: Path, name: str, script: str) -> None:
    """Make a program that is a script of the shell."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def fed(pipe: Path, process: subprocess.Popen[str]) -> IO[str]:
    """Return a named pipe opened for writing, as soon as it is read.

    Fails when the process that is to read it ended, or has not begun within `PATIENCE_S`.
    """
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            writing = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.01)  # nobody reads it yet
        else:
            os.set_blocking(writing, True)
            return os.fdopen(writing, "w", encoding="utf-8")
    pytest.fail(f"{pipe.name} is not read")


def lines(text: str, source: str = "log") -> list[Line]:
    return list(text_lines(text, source, Tally()))


def recorded(text: str, source: str = "log") -> list[Record]:
    return list(records(lines(text, source)))


def one(text: str) -> Record:
    (record,) = recorded(text)
    return record


def told(index: Index, *errors: str, **more: Any) -> Diagnosis:
    return diagnose(Given(errors=errors, **more), index, questions=0)


def ranking(diagnosis: Diagnosis) -> list[str]:
    return [cause.insight for cause in diagnosis.causes]


def shares(diagnosis: Diagnosis) -> dict[str, float]:
    return {cause.insight: cause.probability for cause in diagnosis.causes}


def tiny_index(folder: Path, changes: dict[str, str | None] | None = None) -> Index:
    """Return the index of the tiny base with files replaced or added."""
    write_files(folder, {**TINY, **(changes or {})})
    compile_index(load([folder], shipped=False), folder / "tiny.index")
    return Index(str(folder / "tiny.index"))
