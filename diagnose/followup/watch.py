"""Watching: follow logs (and the probe), and say once when a cause appears and once when it goes.

At each look the lines of the last `WINDOW` seconds are diagnosed as a whole, with what a probe reads
at that moment. A cause appears when it is likely there, and goes when for a whole window nothing made
it likely again. What a probe showed has not gone while the probe cannot read it.
"""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import collect
from diagnose.diagnosis import conclude
from diagnose.probe.records import PROBED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from diagnose.collect import Evidence
    from diagnose.followup.tail import Tail
    from diagnose.given import Given
    from diagnose.reading.read import Line
    from diagnose.result import Cause, Diagnosis
    from kb.index import Index

INTERVAL = 5.0
"""Seconds between two looks."""

WINDOW = 900.0
"""Seconds for which a line counts."""

MOST_LINES = 50_000
"""Lines that are kept; older ones go first."""

APPEARED, GONE = "appeared", "gone"


class Event(NamedTuple):
    """A cause that appeared or went."""

    event: str
    insight: str
    title: str
    probability: float
    verdict: str
    because: str
    text: str
    """The line that says most for it, masked; empty when it is gone."""
    source: str
    line: int
    time: str
    """When it was noticed, UTC."""


class Enriched(NamedTuple):
    """Evidence with what was read beside the logs."""

    evidence: Evidence
    unread: Mapping[str, str]
    """Part that could not be read -> why."""


class _Known(NamedTuple):
    """A cause that was reported."""

    title: str
    unread: frozenset[str]
    """Parts that could not be read even when it was there."""
    is_probed: bool
    """What spoke for it came from beside the logs, too."""


class Watcher:
    """Keeps the last lines and knows which causes were reported."""

    def __init__(
        self,
        tails: Sequence[Tail],
        given: Given,
        index: Index,
        *,
        window: float = WINDOW,
        enrich: Callable[[Evidence], Enriched] | None = None,
    ) -> None:
        """Prepare to watch.

        Args:
            tails: the files that are followed.
            given: what else is known: a version, symptoms, facts.
            index: the base.
            window: seconds for which a line counts.
            enrich: adds what is read anew at each look, such as the facts of a probe, and says what
                could not be read.
        """
        self._tails = tails
        self._given = given
        self._index = index
        self._window = window
        self._enrich = enrich
        self._kept: deque[tuple[float, Line]] = deque(maxlen=MOST_LINES)
        self._there: dict[str, _Known] = {}
        self._held: set[str] = set()
        self.notes: list[str] = []
        """What happened to the files and cannot be told, to be said and emptied."""
        self.diagnosis: Diagnosis | None = None

    def look(self, now: float | None = None) -> list[Event]:
        """Read what is new and return what appeared and what went.

        Args:
            now: seconds since the epoch; the clock's by default.
        """
        moment = time.time() if now is None else now
        fresh = 0
        for tail in self._tails:
            lines = tail.lines()
            fresh += len(lines)
            self._kept.extend((moment, line) for line in lines)
            self.notes += tail.said
            tail.said.clear()
        ended = 0
        while self._kept and self._kept[0][0] < moment - self._window:
            self._kept.popleft()
            ended += 1
        if not (fresh or ended or self._enrich or self.diagnosis is None):
            return []
        return self._compared(moment)

    def _compared(self, moment: float) -> list[Event]:
        look = Enriched(collect(self._given, self._index, lines=self._lines()), {})
        if self._enrich is not None:
            look = self._enrich(look.evidence)
        found = self.diagnosis = conclude(look.evidence, self._given, self._index)
        stamp = datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
        likely = {cause.insight: cause for cause in found.likely}
        new = [cause for insight, cause in likely.items() if insight not in self._there]
        events = [_appeared(cause, found, stamp) for cause in new]
        lost = [insight for insight in self._there if insight not in likely]
        for insight in [name for name in lost if not self._holds(name, look.unread)]:
            events.append(_gone(insight, self._there.pop(insight).title, found, stamp))
        for insight, cause in likely.items():
            self._there[insight] = _Known(cause.title, frozenset(look.unread), _is_probed(cause))
            self._held.discard(insight)
        return events

    def _holds(self, insight: str, unread: Mapping[str, str]) -> bool:
        """Say whether what showed a cause could be read then and cannot now; note it once."""
        known = self._there[insight]
        lost = [part for part in sorted(unread) if part not in known.unread]
        if not (known.is_probed and lost):
            self._held.discard(insight)
            return False
        if insight not in self._held:
            self._held.add(insight)
            why = unread["api"] if "api" in lost else unread[lost[0]]
            self.notes.append(f"whether {insight} is gone cannot be told: {why}")
        return True

    def _lines(self) -> Iterator[Line]:
        """Yield the kept lines file by file, as records of several files must not mix."""
        by_source: dict[str, list[Line]] = {}
        for _, line in self._kept:
            by_source.setdefault(line.source, []).append(line)
        for _, lines in sorted(by_source.items()):
            yield from lines


def _is_probed(cause: Cause) -> bool:
    return any(proof.where.source.startswith(PROBED) for proof in cause.evidence)


def _gone(insight: str, title: str, found: Diagnosis, stamp: str) -> Event:
    left = next((c.probability for c in found.causes if c.insight == insight), 0.0)
    return Event(GONE, insight, title, round(left, 4), found.verdict, "", "", "", 0, stamp)


def _appeared(cause: Cause, found: Diagnosis, stamp: str) -> Event:
    proof = cause.evidence[0] if cause.evidence else None
    return Event(
        event=APPEARED,
        insight=cause.insight,
        title=cause.title,
        probability=round(cause.probability, 4),
        verdict=found.verdict,
        because=cause.because,
        text=(proof.matched or proof.text) if proof else "",
        source=proof.where.source if proof else "",
        line=proof.where.line if proof else 0,
        time=stamp,
    )
