"""Which versions stand in the environment of a process, by the names of ``dist-info`` folders."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PACKAGES = ("prefect", "prefect_kubernetes", "httpx", "httpcore", "h2", "distributed")
"""Packages whose versions matter, as their folders write them."""

_DIST = re.compile(r"([A-Za-z0-9_.]+?)-(\d[\w.+!]*)\.(?:dist|egg)-info")


def prefix(argv: Sequence[str], executable: str, environ: Mapping[str, str]) -> Path | None:
    """Return the folder of the environment whose interpreter runs a process.

    The first word of the command line tells it; the executable itself does not, since an
    environment's interpreter is a link.
    """
    for word in (argv[0] if argv else "", executable):
        path = Path(word)
        if path.is_absolute() and path.parent.name in ("bin", "Scripts"):
            return path.parent.parent
    named = environ.get("VIRTUAL_ENV", "")
    return Path(named) if named else None


def is_venv(folder: Path) -> bool | None:
    """Say whether a folder is a virtual environment; None when it cannot be seen."""
    try:
        return (folder / "pyvenv.cfg").is_file() if folder.is_dir() else None
    except OSError:
        return None


def on_path(folder: Path, path: str) -> bool:
    """Say whether the programs of an environment are found through a PATH."""
    wanted = {_real(str(folder / name)) for name in ("bin", "Scripts")}
    return any(_real(part) in wanted for part in path.split(os.pathsep) if part)


def versions(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the versions of `PACKAGES` in an environment."""
    found: dict[str, str] = {}
    for place in _places(folder):
        try:
            names = os.listdir(place)  # noqa: PTH208 (names, not paths)
        except OSError:
            continue
        for name in names:
            match = _DIST.fullmatch(name)
            if match and (package := match[1].replace(".", "_").lower()) in PACKAGES:
                found.setdefault(package, match[2])
    return tuple(sorted(found.items()))


def _places(folder: Path) -> list[Path]:
    try:
        found = [
            *folder.glob("lib/python3*/site-packages"),
            *folder.glob("lib/python3*/dist-packages"),
        ]
        return [*sorted(found), folder / "Lib" / "site-packages"]
    except OSError:
        return []


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
