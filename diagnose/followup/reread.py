"""Reading again what a saved result was made of: its logs, from the time of the fix on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import Evidence, Given, collect
from diagnose.reading import read
from diagnose.reading.logfiles import log_files
from diagnose.reading.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from diagnose.followup.saved import Saved
    from kb.index import Index

DAY = 86_400.0
"""Times below it are seconds since midnight, from a log that names no date."""


class Span(NamedTuple):
    """What stands in the logs after the fix."""

    records: int
    first: float | None
    last: float | None
    undated: tuple[str, ...]
    """Logs that name no dates, so that before and after cannot be told apart."""

    @property
    def seconds(self) -> float:
        """How long the log went on."""
        return 0.0 if self.first is None or self.last is None else self.last - self.first


class Reread(NamedTuple):
    """Everything that was read again."""

    evidence: Evidence
    given: Given
    span: Span
    since: float | None


def reread(saved: Saved, given: Given, index: Index) -> Reread:
    """Read the logs again, from the fix on, with what else is given now.

    Args:
        saved: the saved result.
        given: what the user gives now; its logs are read instead of those of the saved result,
            and a log that is new is taken as written after the fix.
        index: the base.

    Raises:
        UsageError: a log cannot be read.
    """
    since = given.since
    if since is None and saved.last_event is not None:
        since = saved.last_event + 0.001
    logs = given.logs or tuple(log for log in saved.logs if log.exists())
    span, starts = _after(logs, {log for log in given.logs if log not in saved.logs}, since)
    fresh = given._replace(logs=logs, since=None, version=given.version or saved.version)
    evidence = collect(fresh._replace(logs=()), index, lines=_lines(starts))
    return Reread(evidence, fresh, span, since)


def _after(
    logs: Sequence[Path], new: set[Path], since: float | None
) -> tuple[Span, list[tuple[Path, int]]]:
    """Return how much stands in the logs after the fix, and from which line on.

    A dated log counts from its first record after the fix on, with the undated lines that follow.
    """
    count, times, undated, starts = 0, [], [], []
    for log in logs:
        dated = log in new
        for file in log_files(log):
            start = 1 if log in new else 0
            for record in records(read.file_lines(file, read.Tally())):
                time = record.time if record.time is not None and record.time > DAY else None
                dated = dated or time is not None
                if not start and time is not None and since is not None and time >= since:
                    start = record.line
                if start:
                    count += record.header
                    times += [time] if time is not None else []
            if start:
                starts.append((file, start))
        if not dated:
            undated.append(str(log))
    first, last = (min(times), max(times)) if times else (None, None)
    return Span(count, first, last, tuple(undated)), starts


def _lines(starts: Sequence[tuple[Path, int]]) -> Iterator[read.Line]:
    for file, start in starts:
        yield from (line for line in read.file_lines(file, read.Tally()) if line.number >= start)
