"""Candidates in a large base, without counting every n-gram of it.

A text is first looked up by the marks of signatures (`kb.postings`), so that one that stands in it
whole is never lost and needs no n-grams; only lines that this does not explain are compared with
the nearest signatures (`kb.search`).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from kb.text import is_telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.index import Index
    from kb.search import Near, Search

MOST_LINES = 12
"""Lines of one record that are compared with the nearest signatures: its head and its end."""

HEAD = 4

MOST_LIKELY = 5
"""So many of the nearest signatures of a line are looked at closely."""

MOST_KEPT = 4096
"""Lines whose nearest signatures are kept: those of tracebacks come again."""

COSINE, WORDS, LETTERS = 0.5, 0.25, 0.25
"""Shares in the order of the nearest: n-grams, the same words, the same letters in order."""


class Looked:
    """Candidates of a large base: marks first, then the nearest."""

    def __init__(self, index: Index, *, numpy: bool | None = None) -> None:
        self._index = index
        self._numpy = numpy
        self._search: Search | None = None
        self._first = lru_cache(maxsize=MOST_KEPT)(self._foremost)

    def whole(self, normal: str) -> set[int]:
        """Return the signatures whose mark stands in a text."""
        words = normal.split(" ")
        pairs = map(" ".join, pairwise(words))
        return self._index.marked({*words, *pairs})

    def likely(self, normals: Sequence[str]) -> set[int]:
        """Return the signatures that come nearest to each of these lines."""
        lines = list(dict.fromkeys(normal for normal in normals if is_telling(normal)))
        if len(lines) > MOST_LINES:
            lines = lines[:HEAD] + lines[HEAD - MOST_LINES :]
        return {number for line in lines for number in self._first(line)}

    def _foremost(self, normal: str) -> tuple[int, ...]:
        return tuple(near.number for near in self.nearest(normal)[:MOST_LIKELY])

    def nearest(self, normal: str) -> list[Near]:
        """Return the signatures that come nearest to a line, the most like it first."""
        return ordered(normal, self._searched().nearest(normal))

    def cosine(self, number: int, constant: str, normal: str) -> float:
        """Return how near a signature comes to a line, 0 to 1."""
        return self._searched().cosine(number, constant, normal)

    def _searched(self) -> Search:
        if self._search is None:
            from kb.search import Search  # noqa: PLC0415 (only when marks do not decide)

            self._search = Search(self._index, numpy=self._numpy)
        return self._search


def ordered(normal: str, found: Iterable[Near]) -> list[Near]:
    """Return signatures in the order of how much they are like a line, ties by number."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (only when exact stages do not decide)

    def likeness(near: Near) -> float:
        words = fuzz.token_set_ratio(normal, near.constant)
        letters = fuzz.ratio(normal, near.constant)
        return COSINE * near.cosine + 0.01 * (WORDS * words + LETTERS * letters)

    return sorted(found, key=lambda near: (-likeness(near), near.number))
