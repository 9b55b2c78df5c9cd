"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from diagnose import files
from diagnose.errors import UsageError

not_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)


def test_a_new_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    files.write(tmp_path / "a.md", "text \u25cf\n")

    assert (tmp_path / "a.md").read_bytes() == "text \u25cf\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")

    with pytest.raises(UsageError, match="--force"):
        files.write(path, "new")
    assert path.read_text() == "old"


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_force_replaces_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")
    path.chmod(0o640)

    files.write(path, "new", force=True)

    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, step: str
) -> None:
    path = tmp_path / "a.md"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("os.fsync" if step == "fsync" else "pathlib.Path.replace", fail)
    with pytest.raises((KeyboardInterrupt, UsageError)):
        files.write(path, "new", force=True)

    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]


def test_a_name_taken_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    sync = os.fsync

    def take_name(handle: int) -> None:
        sync(handle)
        path.write_text("theirs")

    monkeypatch.setattr("os.fsync", take_name)
    with pytest.raises(UsageError, match="File exists"):
        files.write(path, "ours")
    assert path.read_text() == "theirs"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]


def test_a_file_system_without_links_works_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("os.link", refuse)
    files.write(tmp_path / "a.md", "text")

    assert (tmp_path / "a.md").read_text() == "text"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.md"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "target.md"
    target.write_text("old")
    link = tmp_path / "link.md"
    link.symlink_to(target)

    files.write(link, "new", force=True)

    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="devices are POSIX")
def test_a_device_is_written_to_not_replaced() -> None:
    before = Path(os.devnull).stat()

    files.write(Path(os.devnull), "text")

    assert Path(os.devnull).stat().st_rdev == before.st_rdev


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/a.md", "no such folder"),
        (".", "is a folder"),
        ("n" * 300, "cannot be written"),
        (f"{'n' * 300}/a.md", "no such folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        files.write(tmp_path / name, "text")


@not_root
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UsageError, match="permission"):
            files.write(tmp_path / "a.md", "text")
    finally:
        tmp_path.chmod(0o700)
