"""The file of an index: what is none is refused, and reading changes nothing."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from kb.compile import compile_index
from kb.database import FORMAT
from kb.index import Index

if TYPE_CHECKING:
    from pathlib import Path

    from kb.base import Base


def built(base: Base, path: Path) -> Index:
    compile_index(base, path)
    return Index(str(path))


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 200])
def test_what_is_no_index_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.index"
    path.write_bytes(content)

    with pytest.raises(sqlite3.Error):
        Index(str(path))


def test_a_missing_file_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        Index(str(tmp_path / "none.index"))
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_another_format_is_refused(tiny: Base, tmp_path: Path) -> None:
    path = tmp_path / "x.index"
    built(tiny, path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT + 1),))
    db.close()

    with pytest.raises(sqlite3.DatabaseError, match="another format"):
        Index(str(path))


def test_a_path_may_hold_any_character(tiny: Base, tmp_path: Path) -> None:
    folder = tmp_path / "a b%20?x#y'é"
    folder.mkdir()

    index = built(tiny, folder / "x.index")

    assert index.digest == tiny.digest


def test_reading_changes_nothing(tiny: Base, tmp_path: Path) -> None:
    index = built(tiny, tmp_path / "x.index")

    with pytest.raises(sqlite3.OperationalError):
        index._db.execute("DELETE FROM meta")
