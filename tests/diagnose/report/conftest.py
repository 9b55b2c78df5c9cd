"""The shipped base, opened once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.cache import open_index

if TYPE_CHECKING:
    from kb.index import Index


@pytest.fixture(scope="session")
def index() -> Index:
    return open_index()
