"""Incidents: abnormal records that say the same are one incident, counted, with first and last time.

Order and gaps in time are facts too: lives of a process that get shorter, a log that simply ends,
silence followed by a burst.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kb.pattern import lazy
from kb.text import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.match import Hit
    from diagnose.records import Record

MOST = 10_000
"""Distinct incidents that are kept; a log with more is truncated and says so."""

MOST_AT_A_TIME = 1000
"""So many different records with one time are remembered."""

GAP = 600.0
"""Silence of so many seconds, and `GAP_FACTOR` times the usual distance of records, is a gap."""

GAP_FACTOR = 20.0
BURST = 5
"""So many records within `BURST_SECONDS` after a gap are a burst."""

BURST_SECONDS = 30.0
SHRUNK = 0.6
"""The last life must be shorter than this share of the first to call uptimes shrinking."""

ABNORMAL = ("WARNING", "ERROR", "CRITICAL")
"""Levels of records that are worth a look."""

_EXCEPTION = lazy(
    r"[\s|+]*((?:[A-Za-z_]\w*\.)*[A-Z_]\w*(?:Error|Exception|Exit|Group|Timeout|Interrupt|Refused|Closed"
    r"|Terminated|Warning|Abort|Killed\w*))(?:: (.*)|:?\s*$)"
)
_ENDINGS = (
    "Error", "Exception", "Exit", "Group", "Timeout", "Interrupt", "Refused", "Closed",
    "Terminated", "Warning", "Abort", "Killed",
)  # fmt: skip
"""What the name of an exception ends in: a cheap test before the expression."""

_WRAPPERS = frozenset(
    {"KeyError", "SystemExit", "ExceptionGroup", "BaseExceptionGroup", "RuntimeError"}
)


class Link(NamedTuple):
    """One exception of a chain."""

    name: str
    message: str

    def __str__(self) -> str:
        """Return it as a traceback's last line shows it."""
        return f"{self.name}: {self.message}" if self.message else self.name


class Incident(NamedTuple):
    """Abnormal records that say the same."""

    id: str
    text: str
    """What says most: the telling exception of the chain, else the message."""
    chain: tuple[Link, ...]
    signatures: tuple[str, ...]
    count: int  # type: ignore[assignment]  # the contract's word hides tuple.count
    first: float | None
    last: float | None
    source: str
    lines: tuple[int, int]
    unexplained: bool
    """No signature of the base stands in it."""


def chain(record: Record) -> tuple[Link, ...]:
    """Return the exceptions of a record in order, outermost wrapper last."""
    links = []
    traced = any("Traceback (most recent" in line.text for line in record.lines)
    for number, line in enumerate(record.lines):
        if not (traced or number == 0) or not any(ending in line.text for ending in _ENDINGS):
            continue
        if match := _EXCEPTION.match(line.text):
            links.append(Link(match[1], (match[2] or "").strip()[:500]))
    return tuple(links)


def telling(links: Sequence[Link], hits: Sequence[Hit], leaks: dict[str, float]) -> str:
    """Return the link that says most: the one with the most specific signature, else the most concrete."""
    if not links:
        return ""
    by_line = {hit.text.strip(): leaks.get(hit.signature, 1.0) for hit in hits}

    def rank(entry: tuple[int, Link]) -> tuple[float, bool, bool, int]:
        number, link = entry
        leak = min((leak for text, leak in by_line.items() if str(link)[:60] in text), default=1.0)
        return (leak, link.name.rsplit(".", 1)[-1] in _WRAPPERS, not link.message, -number)

    return str(min(enumerate(links), key=rank)[1])


class Gathered:
    """Collects incidents from records in the order they are read."""

    def __init__(self, leaks: dict[str, float]) -> None:
        self._leaks = leaks
        self._known: dict[tuple[str, str], Incident] = {}
        self.truncated = False

    def add(self, record: Record, hits: Sequence[Hit]) -> None:
        """Add a record if it is abnormal or holds a signature that says something."""
        links = chain(record)
        abnormal = record.level in ABNORMAL or bool(links)
        if not abnormal and not any(self._leaks.get(hit.signature, 1.0) < 0.2 for hit in hits):
            return
        said = telling(links, hits, self._leaks) or next(
            (line.text for line in record.lines if line.text.strip()), ""
        )
        key = (record.source, normalise(said)[:300])
        known = self._known.get(key)
        if known is None and len(self._known) >= MOST:
            self.truncated = True
        elif known is None:
            self._known[key] = self._new(record, hits, links, said)
        else:
            last = record.lines[-1].number
            self._known[key] = known._replace(
                count=known.count + 1, last=record.time, lines=(known.lines[0], last)
            )

    def _new(
        self, record: Record, hits: Sequence[Hit], links: tuple[Link, ...], said: str
    ) -> Incident:
        serious = record.level in ("ERROR", "CRITICAL") or bool(links)
        return Incident(
            id=f"i{len(self._known) + 1}",
            text=said.strip()[:500],
            chain=links,
            signatures=tuple(hit.signature for hit in hits),
            count=1,
            first=record.time,
            last=record.time,
            source=record.source,
            lines=(record.line, record.lines[-1].number),
            unexplained=serious and not hits,
        )

    def incidents(self) -> list[Incident]:
        """Return the incidents in the order they were first seen."""
        return list(self._known.values())


class Course:
    """Follows the course of time in one source."""

    def __init__(self) -> None:
        self.marks: list[tuple[float, str]] = []
        self.timed = 0
        self.records = 0
        self.gap_then_burst = False
        self._last: float | None = None
        self._mean = 0.0
        self._day = 0.0
        self._resumed: tuple[float, int] | None = None
        self._moment: float | None = None
        self._said: set[int] = set()

    def repeats(self, record: Record) -> bool:
        """Say whether the same was said at this very time already: then it is no further event."""
        if record.time is None:
            return False
        if record.time != self._moment:
            self._moment = record.time
            self._said.clear()
        said = hash((record.level, record.text))
        repeated = said in self._said
        if len(self._said) < MOST_AT_A_TIME:
            self._said.add(said)
        return repeated

    def add(self, record: Record, mark: str) -> None:
        """Take note of a record; ``mark`` says that it starts or ends a life."""
        self.records += record.header
        if record.time is None:
            if mark and self._last is not None:
                self.marks.append((self._last, mark))
            return
        time = record.time + self._day
        if self._last is not None and record.time < 86_400 and time < self._last - 3600:
            self._day += 86_400.0  # a time of day that went past midnight
            time += 86_400.0
        if mark:
            self.marks.append((time, mark))
        self._gap(time)
        self._last = time
        self.timed += 1

    def _gap(self, time: float) -> None:
        if self._last is None:
            return
        distance = time - self._last
        if self._resumed is not None:
            since, count = self._resumed
            if time - since <= BURST_SECONDS:
                self._resumed = (since, count + 1)
                self.gap_then_burst = self.gap_then_burst or count + 1 >= BURST
            else:
                self._resumed = None
        if self.timed >= BURST and distance > max(GAP, GAP_FACTOR * self._mean):
            self._resumed = (time, 1)
        self._mean += (distance - self._mean) / max(self.timed, 1)

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
