"""A cache that is broken, foreign or cannot be written is survived."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from kb.cache import open_index
from kb.cachefolder import cache_folder
from tests.kb.cache.indexes import BREAKS, NOT_ROOT, POSIX, break_name, right, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("spoil", BREAKS)
def test_a_broken_cache_is_built_anew(spoil: Callable[[Path], None]) -> None:
    open_index().close()
    (file,) = stored()
    spoil(file)
    file.chmod(0o600)

    assert right(open_index())
    assert right(open_index())


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("spoil", BREAKS)
def test_a_cache_that_broke_after_it_was_checked_is_built_anew(
    spoil: Callable[[Path], None],
) -> None:
    for _ in range(3):
        open_index().close()
    (file,) = stored()
    spoil(file)
    file.chmod(0o600)

    assert right(open_index())


@POSIX
@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
def test_a_file_that_others_could_have_written_is_not_read(mode: int) -> None:
    open_index().close()
    (file,) = stored()
    break_name(file)
    with closing(sqlite3.connect(file)) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'sources'", (file.stem,))
        db.commit()
    file.chmod(mode)

    assert right(open_index())


def test_a_folder_in_its_place_is_survived() -> None:
    open_index().close()
    (file,) = stored()
    file.unlink()
    file.mkdir()

    assert right(open_index())


def test_a_file_in_the_place_of_the_cache_folder_is_survived() -> None:
    cache_folder().parent.mkdir(parents=True)
    cache_folder().write_text("I am a file")

    assert right(open_index())
    assert cache_folder().read_text() == "I am a file"


@NOT_ROOT
def test_a_folder_that_cannot_be_written_is_survived() -> None:
    cache_folder().mkdir(parents=True)
    cache_folder().chmod(0o500)

    assert right(open_index())
    assert stored() == []


def test_where_nothing_can_be_written_it_is_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wall = tmp_path / "wall"
    wall.write_text("")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(wall))
    cache_folder().parent.mkdir(parents=True)
    cache_folder().write_text("")

    assert right(open_index())


def test_full_disks_are_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    assert right(open_index())

    monkeypatch.setattr("tempfile.gettempdir", full)
    assert right(open_index())
    assert stored() == []
