"""Small inputs for the engine, and small bases to rank with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
SPOKEN = ("established", "ambiguous")
"""Verdicts that name a cause."""


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
