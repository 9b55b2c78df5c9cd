"""Options and settings of the whole test suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest

# Shared machines are slow now and then; a time limit for one example says nothing there.
settings.register_profile("diagnose", deadline=None)
settings.load_profile("diagnose")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``: write the files in ``tests/golden`` instead of comparing them."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ anew")
