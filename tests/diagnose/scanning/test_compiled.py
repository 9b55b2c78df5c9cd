"""What Hyperscan compiled is kept, and never trusted further than its file can be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from diagnose.scanning import compiled
from diagnose.scanning.compiled import database
from diagnose.scanning.engines import Streamed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LITERALS = [b"literal-%d." % n for n in range(50)]
BLOCK = b"a Literal-7. and literal-49. of many"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All literals are worth keeping, in an empty cache."""
    monkeypatch.setattr(compiled, "WORTH", 1)
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def found() -> list[int]:
    return [number for number, _, _ in Streamed(LITERALS).find(BLOCK)]


def only(cache: Path) -> Path:
    (kept,) = cache.iterdir()
    return kept


def test_what_is_loaded_finds_what_was_compiled(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found() == [7, 49]
    before = only(cache).read_bytes()

    monkeypatch.setattr(compiled, "_compiled", lambda literals: pytest.fail(str(len(literals))))
    monkeypatch.setattr(compiled, "_key", lambda _: only(cache).stem)

    assert found() == [7, 49]
    assert only(cache).read_bytes() == before
    if os.name == "posix":
        assert only(cache).stat().st_mode & 0o077 == 0
        assert cache.stat().st_mode & 0o077 == 0


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [truncated, changed, emptied])
def test_a_broken_file_is_made_anew(cache: Path, spoil: Callable[[Path], None]) -> None:
    found()
    good = only(cache).read_bytes()
    spoil(only(cache))

    assert found() == [7, 49]
    assert only(cache).read_bytes() == good


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_file_that_others_may_write_is_made_anew(cache: Path) -> None:
    found()
    only(cache).chmod(0o666)

    assert found() == [7, 49]
    assert only(cache).stat().st_mode & 0o077 == 0


def test_a_cache_that_cannot_be_written_is_done_without(cache: Path) -> None:
    cache.write_text("a file in its place")

    assert found() == [7, 49]


def test_only_the_latest_are_kept(cache: Path) -> None:
    for number in range(compiled.MOST_KEPT + 3):
        database([b"only %d" % number])
        for age, path in enumerate(sorted(cache.iterdir(), key=lambda p: p.stat().st_mtime_ns)):
            os.utime(path, (age, age))

    assert len([*cache.iterdir()]) == compiled.MOST_KEPT
