"""The cache is only ever slower, never wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb import cache
from kb.cache import MOST_KEPT, cache_folder, open_index, sources_digest
from kb.compile import compile_index
from kb.errors import KbError
from kb.index import Index
from kb.load import load
from tests.kb.conftest import TINY, write_files

if TYPE_CHECKING:
    from collections.abc import Callable

POSIX = pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
NOT_ROOT = pytest.mark.skipif(
    os.name != "posix" or os.getuid() == 0, reason="root may write everywhere"
)


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny base in the place of the shipped one, and a cache that is empty."""
    folder = write_files(tmp_path / "data" / "prefect", TINY)
    monkeypatch.setattr(cache, "SHIPPED", folder)
    monkeypatch.setattr(cache, "SHIPPED_INDEX", tmp_path / "data" / "prefect.index")
    monkeypatch.setattr("kb.load.SHIPPED", folder)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    return folder


def stored() -> list[Path]:
    return sorted(cache_folder().glob("*.index"))


def right(index: Index) -> bool:
    """Say whether it holds the tiny base."""
    found = [row.id for row in index.insights()] == ["agent-dead", "network-down"]
    index.close()
    return found


def test_the_first_opening_builds_and_the_second_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert right(open_index())
    (file,) = stored()
    monkeypatch.setattr(cache, "_built", lambda *_: pytest.fail("was built again"))

    assert right(open_index())
    assert stored() == [file]


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that shows every change of a file: what was checked is kept at once."""
    monkeypatch.setattr("kb.checked.SETTLED_NS", 0)


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


def test_a_changed_source_is_another_index(base: Path) -> None:
    open_index().close()
    facts = base / "facts.yaml"
    facts.write_text(facts.read_text().replace("the last poll is old", "the poll is old"))

    index = open_index()

    finding = index.finding("poll-old")
    assert finding is not None
    assert finding.text == "the poll is old"
    assert len(stored()) == 2


def test_a_renamed_file_is_another_index(base: Path) -> None:
    before = sources_digest([base])
    (base / "facts.yaml").rename(base / "facts2.yaml")

    assert sources_digest([base]) != before


def _break_empty(path: Path) -> None:
    path.write_bytes(b"")


def _break_truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _break_garbage(path: Path) -> None:
    path.write_bytes(b"\xa5" * 9000)


def _break_format(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
        db.commit()


def _break_name(path: Path) -> None:
    """An index of other sources under this name."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE meta SET value = 'other' WHERE key = 'sources'")
        db.execute("DELETE FROM insight")
        db.commit()


def _break_pages(path: Path) -> None:
    """Its head is whole, a page in the middle is not."""
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xff" * (len(data) - 4096 * 2)
    path.write_bytes(data)


BREAKS = [
    _break_empty, _break_truncated, _break_garbage, _break_format, _break_name, _break_pages
]  # fmt: skip


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
    _break_name(file)
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


@POSIX
def test_an_index_outside_the_cache_can_be_opened_by_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nope")
    with closing(open_index()) as index, closing(Index(index.path)) as again:
        assert again.digest == index.digest


def test_old_indexes_go_when_new_ones_come(base: Path) -> None:
    title = "title: The agent is dead"
    insight = base / "insights" / "agent-dead.yaml"
    text = insight.read_text()
    for number in range(MOST_KEPT + 3):
        insight.write_text(text.replace(title, f"{title}, {number}"))
        open_index().close()

    assert len(stored()) == MOST_KEPT


@POSIX
@pytest.mark.parametrize("name", ["a%20b", "a?b#c", "a\\b", "//"])
def test_any_path_is_a_place_for_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", f"/{tmp_path}" if name == "//" else str(tmp_path / name))
    assert right(open_index())
    assert right(open_index())
    assert len(stored()) == 1


def test_nowhere_to_write_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wall = tmp_path / "wall"
    wall.write_text("")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(wall))
    cache_folder().parent.mkdir(parents=True)
    cache_folder().write_text("")

    with pytest.raises(KbError, match="no folder to build the index in"):
        open_index()


def test_builds_at_the_same_time_do_not_disturb_each_other(base: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kb import cache, load;"
        "cache.SHIPPED = load.SHIPPED = Path(sys.argv[1]); cache.SHIPPED_INDEX = Path('/none');"
        "i = cache.open_index(); print([row.id for row in i.insights()])"
    )
    root = str(Path(cache.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": root}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(base)],
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(3)
    ]

    assert {child.communicate()[0].strip() for child in started} == {
        "['agent-dead', 'network-down']"
    }
    assert [path.name for path in stored()] == [f"{sources_digest([base])}.index"]


def test_the_sealed_index_is_used_and_no_cache_written(base: Path) -> None:
    compile_index(load(), Path(cache.SHIPPED_INDEX))

    assert right(open_index())
    assert stored() == []


@pytest.mark.parametrize("spoil", [_break_empty, _break_garbage, _break_format])
def test_a_broken_sealed_index_is_not_used(spoil: Callable[[Path], None]) -> None:
    compile_index(load(), Path(cache.SHIPPED_INDEX))
    spoil(Path(cache.SHIPPED_INDEX))

    assert right(open_index())
    assert len(stored()) == 1


def test_a_sealed_index_of_another_version_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_index(load(), Path(cache.SHIPPED_INDEX))
    monkeypatch.setattr(cache, "__version__", "0.0.0")

    assert right(open_index())
    assert len(stored()) == 1


def test_an_overlay_is_never_answered_by_the_sealed_index(tmp_path: Path) -> None:
    compile_index(load(), Path(cache.SHIPPED_INDEX))
    overlay = write_files(
        tmp_path / "mine", {"references.yaml": "- {id: mine, text: mine, kind: component}\n"}
    )

    index = open_index([overlay])

    assert index.entity("mine") is not None
    assert open_index().entity("mine") is None


def test_a_broken_base_is_said_and_nothing_is_kept(base: Path) -> None:
    (base / "facts.yaml").write_text("- {id: x, id: x}\n")

    with pytest.raises(KbError, match=r"facts\.yaml"):
        open_index()
    assert stored() == []
