from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.collect import Given
from diagnose.tail import Tail
from diagnose.watch import APPEARED, GONE, Watcher

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

CLOSED = "2024-05-01 10:10:00,000 | ERROR   | prefect.agent - h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED\n"
QUIET = "2024-05-01 10:11:00,000 | INFO    | prefect.agent - Submitting flow run\n"
HTTP2 = "http2-protocol-error-stops-agent"


def add(path: Path, text: str) -> None:
    with path.open("ab") as stream:
        stream.write(text.encode())


def texts(tail: Tail) -> list[str]:
    return [line.text for line in tail.lines()]


def test_only_what_is_added_is_read_and_only_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    add(path, "old\n")
    tail = Tail(path)

    assert texts(tail) == []
    add(path, "new\nhal")
    assert texts(tail) == ["new"]
    add(path, "f\n")
    assert texts(tail) == ["half"]
    tail.close()


def test_from_the_start_everything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    add(path, "old\n")
    assert texts(Tail(path, from_start=True)) == ["old"]


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be renamed")
def test_rotation_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    add(path, "0\n")
    tail = Tail(path)
    texts(tail)
    add(path, "1\nlast without end")
    path.rename(tmp_path / "a.log.1")
    assert texts(tail) == ["1"]
    add(tmp_path / "a.log.1", ", after all\n")
    add(path, "2\n")

    assert texts(tail) == ["last without end, after all", "2"]
    assert "rotated" in tail.said[0]
    add(path, "3\n")
    assert texts(tail) == ["3"]


@pytest.mark.parametrize("smaller", ["x\n", ""])
def test_truncation_starts_anew(tmp_path: Path, smaller: str) -> None:
    path = tmp_path / "a.log"
    add(path, "old old old\n")
    tail = Tail(path)
    texts(tail)
    path.write_text(smaller, encoding="utf-8")

    assert texts(tail) == smaller.split()
    assert "truncated" in tail.said[0]
    add(path, "y\n")
    assert texts(tail) == ["y"]


def test_a_file_may_come_later_and_is_read_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "later.log"
    tail = Tail(path)
    assert texts(tail) == []
    add(path, "first\n")
    assert texts(tail) == ["first"]


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_bytes_in_any_pieces_give_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("t") / "a.log"
    path.touch()
    tail = Tail(path)
    found = texts(tail)
    for piece in pieces:
        with path.open("ab") as stream:
            stream.write(piece)
        found += texts(tail)
    whole = Tail(path, from_start=True)
    assert found == texts(whole)


def test_a_cause_is_said_once_when_it_appears_and_once_when_it_goes(
    index: Index, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.log", tmp_path / "two.log"
    add(one, "")
    add(two, "")
    watcher = Watcher([Tail(one), Tail(two)], Given(), index, window=600)

    assert watcher.look(1000) == []
    add(one, QUIET)
    assert watcher.look(1005) == []
    add(two, CLOSED)
    events = watcher.look(1010)
    assert [(e.event, e.insight) for e in events] == [(APPEARED, HTTP2)]
    assert events[0].source == str(two)
    assert "SEND_HEADERS" in events[0].text
    add(two, CLOSED + QUIET)
    assert watcher.look(1015) == []
    assert watcher.look(1600) == []
    gone = watcher.look(1616)
    assert [(e.event, e.insight) for e in gone] == [(GONE, HTTP2)]
    assert watcher.look(1700) == []
    add(one, CLOSED)
    assert [e.event for e in watcher.look(1710)] == [APPEARED]


def started(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "diagnose", "watch", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def test_once_ends_with_the_first_cause_and_starts_the_program_without_a_shell(
    tmp_path: Path,
) -> None:
    log, seen = tmp_path / "a.log", tmp_path / "seen"
    add(log, CLOSED)
    code = f"import sys, pathlib; pathlib.Path({str(seen)!r}).write_text(repr(sys.argv[1:]))"
    then = (
        f'"{sys.executable}" -c "{code}" "$(id);x"'
        if os.name == "posix"
        else f"{sys.executable} -V"
    )
    process = started(
        str(log),
        "--from-start",
        "--once",
        "--json",
        "--interval",
        "1",
        "--then",
        then.replace('"$(id);x"', "'$(id);x'"),
    )
    out, _ = process.communicate(timeout=120)

    assert process.returncode == 0
    data = [json.loads(line) for line in out.splitlines()]
    assert [(d["command"], d["event"], d["insight"]) for d in data] == [
        ("watch", "appeared", HTTP2)
    ]
    if os.name == "posix":
        assert seen.read_text(encoding="utf-8") == repr(["$(id);x", "appeared", HTTP2])


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_quietly(tmp_path: Path, number: signal.Signals, status: int) -> None:
    log = tmp_path / "a.log"
    add(log, "")
    process = started(str(log), "--interval", "1")
    time.sleep(2.0)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)

    assert process.returncode == status
    assert "Traceback" not in out + err


def test_nothing_to_watch_is_wrong_use(tmp_path: Path) -> None:
    for words in (
        (),
        (str(tmp_path),),
        (str(tmp_path / "x"), "--then", '"'),
        (str(tmp_path / "x"), "--api", "http://x"),
    ):
        process = started(*words)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 2, words
        assert "error:" in err
