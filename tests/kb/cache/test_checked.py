"""What was checked is not read again, unless it may have changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb import cache
from kb.cache import open_index
from kb.cachefolder import cache_folder
from tests.kb.cache.indexes import POSIX, right

if TYPE_CHECKING:
    from collections.abc import Callable


def _read_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_built", lambda *_: pytest.fail("was built again"))
    monkeypatch.setattr(cache, "sources_digest", lambda *_: pytest.fail("sources were read again"))
    monkeypatch.setattr("kb.index.Index.is_whole", lambda _: pytest.fail("was checked again"))


@pytest.mark.usefixtures("settled")
def test_what_was_checked_once_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert right(open_index())
    assert right(open_index())
    _read_nothing(monkeypatch)

    assert right(open_index())


@POSIX
@pytest.mark.usefixtures("settled")
def test_a_change_shows_though_size_and_time_are_the_same(base: Path) -> None:
    for _ in range(2):
        open_index().close()
    facts = base / "facts.yaml"
    before = facts.stat()
    facts.write_text(facts.read_text().replace("the last poll is old", "the last poll is odd"))
    os.utime(facts, ns=(before.st_atime_ns, before.st_mtime_ns))

    index = open_index()

    finding = index.finding("poll-old")
    assert finding is not None
    assert finding.text == "the last poll is odd"


def _note() -> Path:
    (note,) = cache_folder().glob("*.checked")
    return note


def _others_may_write(note: Path) -> None:
    note.chmod(0o666)


def _garbage(note: Path) -> None:
    note.write_bytes(b"\xff" * 99)


def _of_other_sources(note: Path) -> None:
    sources, _, compiled = note.read_text().split("\n")
    note.write_text(f"{sources}\n{'0' * 64}\n{compiled}")


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("spoil", [_others_may_write, _garbage, _of_other_sources, Path.unlink])
def test_a_check_that_cannot_be_trusted_is_made_again(spoil: Callable[[Path], None]) -> None:
    for _ in range(2):
        open_index().close()
    spoil(_note())

    assert right(open_index())
    assert right(open_index())


def test_what_has_just_changed_is_not_taken_as_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.checked.SETTLED_NS", 10**18)
    for _ in range(2):
        open_index().close()

    assert not list(cache_folder().glob("*.checked"))
