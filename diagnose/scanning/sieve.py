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
        self._hides: dict[int, set[bytes]] = {}
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
            elif self._tells(body, (number, start, end), (at, stop)):
                done = stop
                yield at, stop
            elif number >= first_mark:
                refused = stop

    def _tells(self, body: bytes, found: tuple[int, int, int], line: tuple[int, int]) -> bool:
        """Say whether a line is abnormal or holds what a literal stands for that was found there.

        An engine that does not tell all places may have found it in the place of others.
        """
        number, start, end = found
        told = body[line[0] : line[1]].lower()
        is_mark = number >= self._first_mark
        if not is_mark and self._holds(told, self.literals[number]):
            return True
        hides = not self._engine.overlapping
        if (is_mark or hides) and (body[start:end] in _LEVELS or _ABNORMAL.search(body, *line)):
            return True
        return hides and any(self._holds(told, one) for one in self._hidden_by(number))

    def _holds(self, told: bytes, chosen: bytes) -> bool:
        """Say of a line in lower case whether a literal and what it stands for are in it."""
        needed = self._telling.needed(chosen)
        return chosen in told and (not needed or any(one in told for one in needed))

    def _hidden_by(self, number: int) -> set[bytes]:
        """Return the literals that one may hide; of the marks of a line only one is looked at."""
        number = min(number, self._first_mark)
        if number not in self._hides:
            ones = self._marks if number == self._first_mark else (self.literals[number],)
            chosen = self._telling.chosen
            self._hides[number] = {hidden for one in ones for hidden in _hidden(one, chosen)}
        return self._hides[number]

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


def _hidden(found: bytes, chosen: Sequence[bytes]) -> set[bytes]:
    """Return the literals, of a sorted list, of which a literal that was found may cover the start."""
    hidden = {one for one in chosen if one in found}
    for at in range(len(found)):
        first = bisect_left(chosen, found[at:])
        for one in islice(chosen, first, None):
            if not one.startswith(found[at:]):
                break
            hidden.add(one)
    return hidden
