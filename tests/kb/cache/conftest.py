"""The tiny base in the place of the shipped one, and a clock that has settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb import cache
from tests.kb.conftest import TINY, write_files

if TYPE_CHECKING:
    from pathlib import Path


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


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that shows every change of a file: what was checked is kept at once."""
    monkeypatch.setattr("kb.checked.SETTLED_NS", 0)
