"""Reading again what a saved result was made of: its logs, from the time of the fix on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import Evidence, collect
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
    fresh = given._replace(logs=logs, since=None, version=given.version or saved.version)
    evidence = collect(fresh._replace(logs=()), index, lines=_lines(starts))
    return Reread(evidence, fresh, span, since)


def _after(
    logs: Sequence[Path], new: set[Path], since: float | None, given: Given
) -> tuple[Span, list[tuple[Path, int]]]:
    """Return how much stands in the logs after the fix, and from which line on.

    A dated log counts from its first record after the fix on, with the undated lines that follow.
    """
    count, times, undated, starts = 0, [], [], []
    for log in logs:
        names_dates = log in new
        for file in log_files(log):
            start = 1 if log in new and since is None else 0
            is_new = log in new
            for record in records(read.file_lines(file, read.Tally())):
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
            if start:
                starts.append((file, start))
        if not names_dates:
            undated.append(str(log))
    first, last = (min(times), max(times)) if times else (None, None)
    return Span(count, first, last, tuple(undated), bool(new)), starts


def _lines(starts: Sequence[tuple[Path, int]]) -> Iterator[read.Line]:
    for file, start in starts:
        yield from (line for line in read.file_lines(file, read.Tally()) if line.number >= start)
