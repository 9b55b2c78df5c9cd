from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.followup.tail import Tail

if TYPE_CHECKING:
    from pathlib import Path


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


def test_a_backlog_is_read_to_its_end_before_the_successor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diagnose.followup.tail.MOST_AT_ONCE", 1000)
    path = tmp_path / "a.log"
    add(path, "".join(f"line {n}\n" for n in range(1000)))
    tail = Tail(path, from_start=True)
    found = texts(tail)
    path.rename(tmp_path / "a.log.1")
    add(path, "line 1000\n")
    while more := texts(tail):
        found += more

    assert found == [f"line {n}" for n in range(1001)]


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


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
def test_a_pipe_is_refused_once_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    os.mkfifo(path)
    tail = Tail(path)

    assert texts(tail) == texts(tail) == []
    assert len(tail.said) == 1
    assert "no regular file" in tail.said[0]
    path.unlink()
    add(path, "now\n")
    assert texts(tail) == ["now"]


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
