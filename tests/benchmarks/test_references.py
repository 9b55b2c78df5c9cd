"""Programs of others are found, installed once, or said to be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import references
from benchmarks.references import NotAvailableError, Reference, program, version

if TYPE_CHECKING:
    from pathlib import Path

TOOL = Reference("tool", "no such package on any index!", "tool", on_path=True)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a PATH with one empty folder."""
    monkeypatch.setattr(references, "CACHE", tmp_path / "cache")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_what_is_on_the_path_is_taken_and_tells_its_version(place: Path) -> None:
    there = place / "bin" / "tool"
    there.write_text("#!/bin/sh\necho tool 1.2.3 of today\n", "utf-8")
    there.chmod(0o755)

    path = program(TOOL, network=False)

    assert path == str(there)
    assert version(TOOL, path) == "tool 1.2.3"


def test_without_a_network_what_is_not_there_is_said(place: Path) -> None:
    with pytest.raises(NotAvailableError, match="not installed"):
        program(TOOL, network=False)


def test_a_package_that_cannot_be_installed_is_said_in_one_line(place: Path) -> None:
    with pytest.raises(NotAvailableError, match="cannot be installed") as said:
        program(TOOL, network=True)

    assert "\n" not in str(said.value)
    with pytest.raises(NotAvailableError, match="not installed"):
        program(TOOL, network=False)


def test_what_was_installed_once_needs_no_network(place: Path) -> None:
    folder = references.CACHE / TOOL.name
    (folder / references.BIN).mkdir(parents=True)
    (folder / "complete").touch()

    assert program(TOOL, network=False) == str(folder / references.BIN / "tool")
