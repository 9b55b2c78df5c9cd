"""Every test of the TUI runs with settings of its own and shares one index."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kb.cache import open_index
from tests.tui.tour import Tour

if TYPE_CHECKING:
    from pathlib import Path

CLEARED = (
    "NO_COLOR",
    "COLORTERM",
    "COLORFGBG",
    "TEXTUAL_DRIVER",
    "TEXTUAL_THEME",
    "EDITOR",
    "VISUAL",
)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the index in it."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        open_index().close()
    finally:
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before
    return folder


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> Path:
    """Keep the developer's own settings and files out; return the working folder."""
    for name in CLEARED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.fixture(params=[(80, 24), (120, 36), (200, 60)], ids=["80x24", "120x36", "200x60"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The three sizes every walk is taken at."""
    found: tuple[int, int] = request.param
    return found


@pytest.fixture
def tour() -> type[Tour]:
    """The driver of a walk."""
    return Tour
