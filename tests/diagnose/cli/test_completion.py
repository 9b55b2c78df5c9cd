"""Completion scripts: valid for their shell, and completing what the commands take."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from diagnose.cli import table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.diagnose.cli.conftest import Result

SHELLS = ("bash", "zsh", "fish")


def needs(shell: str) -> None:
    if shutil.which(shell) is None or sys.platform == "win32":
        pytest.skip(f"{shell} is not installed")


@pytest.fixture
def program(tmp_path: Path, surroundings: dict[str, str]) -> dict[str, str]:
    """Put a ``diagnose`` on the path, for the ids that the scripts ask for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "diagnose"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m diagnose "$@"\n')
    path.chmod(0o755)
    return surroundings | {"PATH": f"{folder}:{surroundings['PATH']}"}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_valid_and_names_everything(
    cli: Callable[..., Result], tmp_path: Path, shell: str
) -> None:
    script = cli("completion", shell).out

    assert all(entry.words[-1] in script for entry in table.ENTRIES)
    assert "--unknown-symptom" in script or "-l unknown-symptom" in script
    needs(shell)
    path = tmp_path / "script"
    path.write_text(script)
    done = subprocess.run([shell, "-n", path], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


CASES = [
    ("diagnose expl", {"explain"}, set()),
    ("diagnose kb ", {"list", "show", "check", "graph", "import", "schema"}, {"explain"}),
    ("diagnose --for", {"--format", "--force"}, {"--depth"}),
    ("diagnose --format ", {"text", "json", "markdown"}, {"dot"}),
    ("diagnose kb graph --format ", {"dot", "mermaid", "graphml", "json"}, {"text"}),
    ("diagnose --kb dir kb graph --dep", {"--depth"}, set()),
    ("diagnose completion ", {"bash", "zsh", "fish"}, set()),
    ("diagnose runbook screen", {"screen-session-freeze"}, {"screen-session-attached"}),
    ("diagnose --log a.log --no-symptom runs-stay", {"runs-stay-late"}, set()),
    ("diagnose -e x --log ", {"a.log"}, set()),
]


@pytest.mark.parametrize(("line", "offered", "not_offered"), CASES, ids=[c[0] for c in CASES])
@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_words_are_completed(
    cli: Callable[..., Result],
    program: dict[str, str],
    tmp_path: Path,
    shell: str,
    line: str,
    offered: set[str],
    not_offered: set[str],
) -> None:
    needs(shell)
    (tmp_path / "script").write_text(cli("completion", shell).out)
    (tmp_path / "a.log").touch()
    words = line.split(" ")
    code = {
        "bash": f"source ./script; COMP_WORDS=({' '.join(words[:-1])} '{words[-1]}'); "
        f"COMP_CWORD={len(words) - 1}; _diagnose; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        "fish": f"source ./script; complete -C '{line}'",
    }[shell]
    done = subprocess.run(
        [shell, "-c", code], env=program, cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    found = {reply.split("\t")[0] for reply in done.stdout.decode().splitlines()}

    assert done.stderr == b""
    assert offered <= found
    assert not found & not_offered
