"""Reading again what a saved result was made of: its logs, from the time of the fix on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import Evidence, collect
from diagnose.errors import UsageError
from diagnose.reading import read
from diagnose.reading.logfiles import log_files
from diagnose.reading.records import records
from diagnose.reading.stamps import DAY, dated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from diagnose.followup.saved import Saved
    from diagnose.given import Given
    from kb.index import Index


class Span(NamedTuple):
    """What stands in the logs after the fix."""

    records: int
    first: float | None
    last: float | None
    undated: tuple[str, ...]
    """Logs that name no dates, so that before and after cannot be told apart."""
    new: bool = False
    """One of them is none that the saved result read."""
    began: float | None = None
    """When the logs begin that the saved result read, long before the fix."""
    lost: tuple[str, ...] = ()
    """What the saved result read and cannot be read again, or not as a whole, and why."""

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
            and a log that is new is taken as written after the fix, unless its times say that it
            was not.
        index: the base.

    Raises:
        UsageError: a log cannot be read.
    """
    since = given.since
    if since is None and saved.last_event is not None:
        since = saved.last_event + 0.001
    logs = given.logs or tuple(filter(os.path.exists, saved.logs))
    known = set(map(os.path.realpath, saved.logs))
    new = {log for log in given.logs if os.path.realpath(log) not in known}
    span, starts = _after(logs, new, since, given)
    if not given.logs:
        span = span._replace(lost=(*_lost(saved), *span.lost))
    fresh = given._replace(logs=logs, since=None, version=given.version or saved.version)
    evidence = collect(fresh._replace(logs=()), index, lines=_lines(starts))
    return Reread(evidence, fresh, span, since)


def _lost(saved: Saved) -> list[str]:
    """Return what the saved result read and is not there to be read again."""
    gone = [f"{log} cannot be found" for log in saved.logs if not os.path.exists(log)]  # noqa: PTH110
    return [*gone, *["standard input cannot be read again"] * saved.stdin]


def _after(
    logs: Sequence[Path], new: set[Path], since: float | None, given: Given
) -> tuple[Span, list[tuple[Path, int]]]:
    """Return how much stands in the logs after the fix, and from which line on.

    A dated log counts from its first record after the fix on, with the undated lines that follow.
    """
    count, times, before, undated, starts = 0, [], [], [], []
    tally = read.Tally()
    lost: list[str] = []
    for log in logs:
        names_dates = log in new
        for file in log_files(log):
            start = 1 if log in new and since is None else 0
            is_new = log in new
            for record in records(_readable(file, log, tally, lost)):
                named = record.time
                time = None if named is None or named < DAY else dated(named, given.until)
                names_dates = names_dates or time is not None
                is_new = is_new and time is None
                if not start and (
                    is_new or (time is not None and since is not None and time >= since)
                ):
                    start = record.line
                if start:
                    count += record.header
                    times += [time] if time is not None else []
                elif time is not None and log not in new:
                    before.append(time)
            if start:
                starts.append((file, start))
        if not names_dates:
            undated.append(str(log))
    first, last = (min(times), max(times)) if times else (None, None)
    span = Span(count, first, last, tuple(undated), bool(new), min(before, default=None))
    return span._replace(lost=(*lost, *tally.cut)), starts


def _readable(file: Path, given: Path, tally: read.Tally, lost: list[str]) -> Iterator[read.Line]:
    """Yield the lines of a file; one of a folder that cannot be read is named.

    Raises:
        UsageError: the file was given by its name.
    """
    try:
        yield from read.file_lines(file, tally)
    except UsageError as error:
        if file == given:
            raise
        lost.append(str(error))


def _lines(starts: Sequence[tuple[Path, int]]) -> Iterator[read.Line]:
    for file, start in starts:
        yield from (line for line in read.file_lines(file, read.Tally()) if line.number >= start)
