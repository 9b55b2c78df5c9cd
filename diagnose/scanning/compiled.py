"""The compiled form of many literals for Hyperscan, kept in the user's cache.

A file there is only ever slower, never wrong: its name is the digest of the literals, the version
and the features of the processor that it was compiled for, it is written to a temporary file and
renamed, and one that does not hold what its first bytes say, or that somebody else could have
written, is made anew. Hyperscan itself trusts what it loads.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import hyperscan

from kb.cache import cache_folder, tidy, trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

WORTH = 3_000
"""Fewer literals are compiled in some milliseconds."""

MOST_KEPT = 8
"""Files that are kept, the latest used: what is looked for depends on a log's beginning too."""

_ENDING = ".hyperscan"
_DIGEST = 32
"""Bytes of the digest that stands before a database in its file."""


def database(literals: Sequence[bytes]) -> hyperscan.Database:
    """Return what finds literals, numbered in order, in any case, in streams."""
    if len(literals) < WORTH:
        return _compiled(literals)
    path = cache_folder() / f"{_key(literals)}{_ENDING}"
    found = _loaded(path)
    if found is None:
        found = _compiled(literals)
        _store(path, hyperscan.dumpb(found))
    return found


def _compiled(literals: Sequence[bytes]) -> hyperscan.Database:
    count = len(literals)
    made = hyperscan.Database(mode=hyperscan.HS_MODE_STREAM)
    made.compile(
        expressions=list(literals), ids=list(range(count)), elements=count,
        flags=[hyperscan.HS_FLAG_CASELESS] * count, literal=True,
    )  # fmt: skip
    return made


def _key(literals: Sequence[bytes]) -> str:
    """Return the digest of all that the compiled form depends on."""
    platform = _compiled([b"any"]).info()  # version, features of the processor, mode
    total = hashlib.sha256(f"{platform!r}\0".encode())
    total.update(b"\n".join(literals))
    return total.hexdigest()


def _loaded(path: Path) -> hyperscan.Database | None:
    if not trusted(path):
        return None
    try:
        data = path.read_bytes()
        if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        found = hyperscan.loadb(data[_DIGEST:], mode=hyperscan.HS_MODE_STREAM)
        found.scratch = hyperscan.Scratch(found)  # a loaded one has none
        with contextlib.suppress(OSError):
            os.utime(path)
    except (OSError, hyperscan.error):
        return None
    return found


def _store(path: Path, data: bytes) -> None:
    """Write a file at one go, and let go of those that were not used for longest."""
    import tempfile  # noqa: PLC0415 (rarely)

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=_ENDING, dir=path.parent)
        temporary = Path(name)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 (a descriptor)
                file.write(hashlib.sha256(data).digest() + data)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
        tidy(path.parent, f"*{_ENDING}", MOST_KEPT)
    except OSError:
        return  # it is compiled again the next time
