"""The engine as the screens use it: logs read once, progress, cancel, and the ranking before the rest.

What follows from evidence is worked out in one thread of its own, so that what its index has read
of the base is there for the next key; every other thread that asks has an index of its own.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from diagnose.collect import Evidence
    from diagnose.findings import Finding
    from diagnose.reading.reading import Reading
    from diagnose.result import Cause, Diagnosis
    from diagnose.sessions.session import Session
    from kb.index import Index
    from tui.names import Name

LIMIT = 12
"""Causes that are ranked; all but the likely ones are folded."""


class Progress(NamedTuple):
    """How far the reading of logs has come."""

    bytes: int
    lines: int
    total: int
    """Bytes of all files, 0 when that says nothing (compressed files)."""


class Logs(NamedTuple):
    """Logs that are read together, and which part of them."""

    paths: tuple[Path, ...]
    since: float | None
    until: float | None


class Engine:
    """Answers the questions of the screens; every method may be called from any thread."""

    def __init__(self, overlays: Sequence[Path] = ()) -> None:
        self._overlays = tuple(overlays)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._path = ""
        self._logs: tuple[Logs, Reading] | None = None
        self._names: list[Name] | None = None
        self._thread = ThreadPoolExecutor(1, "engine")

    @property
    def index(self) -> Index:
        """The index of this thread.

        Raises:
            KbError: the base is not valid.
        """
        known: Index | None = getattr(self._local, "index", None)
        if known is None:
            with self._lock:
                known = self._local.index = self._opened()
            self._path = known.path
        return known

    @property
    def names(self) -> list[Name]:
        """All entities of the base, read once.

        Raises:
            KbError: the base is not valid.
        """
        from tui.names import names  # noqa: PLC0415 (after the first paint)

        if self._names is None:
            self._names = names(self.index)
        return self._names

    def _opened(self) -> Index:
        """Open the file that the first thread found, so that all threads see the same base."""
        import sqlite3  # noqa: PLC0415 (after the first paint)

        from kb.cache import open_index  # noqa: PLC0415
        from kb.index import Index  # noqa: PLC0415

        if self._path:
            try:
                return Index(self._path)
            except (
                sqlite3.Error
            ):  # a file that went when it was opened, where no cache can be written
                pass
        return open_index(self._overlays)

    def has_read(self, session: Session) -> bool:
        """Say whether the logs of a session are read, or there are none."""
        key = logs_of(session)
        return not key.paths or (self._logs is not None and self._logs[0] == key)

    def knows(self, path: Path) -> bool:
        """Say whether a log was read already, with those it was read with."""
        known = self._logs
        return known is not None and path in known[0].paths

    def read(
        self,
        session: Session,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> Reading:
        """Return what stands in the logs of a session; `keep` makes it count.

        Raises:
            UsageError: a log cannot be read.
            KbError: the base is not valid.
        """
        from diagnose.collect import read_logs  # noqa: PLC0415
        from tui.tally import Watched  # noqa: PLC0415

        tally = Watched(session.given().logs, progress, cancelled)
        return read_logs(session.given(), self.index, tally)

    def keep(self, session: Session, said: Reading) -> None:
        """Remember what stands in the logs of a session."""
        self._logs = (logs_of(session), said)

    def evidence(self, session: Session, draft: str = "") -> Evidence:
        """Return the evidence of a session, without its logs while they are not read yet.

        Raises:
            UsageError: an id is unknown.
        """
        from diagnose.reading.reading import NOTHING  # noqa: PLC0415
        from diagnose.sessions.evidence import evidence  # noqa: PLC0415

        known = self._logs
        wanted = logs_of(session)
        logs = known[1] if known is not None and known[0] == wanted else None
        if logs is None and wanted.paths:
            logs = NOTHING
        return evidence(session, self.index, draft, logs)

    def diagnose(self, session: Session, draft: str = "") -> tuple[Diagnosis, list[Finding]]:
        """Return the ranking of a session, and what it follows from.

        What takes long and is not the ranking is left out: `complete` adds it, and nobody else may
        look at it.

        Raises:
            UsageError: an id is unknown.
            KbError: the base is not valid.
        """
        return self._thread.submit(self._diagnose, session, draft).result()

    def _diagnose(self, session: Session, draft: str) -> tuple[Diagnosis, list[Finding]]:
        from diagnose.diagnosis import conclude  # noqa: PLC0415

        evidence = self.evidence(session, draft)
        given = session.given()
        if draft.strip():
            given = given._replace(errors=(*given.errors, draft))
        diagnosis = conclude(evidence, given, self.index, limit=LIMIT, lazily=True)
        return diagnosis, list(evidence.findings.values())

    def complete(self, ranking: Diagnosis, superseded: Callable[[], bool]) -> Diagnosis | None:
        """Return a ranking with all that belongs to it, or None once it is superseded."""
        return self._thread.submit(_completed, ranking, superseded).result()


def _completed(ranking: Diagnosis, superseded: Callable[[], bool]) -> Diagnosis | None:
    causes: list[Cause] = []
    for cause in ranking.causes:
        if superseded():
            return None
        causes.append(
            cause._replace(
                missing=tuple(cause.missing),
                checks=tuple(cause.checks),
                fixes=tuple(cause.fixes),
                related=tuple(cause.related),
            )
        )
    if superseded():
        return None
    return ranking._replace(causes=tuple(causes), next_checks=tuple(ranking.next_checks))


def logs_of(session: Session) -> Logs:
    """Return which logs belong to a session."""
    given = session.given()
    return Logs(given.logs, given.since, given.until)
