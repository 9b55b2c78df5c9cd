"""One story of two installations, lived once; what may be missing for it is a reason to skip."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from .environments import NotToBeHadError
from .lab import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .story import Story


@pytest.fixture(scope="session")
def story() -> Iterator[Story]:
    """The story, told."""
    if sys.platform != "linux":
        pytest.skip("stops processes and reads /proc: Linux only")
    from .story import Story, interruptible  # noqa: PLC0415 (needs pty)

    folder = scratch()
    interruptible()
    try:
        told = Story(folder)
    except NotToBeHadError as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(str(error))
    try:
        told.tell()
        yield told
    finally:
        told.close()
        shutil.rmtree(folder, ignore_errors=True)
    assert not [*told.two.left(), *told.three.left()]
