"""Environments with the packages of a release or an era, made once and kept between runs."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.quiet.machine import QuietError, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kb-diagnose-tests"
"""Where they are kept; read before any test changes HOME."""


class NotToBeHadError(Exception):
    """The packages cannot be had here."""


def having(name: str, requirements: Sequence[str]) -> Path:
    """The bin directory of the environment of this name; whoever else makes it is waited for.

    Raises:
        NotToBeHadError: it cannot be made, with the reason.
    """
    folder = CACHE / f"{name}-python-{sys.version_info.major}.{sys.version_info.minor}"
    try:
        CACHE.mkdir(parents=True, exist_ok=True)
        with _alone(CACHE / f"{folder.name}.lock"):
            return environment(folder, requirements, sys.executable)
    except (QuietError, OSError) as error:
        message = f"{name} cannot be installed here: {error}"
        raise NotToBeHadError(message) from error


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the system takes back from whoever ends, however it ends."""
    with path.open("w") as held:
        if sys.platform != "win32":
            import fcntl  # noqa: PLC0415 (not on Windows)

            fcntl.flock(held, fcntl.LOCK_EX)
        yield
