"""Indexes in the cache: which there are, whether one is right, and ways to break one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from kb.cachefolder import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
NOT_ROOT = pytest.mark.skipif(
    os.name != "posix" or os.getuid() == 0, reason="root may write everywhere"
)


def stored() -> list[Path]:
    return sorted(cache_folder().glob("*.index"))


def right(index: Index) -> bool:
    """Say whether it holds the tiny base."""
    found = [row.id for row in index.insights()] == ["agent-dead", "network-down"]
    index.close()
    return found


def break_empty(path: Path) -> None:
    path.write_bytes(b"")


def break_truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def break_garbage(path: Path) -> None:
    path.write_bytes(b"\xa5" * 9000)


def break_format(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
        db.commit()


def break_name(path: Path) -> None:
    """An index of other sources under this name."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE meta SET value = 'other' WHERE key = 'sources'")
        db.execute("DELETE FROM insight")
        db.commit()


def break_pages(path: Path) -> None:
    """Its head is whole, a page in the middle is not."""
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xff" * (len(data) - 4096 * 2)
    path.write_bytes(data)


BREAKS = [
    break_empty, break_truncated, break_garbage, break_format, break_name, break_pages
]  # fmt: skip
