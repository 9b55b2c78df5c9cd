"""Which signatures come nearest to a text, in a base too large to count every n-gram in it.

The measure is the cosine of n-gram sets, each n-gram weighed by the square of its idf. Candidates
are those that share the rarest n-grams, as many n-grams as a budget of postings allows, so that a
query costs the same however large the base is; for the best of them the measure is then exact.
"""

from __future__ import annotations

import math
import sys

from kb.named import NamedTuple
from kb.text import grams, weight

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from kb.index import Index

    Best: TypeAlias = Callable[[Sequence[tuple[float, Any]], Sequence[float], int], list[int]]
    """From (weight, postings) of n-grams and the norms of all signatures to the best numbers."""

EXHAUSTIVE = 2_000
"""In a base of up to so many signatures every n-gram of a text is counted."""

BUDGET = 30_000
BUDGET_NUMPY = 60_000
"""Postings that are read for one query, without and with numpy."""

LEAST_GRAMS = 6
"""So many n-grams are read whatever their postings."""

PLAIN_QUERIES = 40
"""numpy is loaded for the query after so many: earlier it would cost more than it saves."""

MOST_KNOWN = 200_000
"""N-grams whose weights are kept: texts may hold any."""

MOST_KEPT = 8_000_000
"""Postings that are kept in memory, of four bytes each."""

WORTH = 0.3
"""A signature with less than this share of the best one's score is no candidate."""


class Near(NamedTuple):
    """A signature that shares n-grams with a text."""

    number: int
    constant: str
    cosine: float
    """1 = the same n-grams."""
    contained: float
    """Share of the signature's n-grams, by weight, that the text holds."""


class Search:
    """Looks for the nearest signatures; keeps what it has read.

    Args:
        index: of a base that is not searched exhaustively.
        numpy: whether to use it; None = from a number of queries on, where it is installed.
    """

    def __init__(self, index: Index, *, numpy: bool | None = None) -> None:
        self._index = index
        self._norms: Sequence[float] = index.norms()
        self._known: dict[str, tuple[int, float]] = {}
        """N-gram -> number of signatures that hold it, and its weight."""
        self._postings: dict[str, Any] = {}
        self._kept = 0
        self._left = {None: PLAIN_QUERIES, True: 0, False: sys.maxsize}[numpy]
        self._best: Best = _best
        self._stored: Callable[[Sequence[int]], Any] = _same
        self._budget = BUDGET

    def nearest(self, normal: str, most: int = 24) -> list[Near]:
        """Return the signatures nearest to a normal form, the nearest first, ties by number."""
        self._upgrade()
        weights = self._weights(grams(normal))
        total = math.sqrt(sum(weights.values()))
        read = [(weights[gram], postings) for gram, postings in self._rarest(weights)]
        value = weights.__getitem__
        numbers = self._best(read, self._norms, most) if read else []
        found = []
        for number, constant in self._index.constants(numbers):
            shared = sum(map(value, weights.keys() & grams(constant)))
            norm = self._norms[number]
            found.append(Near(number, constant, shared / (norm * total), shared / norm**2))
        found.sort(key=lambda near: (-near.cosine, near.number))
        return found

    def cosine(self, number: int, constant: str, normal: str) -> float:
        """Return how near one signature comes to a normal form."""
        weights = self._weights(grams(normal))
        shared = sum(map(weights.__getitem__, weights.keys() & grams(constant)))
        return shared / (self._norms[number] * math.sqrt(sum(weights.values()) or 1.0))

    def _upgrade(self) -> None:
        """Turn to numpy once enough was asked."""
        self._left -= 1
        if self._left < 0 and self._best is _best:
            try:
                from kb import search_numpy  # noqa: PLC0415 (an optional package)
            except ImportError:
                self._left = sys.maxsize
                return
            self._best, self._stored = search_numpy.best, search_numpy.stored
            self._norms = search_numpy.norms(self._norms)
            self._postings.clear()
            self._kept = 0
            self._budget = BUDGET_NUMPY

    def _weights(self, wanted: set[str]) -> dict[str, float]:
        """Return the weights of those n-grams that some signature holds."""
        known = self._known
        if fresh := sorted(gram for gram in wanted if gram not in known):
            if len(known) > MOST_KNOWN:
                known.clear()
                fresh = sorted(wanted)
            known.update(dict.fromkeys(fresh, (0, 0.0)))
            count = len(self._norms)
            held = self._index.held(fresh)
            known.update({gram: (of, weight(of, count)) for gram, of in held.items()})
        return {gram: value for gram in wanted if (value := known[gram][1])}

    def _rarest(self, weights: Mapping[str, float]) -> list[tuple[str, Any]]:
        """Return the rarest n-grams with their postings, as many as the budget allows."""
        chosen: list[str] = []
        left = self._budget
        for held, gram in sorted((self._known[gram][0], gram) for gram in weights):
            left -= held
            if left < 0 and len(chosen) >= LEAST_GRAMS:
                break
            chosen.append(gram)
        fresh = [gram for gram in chosen if gram not in self._postings]
        if self._kept > MOST_KEPT:
            self._postings.clear()
            self._kept, fresh = 0, chosen
        for gram, numbers in self._index.grams(fresh).items():
            self._postings[gram] = self._stored(numbers)
            self._kept += len(numbers)
        return [(gram, self._postings[gram]) for gram in chosen]


def _same(numbers: Sequence[int]) -> Sequence[int]:
    return numbers


def _best(
    read: Sequence[tuple[float, Sequence[int]]], norms: Sequence[float], most: int
) -> list[int]:
    """Return the numbers with the highest sums of weights for their norms."""
    sums: dict[int, float] = {}
    get = sums.get
    for value, postings in read:
        for number in postings:
            sums[number] = get(number, 0.0) + value
    least = WORTH * max(sums.values())
    worth = [(-total / norms[number], number) for number, total in sums.items() if total >= least]
    worth.sort()
    return [number for _, number in worth[:most]]
