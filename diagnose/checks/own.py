"""This program's own environment: what runs in it says nothing of an agent's."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def is_own(program: str, products: Iterable[str]) -> bool:
    """Say whether a program is one of a virtual environment that this program has for itself.

    Args:
        program: as a command names it.
        products: names; where one of them is installed beside this program, the environment may
            well be the agent's.
    """
    found = shutil.which(program)
    if found is None or os.path.dirname(found) not in _folders():  # noqa: PTH120 (as `which` says it)
        return False
    packages = filter(str.isidentifier, products)
    return sys.prefix != sys.base_prefix and not any(map(importlib.util.find_spec, packages))


def _folders() -> set[str]:
    """Return where the programs of the environment stand, as the PATH may name it."""
    bin_ = os.path.dirname(sys.executable)  # noqa: PTH120
    return {bin_, os.path.realpath(bin_)}
