"""This program's own environment: what runs in it says nothing of an agent's."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys

PRODUCT = "prefect"
"""The package that an agent's environment has."""


def is_own(program: str) -> bool:
    """Say whether a program is one of a virtual environment that this program has for itself.

    Where the product is installed beside it, the environment may well be the agent's.
    """
    found = shutil.which(program)
    alone = sys.prefix != sys.base_prefix and importlib.util.find_spec(PRODUCT) is None
    return alone and found is not None and os.path.dirname(found) in _folders()  # noqa: PTH120 (as `which` says it)


def _folders() -> set[str]:
    """Return where the programs of the environment stand, as the PATH may name it."""
    bin_ = os.path.dirname(sys.executable)  # noqa: PTH120
    return {bin_, os.path.realpath(bin_)}
