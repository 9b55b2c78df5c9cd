"""Counting line feeds: they number the lines that are never looked at."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LEAST = 4 * 1024
"""In fewer bytes it does not matter how they are counted."""

PIECE = 256 * 1024
"""Bytes that are compared at one go; a block of this size is not copied for it."""

_FEEDS = b"\n" * PIECE


def line_feeds(data: bytes, start: int, stop: int) -> int:
    """Count the line feeds between two places.

    As the places where the bytes equal line feeds (the Hamming similarity), which RapidFuzz takes
    many at once; Python looks at one byte after the other, up to version 3.12.
    """
    if stop - start < LEAST or (similarity := _similarity()) is None:
        return data.count(b"\n", start, stop)
    return sum(
        similarity(data[at : min(at + PIECE, stop)], _FEEDS) for at in range(start, stop, PIECE)
    )


def numbered(body: bytes, number: int, feeds: int, places: Iterable[int]) -> dict[int, int]:
    """Return the numbers of the lines at places of a body, and after its last.

    Args:
        body: whole lines.
        number: of the first of them.
        feeds: how many line feeds there are: so in the widest gap between places none is counted.
        places: where lines start.
    """
    gaps = list(pairwise(sorted({0, *places, len(body)})))
    widest = max(gaps, key=lambda gap: gap[1] - gap[0])
    counts = {gap: line_feeds(body, *gap) for gap in gaps if gap != widest}
    counts[widest] = feeds - sum(counts.values())
    numbers = {0: number}
    for start, stop in gaps:
        numbers[stop] = numbers[start] + counts[start, stop]
    return numbers


@lru_cache(maxsize=1)
def _similarity() -> Callable[[bytes, bytes], int] | None:
    """Return what counts equal bytes; None where RapidFuzz has nothing faster than Python."""
    from rapidfuzz.distance import Hamming  # noqa: PLC0415 (only for long logs)

    return None if Hamming.similarity.__module__.endswith("_py") else Hamming.similarity
