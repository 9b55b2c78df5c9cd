"""The index in the wheel is used when it is whole and of this version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb import cache
from kb.cache import open_index
from kb.compile import compile_index
from kb.load import load
from tests.kb.cache.indexes import break_empty, break_format, break_garbage, right, stored
from tests.kb.conftest import write_files

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_sealed_index_is_used_and_no_cache_written(base: Path) -> None:
    compile_index(load(), Path(cache.SHIPPED_INDEX))

    assert right(open_index())
    assert stored() == []


@pytest.mark.parametrize("spoil", [break_empty, break_garbage, break_format])
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
