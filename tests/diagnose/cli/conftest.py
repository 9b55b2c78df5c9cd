"""The command line in this process (fast) and as a process of its own (true)."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings

from diagnose.cli import main
from kb.cache import open_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

settings.register_profile("cli", deadline=None, database=None)
settings.load_profile("cli")

HEARTBEAT = "cannot find a heartbeat"
FOREIGN_TO_TESTS = ("NO_COLOR", "COLORTERM", "COLUMNS", "PREFECT_API_URL", "PREFECT_API_KEY")


class Result(NamedTuple):
    """What a run left behind."""

    status: int
    out: str
    err: str


class Stdin:
    """Standard input that is a pipe or a terminal, as told."""

    def __init__(self, content: bytes, *, terminal: bool = False) -> None:
        self.buffer = io.BytesIO(content)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def fileno(self) -> int:
        raise io.UnsupportedOperation


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """One cache for all tests, and nothing of the developer's own settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("TERM", "xterm")
        patch.setenv("PYTHONPATH", str(Path.cwd()))
        for name in FOREIGN_TO_TESTS:
            patch.delenv(name, raising=False)
        open_index().close()
        yield dict(os.environ)


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run the command line in this process."""

    def run(*words: str | Path, stdin: bytes = b"", terminal: bool = False) -> Result:
        monkeypatch.setattr(sys, "stdin", Stdin(stdin, terminal=terminal))
        status = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Result(status, out, err)

    return run


@pytest.fixture
def process(surroundings: dict[str, str], tmp_path: Path) -> Callable[..., Result]:
    """Run the command line as a process of its own."""

    def run(
        *words: str | Path, stdin: bytes = b"", redirected: int | None = None, **environment: str
    ) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "diagnose", *map(str, words)],
            input=stdin if redirected is None else None,
            stdin=redirected,
            capture_output=True,
            env=surroundings | environment,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def assert_one_line(result: Result, status: int, *parts: str) -> None:
    """The promise for everything that goes wrong: one clear line, nothing on standard output."""
    assert result.status == status, result
    assert result.out == ""
    assert result.err.startswith("diagnose: error: ")
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    for part in parts:
        assert part in result.err
