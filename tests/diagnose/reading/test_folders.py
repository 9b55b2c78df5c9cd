"""What cannot be read in a folder is named, and the answer is that of the rest."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from diagnose.collect import collect
from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.reading import parallel
from diagnose.reading.read import Tally
from diagnose.reading.reader import Reader

if TYPE_CHECKING:
    from kb.index import Index

LINE = "2023-02-01 10:00:00,000 | ERROR   | prefect.agent - {}\n"
BEATLESS = LINE.format("cannot find a heartbeat")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a binary file, a log that was cut while it was packed, and a whole one."""
    found = tmp_path / "logs"
    found.mkdir()
    text = "".join(LINE.format(f"step {n}") for n in range(5000))
    (found / "a.log").write_bytes(bytes(range(256)))
    (found / "b.log.1.gz").write_bytes(gzip.compress(text.encode())[:2000])
    (found / "c.log").write_text(BEATLESS)
    return found


def test_the_rest_of_a_folder_is_read_and_the_bad_files_are_named(
    index: Index, folder: Path
) -> None:
    found = collect(Given(logs=(folder,)), index)

    assert "cannot-find-a-heartbeat" in found.findings
    assert found.lines > 10
    binary, cut = found.notes
    assert binary.startswith(f"not read: {folder / 'a.log'}: looks like a binary file")
    assert (
        cut == f"not read to its end: {folder / 'b.log.1.gz'}: the compressed data ends too early"
    )


def test_a_folder_may_be_named_from_here(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)

    for name in ("logs", "../" + folder.parent.name, "."):
        assert "cannot-find-a-heartbeat" in collect(Given(logs=(Path(name),)), index).findings


def test_a_bad_file_given_by_name_is_refused(index: Index, folder: Path) -> None:
    with pytest.raises(UsageError, match=r"a\.log: looks like a binary file"):
        collect(Given(logs=(folder / "a.log",)), index)
    with pytest.raises(UsageError, match=r"a\.log: looks like a binary file"):
        collect(Given(logs=(folder / "c.log", folder / "a.log")), index)


def test_a_folder_in_a_store_is_read_alike(index: Index, folder: Path) -> None:
    pytest.importorskip("fsspec")
    found = collect(Given(urls=(f"file://{folder}",)), index)

    assert "cannot-find-a-heartbeat" in found.findings
    assert len(found.notes) == 2


def test_several_processes_name_them_too(index: Index, folder: Path) -> None:
    files = sorted(folder.iterdir())
    found = parallel.read_files(files, Reader(index), Tally(), named=())

    assert "cannot-find-a-heartbeat" in found.findings
    assert len(found.unread) == 2


def test_a_folder_in_which_nothing_can_be_read_is_refused(index: Index, folder: Path) -> None:
    for name in ("b.log.1.gz", "c.log"):
        (folder / name).unlink()

    with pytest.raises(UsageError, match=r"none of 1 files could be read: .*looks like a binary"):
        collect(Given(logs=(folder,)), index)


def test_what_this_user_may_not_read_is_named(
    index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's refusals are played: nothing is refused to root, as whom tests may run."""
    closed, secret = folder / "closed", folder / "secret.log"
    closed.mkdir()
    (closed / "d.log").write_text(BEATLESS)
    secret.write_text(BEATLESS)
    list_folder, open_file = os.scandir, Path.open

    def scandir(path: Any) -> Any:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    def opened(path: Path, *args: Any) -> Any:
        if path in (closed, secret):
            raise PermissionError(13, "Permission denied", str(path))
        return open_file(path, *args)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(Path, "open", opened)
    notes = collect(Given(logs=(folder,)), index).notes

    for path in (closed, secret):
        assert f"not read: {path}: cannot be read (Permission denied)" in notes
