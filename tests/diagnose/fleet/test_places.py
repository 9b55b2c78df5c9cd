"""Where the logs of a fleet are, how they are grouped into tasks, and which host each is of."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.errors import UsageError
from diagnose.fleet.batches import LEAST, MOST, MOST_FILES, batches
from diagnose.fleet.hosts import hosts
from diagnose.reading.places import LogFile, files, is_url, opened

if TYPE_CHECKING:
    from pathlib import Path

SIZES = st.lists(st.integers(0, 3 * MOST // 2), max_size=600)


@given(sizes=SIZES, workers=st.integers(0, 300))
def test_every_file_is_in_one_batch_in_order_and_no_batch_is_too_large(
    sizes: list[int], workers: int
) -> None:
    logs = [LogFile(f"{n}.log", size) for n, size in enumerate(sizes)]
    size_of = {log.name: log.size for log in logs}

    groups = list(batches(logs, workers))

    assert [name for group in groups for name in group] == [log.name for log in logs]
    for group in groups:
        assert 0 < len(group) <= MOST_FILES
        assert len(group) == 1 or sum(size_of[name] for name in group) <= MOST
    for group, after in pairwise(groups):
        both = sum(size_of[name] for name in (*group, *after))
        assert both > LEAST or len(group) == MOST_FILES


def test_there_is_enough_for_every_worker_and_compressed_logs_count_as_what_they_hold() -> None:
    plain = [LogFile(f"{n}.log", 2**20) for n in range(512)]
    packed = [LogFile(f"{n}.log.gz", 2**20) for n in range(512)]

    assert len(list(batches(plain, 1))) == 8
    assert len(list(batches(plain, 8))) == 32
    assert len(list(batches(plain, 100))) == 32
    assert len(list(batches(packed, 1))) > 5 * 8


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["s3://b/web-1/agent.log.gz", "s3://b/web-2/agent.log.gz"], ["web-1", "web-2"]),
        (["/logs/a/x.log", "/logs/a/y.log", "/logs/b/deep/x.log"], ["a", "a", "b"]),
        (["/logs/web.log", "/logs/web.log.2.gz", "/logs/db.log"], ["web", "web", "db"]),
        (["/logs/web-1.log", "/logs/web-2-20261129.log"], ["web-1", "web-2"]),
        (["/logs/all.log", "/logs/a/x.log"], ["all", "a"]),
        (["C:\\logs\\one\\x.log", "C:\\logs\\two\\x.log"], ["one", "two"]),
        (["agent.log"], ["agent"]),
        ([".log"], [".log"]),
        ([], []),
    ],
)
def test_a_host_is_the_first_folder_that_differs_else_the_name(
    names: list[str], expected: list[str]
) -> None:
    assert hosts(names) == expected


@given(st.lists(st.text(min_size=1), max_size=20))
def test_every_file_has_a_host(names: list[str]) -> None:
    assert len(hosts(names)) == len(names)


def test_a_windows_path_is_no_url() -> None:
    assert not is_url("C:\\logs\\agent.log")
    assert not is_url("/var/log/agent.log")
    assert is_url("s3://logs/agent.log")


def test_a_folder_a_pattern_and_a_file_are_listed_each_file_once(tmp_path: Path) -> None:
    for name in ("b/agent.log", "a/agent.log.gz", "a/notes.pdf", "a/empty.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * len(name) if "empty" not in name else b"")
    names = [str(tmp_path), f"{tmp_path}/*/agent.log*", str(tmp_path / "b/agent.log")]

    found = files(names)

    assert [log.name.removeprefix(f"{tmp_path}/") for log in found] == [
        "a/agent.log.gz", "a/empty.log", "b/agent.log",
    ]  # fmt: skip
    assert [log.size for log in found] == [14, 0, 11]


def test_urls_are_listed_like_paths(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x\n", "utf-8")
    (tmp_path / "a.pdf").write_text("x\n", "utf-8")

    (found,) = files([f"file://{tmp_path}"])

    with opened(found.name) as stream:
        assert stream.read() == b"x\n"
    assert files([f"file://{tmp_path}/*.log"]) == [found]


@pytest.mark.parametrize(
    "name",
    [
        "/nowhere/agent.log",
        "/nowhere/*.log",
        "file:///nowhere/agent.log",
        "file:///nowhere/*.log",
        "nosuchstore://bucket/agent.log",
        "hdfs://nowhere.invalid/agent.log",
    ],
)
def test_what_cannot_be_listed_is_said_in_one_line(name: str) -> None:
    with pytest.raises(UsageError) as said:
        files([name])

    assert "nowhere" in str(said.value) or "nosuchstore" in str(said.value)
    assert "\n" not in str(said.value)


def test_without_the_extra_urls_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)

    with pytest.raises(UsageError, match=r"kb-diagnose\[dask\]"):
        files(["s3://logs/a.log"])
