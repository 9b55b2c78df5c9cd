"""Batches: so many files a task that the cluster's own work does not weigh, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diagnose.fleet.places import LogFile

ENOUGH = 32 * 1024 * 1024
"""Bytes of a task: a task costs the scheduler some milliseconds, which is then about a percent."""

MOST_FILES = 256
"""So many files a task, because each costs an opening whatever its size."""


def batches(files: Iterable[LogFile]) -> Iterator[tuple[str, ...]]:
    """Yield the names of the files in order, in groups; a larger file stands alone."""
    names: list[str] = []
    size = 0
    for file in files:
        if names and (size + file.size > ENOUGH or len(names) == MOST_FILES):
            yield tuple(names)
            names, size = [], 0
        names.append(file.name)
        size += file.size
    if names:
        yield tuple(names)
