"""Any bytes from anywhere become numbered lines of clean text, in little memory."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import random
import re
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.errors import UsageError
from diagnose.reading.logfiles import log_files
from diagnose.reading.read import (
    BLOCK,
    LONG_LINE,
    OVERLAP,
    Line,
    Tally,
    file_lines,
    stream_blocks,
    stream_lines,
    text_lines,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TEXT = "first\nsecond ä€😀\n\nlast"
PLAIN = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=60)


def read(data: bytes) -> list[str]:
    return [line.text for line in stream_lines(io.BytesIO(data), "x", Tally())]


def read_or_refused(data: bytes) -> list[str]:
    """Return the lines, or the message with which the data was refused."""
    try:
        return read(data)
    except UsageError as error:
        return [str(error)]


def zst(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    return bytes(zstandard.ZstdCompressor().compress(data))


PACKERS: list[Callable[[bytes], bytes]] = [gzip.compress, bz2.compress, lzma.compress, zst]


@given(st.lists(PLAIN, max_size=8))
def test_text_comes_back_line_by_line(written: list[str]) -> None:
    text = "\n".join(written)

    found = list(text_lines(text, "here", Tally()))

    expected = text.split("\n")[: -1 if text.endswith("\n") or not text else None]
    assert found == [Line("here", n, line) for n, line in enumerate(expected, 1)]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes) -> None:
    assert all("\n" not in line for line in read_or_refused(data))


@given(
    st.sampled_from(PACKERS[:3]), st.binary(max_size=300), st.integers(0, 60), st.binary(max_size=3)
)
def test_spoiled_compressed_data_is_read_or_refused_in_one_line(
    pack: Callable[[bytes], bytes], data: bytes, at: int, instead: bytes
) -> None:
    packed = bytearray(pack(data))
    packed[at : at + len(instead)] = instead

    assert all("\n" not in line for line in read_or_refused(bytes(packed)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_with_a_mark_are_told_apart(encoding: str) -> None:
    bom = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")

    assert read(bom + TEXT.encode(encoding)) == TEXT.split("\n")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_of_every_system(end: str) -> None:
    assert read(TEXT.replace("\n", end).encode()) == TEXT.split("\n")


def test_invalid_utf_8_loses_only_what_is_invalid() -> None:
    assert read(b"cannot \xff\xfe\x80 find a heartbeat\nnext") == [
        "cannot \ufffd\ufffd\ufffd find a heartbeat",
        "next",
    ]


@pytest.mark.parametrize("pack", PACKERS)
def test_compressed_data_is_known_by_its_content(pack: Callable[[bytes], bytes]) -> None:
    assert read(pack(TEXT.encode())) == TEXT.split("\n")


@pytest.mark.parametrize("pack", PACKERS)
def test_several_members_are_one_text(pack: Callable[[bytes], bytes]) -> None:
    assert read(pack(b"one\ntw") + pack(b"o\nthree")) == ["one", "two", "three"]


@pytest.mark.parametrize("pack", PACKERS)
def test_what_unpacks_to_much_is_never_in_memory_at_once(pack: Callable[[bytes], bytes]) -> None:
    size = 40 * 1024 * 1024
    packed = io.BytesIO(pack(b" " * size) + pack(b"x" * size))
    tracemalloc.start()
    try:
        blocks = [len(block) for block in stream_blocks(packed, "x", Tally())]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert sum(blocks) == 2 * size
    assert max(blocks) <= BLOCK
    assert peak < size


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_what_unpacks_to_just_a_block_is_whole(pack: Callable[[bytes], bytes], size: int) -> None:
    data = random.Random(size).randbytes(size // 2).hex().encode().ljust(size, b"x")
    packed = io.BytesIO(pack(data) + pack(data))

    assert b"".join(stream_blocks(packed, "x", Tally())) == 2 * data


@pytest.mark.parametrize("pack", PACKERS)
def test_compressed_data_that_ends_too_early_is_said(pack: Callable[[bytes], bytes]) -> None:
    data = random.Random(1).randbytes(3000).hex().encode()
    packed = pack(data)

    assert_read_as_far_as_it_goes(packed[: len(packed) // 2], data)


@pytest.mark.parametrize("pack", PACKERS)
def test_what_stands_before_the_break_is_read(pack: Callable[[bytes], bytes]) -> None:
    data = b"one\ntwo\n"
    assert_read_as_far_as_it_goes(pack(data) + pack(data)[:12], 2 * data, least=len(data))
    assert_read_as_far_as_it_goes(pack(data) + b"no member at all", data, least=len(data))


def assert_read_as_far_as_it_goes(packed: bytes, data: bytes, least: int = 0) -> None:
    tally = Tally()
    said = r"x: the compressed data (ends too early|is broken)"
    try:
        found = b"".join(stream_blocks(io.BytesIO(packed), "x", tally))
    except UsageError as error:
        found, why = b"", str(error)
    else:
        (why,) = tally.cut
    assert re.match(said, why)
    assert data.startswith(found)
    assert len(found) >= least


def test_zeros_after_a_member_are_no_data() -> None:
    packed = gzip.compress(b"one\n")
    assert read(packed + bytes(100_000)) == ["one"]
    assert read(packed + bytes(512) + packed) == ["one", "one"]


@pytest.mark.parametrize("zeros", [1, 100, 3_000_000])
def test_a_log_that_was_emptied_while_it_was_written_is_read(zeros: int) -> None:
    assert read(bytes(zeros) + b"one\ntwo") == ["one", "two"]


def test_a_few_zeros_in_a_log_do_not_make_it_binary() -> None:
    text = "2023-02-01 10:00:00,000 | INFO    | prefect.agent - step\n" * 20
    assert len(read(text.encode() + b"a\0b\n" + text.encode())) == 41


@pytest.mark.parametrize("pack", PACKERS[:3])
def test_broken_compressed_data_is_said(pack: Callable[[bytes], bytes]) -> None:
    packed = bytearray(pack(b"some text " * 900))
    packed[20:40] = b"\xff" * 20

    with pytest.raises(UsageError, match="x: the compressed data is broken"):
        read(bytes(packed))


@pytest.mark.parametrize(
    "data", [b"\x7fELF\x02\x01\0\0\0", b"PK\x03\x04\0\0", b"a\nb\0\0c", bytes(99)]
)
def test_a_binary_file_is_said(data: bytes) -> None:
    with pytest.raises(UsageError, match="looks like a binary file"):
        read(data)


def test_a_start_that_only_looks_compressed_is_text() -> None:
    assert read(b"BZhello world") == ["BZhello world"]


class Endless:
    """One line of many megabytes that never stand in memory together."""

    def __init__(self, size: int, *, marked: bool = False) -> None:
        self.left = size
        self.mark = size // 2 if marked else -1

    def read(self, size: int) -> bytes:
        size = min(size, self.left)
        block = b"x" * size
        if self.left - size <= self.mark < self.left:
            block = b" cannot find a heartbeat ".ljust(size, b"x")
            self.mark = -1
        self.left -= size
        return block


def test_a_line_of_100_mb_is_read_in_constant_memory() -> None:
    tally = Tally()
    tracemalloc.start()
    most = max(
        len(line.text)
        for line in stream_lines(Endless(100_000_000), "x", tally)
        if line.number == 1
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most <= LONG_LINE
    assert tally.bytes == 100_000_000
    assert tally.lines == 1
    assert peak < 8_000_000


def test_what_stands_where_a_long_line_is_cut_is_still_found() -> None:
    for lead in range(LONG_LINE - 40, LONG_LINE + 10, 7):
        data = b"x" * lead + b"cannot find a heartbeat" + b"y" * LONG_LINE
        found = list(stream_lines(io.BytesIO(data), "x", Tally()))

        assert any("cannot find a heartbeat" in line.text for line in found)
        assert {line.number for line in found} == {1}
        assert len(found[0].text) == LONG_LINE
        assert found[1].text[:OVERLAP] == found[0].text[-OVERLAP:]


def test_lines_are_counted_and_numbered_from_one() -> None:
    tally = Tally()

    found = list(text_lines("a\nb\nc\n", "x", tally))

    assert [line.number for line in found] == [1, 2, 3]
    assert (tally.lines, tally.bytes, tally.said) == (3, 6, True)


@pytest.mark.parametrize("data", [b"", b"\n", b" \n\t\n", b"\xef\xbb\xbf"])
def test_emptiness_is_noticed(data: bytes) -> None:
    tally = Tally()

    list(stream_lines(io.BytesIO(data), "x", tally))

    assert not tally.said


def test_a_pipe_that_trickles_is_read_as_it_comes() -> None:
    class Trickle:
        def __init__(self) -> None:
            self.waits = iter([b"H", b"el", b"lo this is enough\nsecond\n", b"third\n"])

        def read(self, size: int) -> bytes:
            return next(self.waits, b"")

    found: Iterator[Line] = stream_lines(Trickle(), "x", Tally())

    assert next(found).text == "Hello this is enough"
    assert [line.text for line in found] == ["second", "third"]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.log: cannot be read \(No such file"):
        list(file_lines(tmp_path / "none.log", Tally()))


def test_logs_of_a_folder_come_in_order_of_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in (
        "b.log",
        "a.log.1",
        "c.log-20230201.gz",
        "sub/d.jsonl",
        "x.py",
        "e.yaml",
        "syslog",
    ):
        (tmp_path / name).write_text("x")

    assert [path.name for path in log_files(tmp_path)] == [
        "a.log.1", "b.log", "c.log-20230201.gz", "d.jsonl", "syslog",
    ]  # fmt: skip
    assert log_files(tmp_path / "x.py") == [tmp_path / "x.py"]


def test_a_folder_without_logs_and_a_missing_one_are_said(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("")

    with pytest.raises(UsageError, match="no logs in this folder"):
        log_files(tmp_path)
    with pytest.raises(UsageError, match="no such file or folder"):
        log_files(tmp_path / "none")
    with pytest.raises(UsageError, match="cannot be read"):
        log_files(tmp_path / ("n" * 300))
