"""A base that holds nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.load import load
from tests.kb.conftest import LEXICON, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from kb.base import Base


@pytest.fixture
def empty(tmp_path: Path) -> Base:
    return load([write_files(tmp_path / "empty", {"lexicon.yaml": LEXICON})], shipped=False)
