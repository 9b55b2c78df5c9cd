"""The user's folder for what can be made again: where it is, which of its files to read and keep."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

MOST_KEPT = 8
"""Files of a kind, the latest: each change of an overlay makes another."""


def cache_folder() -> Path:
    """Return the folder for indexes: ``$XDG_CACHE_HOME/kb-diagnose`` or the platform's own.

    A user without a home, as in some containers, has one that cannot be: nothing is kept.
    """
    try:
        return Path(_caches(), "kb-diagnose")
    except RuntimeError:
        return Path(os.devnull, "kb-diagnose")


def _caches() -> str:
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return str(Path.home() / "Library" / "Caches")
    return os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")


def trusted(path: Path) -> bool:
    """Say whether only this user can have written the file."""
    try:
        found = path.stat()
    except OSError:
        return False
    if os.name != "posix":
        return stat.S_ISREG(found.st_mode)
    others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid() and not others_write


def tidy(folder: Path, pattern: str) -> None:
    """Let go of the files that were written or used before the `MOST_KEPT` latest ones."""
    with suppress(OSError):  # another process may tidy up at the same time
        kept = sorted(folder.glob(pattern), key=lambda old: old.stat().st_mtime_ns)
        for old in kept[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
