"""Work: what a worker of the cluster does with a batch of files; it sends back readings, not lines."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from diagnose.errors import UsageError
from diagnose.reading.reader import Reader
from kb.index import Index

if TYPE_CHECKING:
    from diagnose.given import Given
    from diagnose.reading.reading import Reading


class BaseAt(NamedTuple):
    """The compiled base: where its file is, and what it holds."""

    path: str
    sha256: str


class Outcome(NamedTuple):
    """What became of one file: a reading, or the line that says why there is none."""

    name: str
    reading: Reading | None
    error: str = ""


def base_at(index: Index) -> BaseAt:
    """Return the place and the content hash of an open index.

    Raises:
        UsageError: it is only in memory.
    """
    if not index.path:
        raise UsageError(
            "--dask needs a folder for the knowledge base: neither the cache nor TMPDIR can be written"
        )
    return BaseAt(index.path, _sha256(Path(index.path).read_bytes()))


def content(base: BaseAt) -> bytes:
    """Return the compiled base itself."""
    return Path(base.path).read_bytes()


def sees(base: BaseAt) -> bool:
    """Say whether the very same file is where it is said to be, as seen from here."""
    try:
        found = os.stat(base.path)  # noqa: PTH116 (its times are part of the cached question)
    except OSError:
        return False
    return _holds(base, found.st_mtime_ns, found.st_size)


def read_batch(
    names: tuple[str, ...], given: Given, base: BaseAt, data: bytes | None = None
) -> tuple[Outcome, ...]:
    """Read files one by one; what cannot be read is named, and the others are read.

    Args:
        names: paths or URLs.
        given: the times between which records count.
        base: the compiled base.
        data: its content, for workers that do not see the file.
    """
    index = Index(base.path if data is None else _kept(base.sha256, data))
    try:
        reader = Reader(index, given.since, given.until)
        return tuple(_read(name, reader) for name in names)
    finally:
        index.close()


def _read(name: str, reader: Reader) -> Outcome:
    try:
        return Outcome(name, reader.log(name))
    except UsageError as error:
        return Outcome(name, None, str(error))


@lru_cache(maxsize=4)
def _holds(base: BaseAt, _changed: int, _size: int) -> bool:
    try:
        return _sha256(Path(base.path).read_bytes()) == base.sha256
    except OSError:
        return False


@lru_cache(maxsize=2)
def _kept(sha256: str, data: bytes) -> str:
    """Write the content into a file of this worker's own, once, and return its name."""
    if _sha256(data) != sha256:
        raise UsageError("the knowledge base arrived damaged")
    handle, name = tempfile.mkstemp(suffix=".index", prefix="kb-diagnose-")
    with open(handle, "wb") as file:  # noqa: PTH123 (a descriptor)
        file.write(data)
    return name


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
