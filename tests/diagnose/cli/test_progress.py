"""Reading long logs is said on a terminal, in one line that goes when it is done."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from diagnose.cli import progress, talk
from diagnose.cli.progress import Shown, tally, told
from diagnose.reading.read import Tally

if TYPE_CHECKING:
    from pathlib import Path


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


STREAMS = SimpleNamespace(stderr=None, stdin=None)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    made = Terminal()
    monkeypatch.setattr(STREAMS, "stderr", made)
    monkeypatch.setattr(progress, "sys", STREAMS)
    monkeypatch.setattr(talk, "quiet", False)
    monkeypatch.setattr(progress, "LONG", 100)
    return made


def clock(monkeypatch: pytest.MonkeyPatch, *times: float) -> None:
    now = iter(times)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(now)))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "a.log"
    path.write_text("x" * 1000)
    return path


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (50_000_000, 200_000_000, 0.5, "read 50 MB at 100 MB/s, 25%, 0:02 left"),
        (5_000_000, 6_005_000_000, 0.5, "read 5 MB at 10 MB/s, 0%, 10:00 left"),
        (3_000_000_000, 0, 30.0, "read 3,000 MB at 100 MB/s"),
        (300, 200, 1.0, "read 0 MB at 0 MB/s"),
        (0, 100, 0.0, "read 0 MB at 0 MB/s"),
    ],
)
def test_rate_share_and_time_left(done: int, total: int, seconds: float, line: str) -> None:
    assert told(done, total, seconds) == line


def test_the_line_is_written_over_and_wiped_out(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(monkeypatch, 0.0, 0.1, 1.0, 1.1, 2.0)
    counted = Shown(40_000_000)

    for _ in range(4):
        counted.advance(10_000_000)
    counted.end()

    first, second, last = terminal.getvalue().strip("\r").split("\r\r")
    assert first == "read 20 MB at 20 MB/s, 50%, 0:01 left"
    assert second == "read 40 MB at 20 MB/s, 100%, 0:00 left"
    assert last.strip() == ""
    assert len(last) >= len(second)


def test_only_long_logs_on_a_terminal_are_spoken_of(
    terminal: Terminal, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(tally((log,), stdin=False), Shown)
    monkeypatch.setattr(progress, "LONG", 10_000)
    assert type(tally((log,), stdin=False)) is Tally
    packed = log.rename(log.with_suffix(".gz"))
    assert isinstance(tally((packed,), stdin=False), Shown)
    monkeypatch.setattr(STREAMS, "stdin", Terminal())
    assert type(tally((packed,), stdin=True)) is Tally
    monkeypatch.setattr(talk, "quiet", True)
    assert type(tally((packed,), stdin=False)) is Tally
    monkeypatch.setattr(talk, "quiet", False)
    monkeypatch.setattr(STREAMS, "stderr", io.StringIO())
    assert type(tally((packed,), stdin=False)) is Tally


def test_a_terminal_that_goes_away_is_no_error(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(monkeypatch, 0.0, 0.0, 1.0)
    counted = Shown(0)
    terminal.close()

    counted.advance(1)
    counted.end()

    assert counted.bytes == 1
