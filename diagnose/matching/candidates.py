"""Candidates: which signatures may stand in a text, before each is looked at closely.

In a small base these are all that have enough of their n-grams in it; for a large one see
`diagnose.matching.nearest`.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import chain

from kb.text import grams, weight

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.matching.nearest import Looked
    from kb.index import Index

CONTAINED = 0.6
CONTAINED_LARGE = 0.4
"""Share of a signature's n-grams that a text must hold to be looked at, in a large base less."""

PROVED = 500
"""Signatures of a base that its cases still prove against each other and against their relatives
("Flow run submitted", "Failed to submit flow run"). In a larger base nobody has read them all:
there a line that is damaged, but nearest to one signature by measure, counts as its copy too."""


def contained_in(index: Index) -> float:
    """Return the share of a signature's n-grams that a text must hold."""
    return CONTAINED if index.signature_count <= PROVED else CONTAINED_LARGE


class Counted:
    """Candidates of a small base: every n-gram of a text is counted."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._sizes = index.sizes()
        self._postings: dict[str, Sequence[int]] = {}
        self._contained = contained_in(index)
        self._norms: Sequence[float] | None = None
        self._line: tuple[str, dict[str, float], float] = ("", {}, 1.0)

    def whole(self, normal: str) -> set[int]:
        """Return the signatures that have enough of their n-grams in a text."""
        held = grams(normal)
        if fresh := sorted(gram for gram in held if gram not in self._postings):
            self._postings.update(dict.fromkeys(fresh, ()) | self._index.grams(fresh))
        counts = Counter(chain.from_iterable(map(self._postings.__getitem__, held)))
        sizes = self._sizes
        least = self._contained
        return {number for number, count in counts.items() if count >= least * sizes[number]}

    def cosine(self, number: int, constant: str, normal: str) -> float:
        """Return how near a signature comes to a line of a text that was looked at, 0 to 1."""
        if self._line[0] != normal:
            count = len(self._sizes)
            held = {gram: len(self._postings.get(gram, ())) for gram in grams(normal)}
            weights = {gram: weight(of, count) for gram, of in held.items() if of}
            self._line = normal, weights, math.sqrt(sum(weights.values()) or 1.0)
        if self._norms is None:
            self._norms = self._index.norms()
        _, weights, norm = self._line
        shared = sum(weights.get(gram, 0.0) for gram in grams(constant))
        return shared / (norm * self._norms[number])

    def likely(self, _: Sequence[str]) -> set[int]:
        """Return nothing: all candidates are known already."""
        return set()


def candidates(index: Index, *, numpy: bool | None = None) -> Counted | Looked:
    """Return what finds the candidates of a base; ``numpy`` as in `kb.search.Search`."""
    if index.exhaustive:
        return Counted(index)
    from diagnose.matching.nearest import Looked  # noqa: PLC0415 (only for large bases)

    return Looked(index, numpy=numpy)
