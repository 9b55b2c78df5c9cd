"""The part of `kb.search` that adds up postings, with numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.uint32]]

CLOSE = 0.25
"""Share of the best score below which a signature is no candidate."""


def stored(postings: Sequence[int]) -> Numbers:
    """Return stored postings as an array."""
    return np.asarray(postings, dtype=np.uint32)


def norms(stored_norms: Sequence[float]) -> Any:
    """Return the norms of all signatures as an array."""
    return np.asarray(stored_norms, dtype=np.float32)


def best(read: Sequence[tuple[float, Numbers]], norms: Any, most: int) -> list[int]:
    """Return the numbers with the highest sums of weights for their norms."""
    numbers = np.concatenate([postings for _, postings in read])
    weights = np.repeat([value for value, _ in read], [len(postings) for _, postings in read])
    scores = np.bincount(numbers, weights=weights, minlength=len(norms)) / norms
    # Most scores are zero, and a partition of so many ties is slow.
    close = np.flatnonzero(scores >= CLOSE * scores.max())
    if len(close) > most:
        kept = np.argpartition(scores[close], len(close) - most)[-most:]
        close = close[kept]
    return [int(number) for number in close]
