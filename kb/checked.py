"""What was checked before: the digest of sources, and that an index is whole.

To read all sources and every page of an index takes longer than to use it. Both are read once;
after that the names, sizes and times of the files tell whether they are the same. The time of the
last change of a file's record (ctime) is one of them: it cannot be set back. A file that changed
a moment ago may change again within the same tick of the clock, so such a check is not kept.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kb.cachefolder import tidy, trusted
from kb.database import FORMAT
from kb.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTLED_NS = 2_000_000_000
"""Nanoseconds since its last change after which another change of a file shows: file systems keep
times to two seconds at worst."""

MOST_BYTES = 4096
_ENDING = ".checked"


class Checked(NamedTuple):
    """One check that was kept."""

    sources: str
    """Fingerprint of the sources that were read."""
    digest: str
    """SHA-256 of their content."""
    compiled: str
    """Fingerprint of the index that was found whole."""


NOTHING = Checked("", "", "")


def sources_of(folder: Path) -> list[Path]:
    """Return the files that make a base, in order."""
    is_there = os.path.isdir(folder)  # noqa: PTH112 (never raises)
    return sorted(folder.rglob("*.yaml")) if is_there else []


def fingerprint(paths: Sequence[Path]) -> str:
    """Return what tells whether files are the same, or nothing when one has just been changed."""
    total = hashlib.sha256()
    newest = 0
    for path in paths:
        total.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        try:
            found = path.stat()
        except OSError:
            return ""
        newest = max(newest, found.st_mtime_ns, found.st_ctime_ns)
        total.update(
            repr((found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)).encode()
        )
    return total.hexdigest() if newest < time.time_ns() - SETTLED_NS else ""


def place(cache: Path, folders: Sequence[Path]) -> Path:
    """Return where the check of these folders is kept."""
    names = "\0".join([str(FORMAT), __version__, *(str(folder.resolve()) for folder in folders)])
    return (
        cache / f"{hashlib.sha256(names.encode('utf-8', 'surrogateescape')).hexdigest()}{_ENDING}"
    )


def read(path: Path) -> Checked:
    """Return a check that was kept, or `NOTHING`."""
    if not trusted(path):
        return NOTHING
    try:
        with path.open("rb") as stream:
            lines = stream.read(MOST_BYTES).decode("ascii").split("\n")
    except (OSError, UnicodeDecodeError):
        return NOTHING
    return Checked(*lines) if len(lines) == len(NOTHING) else NOTHING


def keep(path: Path, checked: Checked) -> None:
    """Keep a check for the next start; where that is not possible, the next start checks again."""
    if not all(checked):
        return
    import tempfile  # noqa: PLC0415 (only after a change)

    try:
        handle, name = tempfile.mkstemp(suffix=_ENDING, dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write("\n".join(checked))
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
    except OSError:
        return
    tidy(path.parent, f"*{_ENDING}")
