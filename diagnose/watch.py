"""Watching: follow logs (and the probe), and say once when a cause appears and once when it goes.

At each look the lines of the last `WINDOW` seconds are diagnosed as a whole. A cause appears when
it is likely there, and goes when for a whole window nothing made it likely again.
"""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import Given, collect
from diagnose.diagnosis import conclude
from diagnose.saved import LIKELY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from diagnose.collect import Evidence
    from diagnose.read import Line
    from diagnose.result import Cause, Diagnosis
    from diagnose.tail import Tail
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


class Watcher:
    """Keeps the last lines and knows which causes were reported."""

    def __init__(
        self,
        tails: Sequence[Tail],
        given: Given,
        index: Index,
        *,
        window: float = WINDOW,
        enrich: Callable[[Evidence], Evidence] | None = None,
    ) -> None:
        """Prepare to watch.

        Args:
            tails: the files that are followed.
            given: what else is known: a version, symptoms, facts.
            index: the base.
            window: seconds for which a line counts.
            enrich: adds what is read anew at each look, such as the facts of a probe.
        """
        self._tails = tails
        self._given = given
        self._index = index
        self._window = window
        self._enrich = enrich
        self._kept: deque[tuple[float, Line]] = deque(maxlen=MOST_LINES)
        self._there: dict[str, str] = {}
        self.notes: list[str] = []
        """What happened to the files, to be said and emptied."""
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
        evidence = collect(self._given, self._index, lines=self._lines())
        if self._enrich is not None:
            evidence = self._enrich(evidence)
        found = self.diagnosis = conclude(evidence, self._given, self._index)
        stamp = datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
        sure = found.verdict in ("established", "ambiguous")
        likely = {c.insight: c for c in found.causes if sure and c.confidence in LIKELY}
        events = [
            _appeared(cause, found, stamp)
            for insight, cause in likely.items()
            if insight not in self._there
        ]
        now = {cause.insight: cause.probability for cause in found.causes}
        for insight in [name for name in self._there if name not in likely]:
            title = self._there.pop(insight)
            left = round(now.get(insight, 0.0), 4)
            events.append(Event(GONE, insight, title, left, found.verdict, "", "", "", 0, stamp))
        self._there.update({insight: cause.title for insight, cause in likely.items()})
        return events

    def _lines(self) -> Iterator[Line]:
        """Yield the kept lines file by file, as records of several files must not mix."""
        by_source: dict[str, list[Line]] = {}
        for _, line in self._kept:
            by_source.setdefault(line.source, []).append(line)
        for _, lines in sorted(by_source.items()):
            yield from lines


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
