"""The course of time in a log.

Lives of a process that get shorter, a log that simply ends, silence followed by a burst: what no
single line says.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnose.reading.records import Record

MOST_AT_A_TIME = 1000
"""So many different records with one time are remembered."""

GAP = 600.0
"""Silence of so many seconds, and `GAP_FACTOR` times the usual distance of records, is a gap."""

GAP_FACTOR = 20.0
BURST = 5
"""So many records within `BURST_SECONDS` after a gap are a burst."""

BURST_SECONDS = 30.0
MOST_MARKS = 10_000
"""So many starts and ends are remembered, the latest ones."""

SHRUNK = 0.6
"""The last life must be shorter than this share of the first to call uptimes shrinking."""


class CourseFacts(NamedTuple):
    """What the course of time in one source says."""

    records: int
    """Log records that were read."""
    shrinking: bool | None
    running: bool | None
    gap_then_burst: bool


def continued(
    one: Mapping[str, CourseFacts], two: Mapping[str, CourseFacts]
) -> dict[str, CourseFacts]:
    """Return the courses of what was read first and next; of a source in both the later speaks."""
    both = dict(one)
    for source, later in two.items():
        first = both.get(source)
        both[source] = (
            later
            if first is None
            else CourseFacts(
                first.records + later.records,
                first.shrinking if later.shrinking is None else later.shrinking,
                first.running if later.running is None else later.running,
                first.gap_then_burst or later.gap_then_burst,
            )
        )
    return both


class Course:
    """Follows the course of time in one source."""

    def __init__(self) -> None:
        self.marks: deque[tuple[float, str]] = deque(maxlen=MOST_MARKS)
        self.timed = 0
        self.records = 0
        self.gap_then_burst = False
        self._first: float | None = None
        self._last: float | None = None
        self._skipped = 0
        self._day = 0.0
        self._resumed: tuple[float, int] | None = None
        self._moment: float | None = None
        self._said: set[int] = set()

    def repeats(self, record: Record) -> bool:
        """Say whether the same was said at this very time already: then it is no further event."""
        if record.time is None:
            return False
        return self.repeated(record.time, record.level, record.text)

    def repeated(self, time: float, level: str, text: str) -> bool:
        """Say the same of a record by what it says."""
        if time != self._moment:
            self._moment = time
            self._said.clear()
        said = hash((level, text))
        repeated = said in self._said
        if len(self._said) < MOST_AT_A_TIME:
            self._said.add(said)
        return repeated

    def add(self, record: Record, mark: str) -> None:
        """Take note of a record; ``mark`` says that it starts or ends a life."""
        self.next(record.time, mark, header=record.header)

    def next(self, named: float | None, mark: str, *, header: bool) -> None:
        """Take note of a record by the time that it names."""
        self.records += header
        if named is None:
            if mark and self._last is not None:
                self.marks.append((self._last, mark))
            return
        time = named + self._day
        if self._last is not None and named < 86_400 and time < self._last - 3600:
            self._day += 86_400.0  # a time of day that went past midnight
            time += 86_400.0
        if mark:
            self.marks.append((time, mark))
        self._gap(time)
        self._last = time
        self.timed += 1

    def skip(self, records: int) -> None:
        """Take note of records that were not looked at, because no silence is among them."""
        self._skipped += records
        self.timed += records

    def usual(self) -> float:
        """Return the seconds between two records up to which there is no silence."""
        return max(GAP, GAP_FACTOR * self._mean())

    def _mean(self) -> float:
        """Return the mean distance of the records so far."""
        if self._first is None or self._last is None or self.timed < 2:
            return 0.0
        return (self._last - self._first) / (self.timed - 1)

    def _gap(self, time: float) -> None:
        skipped, self._skipped = self._skipped, 0
        if self._last is None:
            self._first = time
            return
        if self._resumed is not None:
            since, count = self._resumed
            if time - since <= BURST_SECONDS:
                count += 1 + skipped
                self._resumed = (since, count)
                self.gap_then_burst = self.gap_then_burst or count >= BURST
            else:
                self._resumed = None
        if self.timed >= BURST and not skipped and time - self._last > self.usual():
            self._resumed = (time, 1)

    def uptimes(self) -> list[float]:
        """Return how long each life lasted, in seconds: from a start to its end or the next start."""
        lives: list[float] = []
        began: float | None = None
        for time, mark in self.marks:
            if began is not None and time > began:
                lives.append(time - began)
                began = None
            if mark == "start":
                began = time
        return lives

    def running(self) -> bool | None:
        """Say whether the last mark is a start; None when nothing was stopped or started again."""
        words = [word for _, word in self.marks]
        return words[-1] == "start" if "end" in words else None

    def shrinking(self) -> bool | None:
        """Say whether lives get shorter; None when there are too few to tell."""
        lives = self.uptimes()
        if len(lives) < 3:
            return None
        falls = sum(later < earlier for earlier, later in pairwise(lives))
        return falls >= 0.75 * (len(lives) - 1) and lives[-1] < SHRUNK * lives[0]

    def facts(self) -> CourseFacts:
        """Return what the course says so far."""
        return CourseFacts(self.records, self.shrinking(), self.running(), self.gap_then_burst)
