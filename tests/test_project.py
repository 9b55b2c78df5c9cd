"""The project as a whole: style, types, direction of imports, README."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import readme

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def tool(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *argv], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("argv", [("ruff", "check", "."), ("ruff", "format", "--check", ".")])
def test_the_code_is_in_style(argv: tuple[str, ...]) -> None:
    done = tool(*argv)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_type_is_checked_strictly() -> None:
    done = tool("mypy")
    assert done.returncode == 0, done.stdout


def test_imports_go_one_way_and_never_in_a_circle() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_readme_holds_exactly_two_commands_to_paste() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    assert 'diagnose --error "cannot find a heartbeat"' in blocks[0]
    assert "pytest" in blocks[1]


def test_the_run_that_the_readme_shows_is_real() -> None:
    assert readme.part(README, "run") == readme.shown_run()


def test_the_readme_shows_what_the_benchmarks_wrote_last() -> None:
    assert "<!-- benchmarks -->\n" in README
    assert readme.part(README, "benchmarks") == readme.shown_benchmarks()


def test_every_command_that_the_readme_names_exists() -> None:
    from diagnose.cli.table import ENTRIES  # noqa: PLC0415

    words = {entry.words for entry in ENTRIES}
    named = set(re.findall(r"diagnose (kb )?([a-z][a-z-]+)\b", README))
    commands = {(group.strip(), word) if group else (word,) for group, word in named}
    unknown = {c for c in commands if c not in words and c[0] not in ("kb", "in", "has")}
    assert not {c for c in unknown if c[0] in {w[0] for w in words}}, unknown


def test_the_map_of_the_readme_is_the_tree() -> None:
    """Every package stands in it, and whatever it names is there."""
    drawn = (
        README.partition("## How it is built\n")[2].partition("```text\n")[2].partition("```")[0]
    )
    top, named = "", set()
    for line in drawn.splitlines():
        first = line.split()[0]
        top = first if not line.startswith(" ") else top
        named.add(first if first == top else f"{top}{first}")
        named |= {f"{top}{name}" for name in re.findall(r"\b([a-z]+(?:/|\.py))", line)[1:]}
    packages = {
        f"{path.parent.relative_to(ROOT).as_posix()}/"
        for package in ("kb", "diagnose")
        for path in (ROOT / package).glob("*/__init__.py")
    }

    assert not packages - named
    missing = {name for name in named if not (ROOT / name).exists()}
    assert not {name for name in missing if not (ROOT / name.partition("/")[2]).exists()}
