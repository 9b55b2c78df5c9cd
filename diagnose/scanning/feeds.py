"""Counting line feeds: they number the lines that are never looked at."""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LEAST = 4 * 1024
"""In fewer bytes it does not matter how they are counted."""

PIECE = 64 * 1024
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


@lru_cache(maxsize=1)
def _similarity() -> Callable[[bytes, bytes], int] | None:
    """Return what counts equal bytes; None where RapidFuzz has nothing faster than Python."""
    from rapidfuzz.distance import Hamming  # noqa: PLC0415 (only for long logs)

    return None if Hamming.similarity.__module__.endswith("_py") else Hamming.similarity
