"""Options and settings of the whole test suite."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from kb.cache import open_index
from kb.compile import compile_index
from kb.index import Index
from kb.load import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.base import Base

collect_ignore = (
    ["diagnose/probe/test_processes.py", "prefect", "tui/test_terminal.py"]
    if sys.platform == "win32"
    else []
)
"""What needs pseudo-terminals, which Windows has none of that Python could open."""

# Shared machines are slow now and then; a time limit for one example says nothing there.
settings.register_profile("diagnose", deadline=None)
settings.load_profile("diagnose")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``: write the files in ``tests/golden`` instead of comparing them."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ anew")


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return the index of the shipped base, built into a cache of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("index")))
        opened = open_index()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shipped() -> Base:
    """Return the shipped base, loaded from its sources."""
    return load()


@pytest.fixture(scope="session")
def looked_up(shipped: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return the index of the shipped base, to be searched as a large one is."""
    path = tmp_path_factory.mktemp("large") / "large.index"
    compile_index(shipped, path, exhaustive=0)
    opened = Index(str(path))
    yield opened
    opened.close()
