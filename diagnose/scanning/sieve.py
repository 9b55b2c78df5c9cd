"""The sieve: which lines of a long log may say something, told from bytes without reading the rest.

A line is picked when it holds a telling literal (`diagnose.scanning.telling`), a word for an abnormal level,
the begin of a traceback or the name of an exception. What is not picked is never decoded. Engines
only say where to look: the line decides, so that every engine picks the same lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from itertools import islice
from operator import itemgetter

from diagnose.reading.heads import ENDINGS, EXCEPTION, LEVEL_STARTS
from diagnose.scanning.engines import engine
from diagnose.scanning.telling import HOT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from diagnose.scanning.engines import Engine
    from diagnose.scanning.telling import Telling

_LEVELS = tuple(level.encode() for level in LEVEL_STARTS)
_SAID = {word.lower().encode() for word in (*LEVEL_STARTS, "Traceback", *ENDINGS)}
ABNORMAL = tuple(sorted(w for w in _SAID if not any(o in w for o in _SAID - {w})))
"""Every abnormal line holds one of these, in any case: levels, and the endings of exceptions."""

_PRIORITIES = tuple(b'"priority":%s"%d"' % (space, n) for space in (b"", b" ") for n in range(5))
"""Levels as journald writes them in JSON, from 4, a warning, downwards."""

_ABNORMAL = re.compile(
    b"|".join(_LEVELS)
    + rb'|"(?i:warn(?:ing)?|error|crit(?:ical)?|fatal)"'
    + rb'|"PRIORITY": ?"[0-4]"'
    + rb"|Traceback \(most"
    + rb'|%b(?:: |:?\s*(?:$|"|\\n))' % EXCEPTION.encode()
)

ENOUGH = 500
"""So many sightings say that a literal is hot."""

MOST_CHOICES = 40
"""So often other literals are chosen for one log."""


def _never(_body: bytes, _start: int, _stop: int) -> bool:
    return False


class Sieve:
    """Picks lines of one log."""

    def __init__(
        self,
        telling: Telling,
        start: bytes,
        make: Callable[[Sequence[bytes]], Engine] = engine,
    ) -> None:
        """Prepare to pick.

        Args:
            telling: chooses the literals.
            start: the beginning of the log.
            make: makes an engine from literals.
        """
        self._telling = telling
        self._make = make
        journald = b'"PRIORITY"' in start
        self._marks = (*ABNORMAL, *(_PRIORITIES if journald else ()))
        self._counts: Counter[int] = Counter()
        self._lines = 0
        self._choices = 0
        self._found: list[tuple[int, int, int]] = []
        self._choose()

    def _choose(self) -> None:
        chosen = self._telling.chosen
        self.literals = (*chosen, *self._marks)
        self._first_mark = len(chosen)
        self._engine = self._make(self.literals)
        marks = () if self._engine.overlapping else self._marks
        self._hidden = {one for mark in marks for one in _hidden(mark, chosen)}
        self._counts.clear()
        self._lines = 0
        self._choices += 1

    def picked(
        self, body: bytes, known: Callable[[bytes, int, int], bool] = _never
    ) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of the lines that are picked, in order, without their ends.

        Args:
            body: whole lines.
            known: takes a line that may be picked, and says whether nothing more is to be done.
        """
        found = self._found = self._engine.find(body)
        done = refused = -1
        first_mark = self._first_mark
        for number, start, end in found:
            if start < done or (number >= first_mark and start < refused):
                continue
            at = body.rfind(b"\n", 0, start) + 1
            stop = body.find(b"\n", end)
            if stop < 0:
                stop = len(body)
            if known(body, at, stop):
                done = stop
            elif number < first_mark or self._is_abnormal(body, (start, end), (at, stop)):
                done = stop
                yield at, stop
            else:
                refused = stop

    def _is_abnormal(self, body: bytes, place: tuple[int, int], line: tuple[int, int]) -> bool:
        """Say whether the line is abnormal, or holds a literal that a mark may hide."""
        if body[place[0] : place[1]] in _LEVELS or _ABNORMAL.search(body, *line):
            return True
        if not self._hidden:
            return False
        told = body[line[0] : line[1]].lower()
        return any(one in told for one in self._hidden)

    def watch(self, lines: int) -> None:
        """Give up literals that stand everywhere; the last body had so many lines."""
        found = self._found
        self._lines += lines
        if len(found) < HOT * lines or self._choices >= MOST_CHOICES:
            return
        self._counts.update(map(itemgetter(0), found))
        least = max(ENOUGH, HOT * self._lines)
        hot = [n for n, count in self._counts.items() if n < self._first_mark and count > least]
        if hot and self._telling.give_up(self.literals[n] for n in hot):
            self._choose()


def _hidden(mark: bytes, chosen: Sequence[bytes]) -> set[bytes]:
    """Return the literals, of a sorted list, of which a match of the mark may cover the start."""
    hidden = {one for one in chosen if one in mark}
    for at in range(1, len(mark)):
        first = bisect_left(chosen, mark[at:])
        for one in islice(chosen, first, None):
            if not one.startswith(mark[at:]):
                break
            hidden.add(one)
    return hidden
