"""Batches: so many files a task that the cluster's own work does not weigh, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnose.reading.places import LogFile

LEAST, MOST = 16 * 1024 * 1024, 64 * 1024 * 1024
"""Bytes of a task: reading the least takes a worker some 0.2 s, of which the scheduler's milliseconds
are about a percent; the most is what is lost with a worker."""

MOST_FILES = 256
"""So many files a task, because each costs an opening whatever its size."""

TASKS = 4
"""So many tasks each worker has where there is enough to read, so that none waits long for another."""


def batches(files: Sequence[LogFile], workers: int) -> Iterator[tuple[str, ...]]:
    """Yield the names of the files in order, in groups for so many workers; a large file stands alone."""
    share = sum(file.text for file in files) // (TASKS * max(workers, 1))
    enough = min(max(share, LEAST), MOST)
    names: list[str] = []
    size = 0
    for file in files:
        if names and (size + file.text > enough or len(names) == MOST_FILES):
            yield tuple(names)
            names, size = [], 0
        names.append(file.name)
        size += file.text
    if names:
        yield tuple(names)
