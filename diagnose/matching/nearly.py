"""The last stage of matching: signatures with words missing or changed, letters lost."""

from __future__ import annotations

from functools import lru_cache

from diagnose.matching.candidates import PROVED, contained_in
from diagnose.matching.stages import hit_of, keeps, what_differs
from kb.text import grams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.matching.candidates import Counted
    from diagnose.matching.nearest import Looked
    from diagnose.matching.stages import Hit
    from diagnose.reading.records import Record
    from kb.index import Index, SignatureRow

ACCEPT = 0.84
"""Least blend of containment and alignment that makes a fuzzy match."""

NEAR = 0.7
"""Least mean of n-gram cosine and alignment for a line that is, as a whole, a damaged copy; only in
a base of more than `PROVED` signatures, see there."""

UNLIKE, UNLIKE_WITHIN = 0.08, 0.05
"""What a word counts, against `NEAR` and `ACCEPT`, in whose place stands one that is not alike:
messages that differ by a word are different messages."""

ALIKE = 60.0
"""Least ratio of two words of which one may be the other with typing errors."""

MOST_KEPT = 8192
"""Pairs of a signature and a line whose score is kept: the lines of tracebacks come again."""


class Nearly:
    """Finds damaged copies of signatures."""

    def __init__(self, index: Index, candidates: Counted | Looked) -> None:
        """Prepare to find.

        Args:
            index: the base.
            candidates: tell how near a line is, see `diagnose.matching.candidates`.
        """
        self._candidates = candidates
        self._is_large = index.signature_count > PROVED
        self._contained = contained_in(index)
        self._rows: dict[int, SignatureRow] = {}
        self._score = lru_cache(maxsize=MOST_KEPT)(self._scored)

    def find(self, row: SignatureRow, record: Record, normals: Sequence[str]) -> Hit | None:
        """Return the best damaged copy of a signature in a record, or None."""
        least = self._contained * len(_grams(row.normal))  # a shorter line has fewer n-grams
        number = row.number
        self._rows[number] = row
        scores = [self._score(number, line) if len(line) >= least else 0.0 for line in normals]
        best = max(scores)
        line = record.lines[scores.index(best)]
        if not best or not keeps(row.must, line.text):
            return None
        return hit_of(row, "fuzzy", round(best, 3), line, differs=what_differs(row.text, line.text))

    def _scored(self, number: int, normal: str) -> float:
        """Return how well a line holds a damaged copy of a signature, 0 when it does not."""
        row = self._rows[number]
        wanted = _grams(row.normal)
        contained = len(wanted & _grams(normal)) / len(wanted)
        return self._copy(row, normal, contained) if contained >= self._contained else 0.0

    def _copy(self, row: SignatureRow, normal: str, contained: float) -> float:
        cosine = (
            self._candidates.cosine(row.number, row.constant, normal) if self._is_large else 0.0
        )
        if 0.5 * contained + 0.5 < ACCEPT and 0.5 * cosine + 0.5 < NEAR:
            return 0.0  # no alignment is good enough
        aligned = _aligned(row.normal, normal)
        score, near = 0.5 * contained + 0.5 * aligned, 0.5 * cosine + 0.5 * aligned
        if score < ACCEPT and near < NEAR:
            return 0.0
        unlike = _unlike(row.constant, normal)
        held = score - UNLIKE_WITHIN * unlike >= ACCEPT or near - UNLIKE * unlike >= NEAR
        return score if held else 0.0


@lru_cache(maxsize=512)
def _grams(normal: str) -> set[str]:
    """Return `kb.text.grams`; the lines of tracebacks come again and again."""
    return grams(normal)


def _aligned(signature: str, text: str) -> float:
    """Return how well the letters of a signature are found in a text, in order."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (only when exact stages do not decide)

    return 0.01 * fuzz.partial_ratio(signature, text)


def _unlike(signature: str, text: str) -> int:
    """Return how many words of a signature are replaced by words that are not alike."""
    import difflib  # noqa: PLC0415 (only for matches that are not exact)

    from rapidfuzz import fuzz  # noqa: PLC0415

    old, new = signature.split(), text.split()
    count = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace":
            ratios = [[fuzz.ratio(one, other) for other in new[c:d]] for one in old[a:b]]
            lost = sum(max(row) < ALIKE for row in ratios)
            count += min(lost, sum(max(column) < ALIKE for column in zip(*ratios, strict=True)))
    return count
