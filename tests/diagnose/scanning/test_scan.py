"""Scanning a long log finds what reading all of it finds."""

from __future__ import annotations

import bz2
import gzip
import io
import random
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from diagnose.collect import of_reading
from diagnose.diagnosis import conclude
from diagnose.given import Given
from diagnose.reading import read
from diagnose.reading.read import Tally, stream_lines
from diagnose.reading.reader import Reader
from diagnose.scanning import bodies, scan
from kb.load import SHIPPED
from tests.diagnose.made import HTTP2, SPOKEN, Impatient, ranking

if TYPE_CHECKING:
    from pathlib import Path

    from diagnose.reading.reading import Reading
    from diagnose.result import Diagnosis
    from kb.base import Base
    from kb.index import Index

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
EVENTS = (
    "INFO    | prefect.agent - Agent started! Looking for work from queue(s): default...",
    "INFO    | prefect.agent - Agent stopped!",
    "ERROR   | prefect.agent - it failed\nTraceback (most recent call last):\n"
    f'  File "a.py", line 1, in <module>\nh2.exceptions.ProtocolError: {SEND}',
    f"INFO    | prefect.agent - noted\n  {SEND}",
    "WARNING | prefect.runner - Flow run 'wise-otter' is late by 12 seconds",
    "CRITICAL | prefect.runner - MemoryError",
    "INFO    | prefect.worker - cannot find a heartbeat",
    "INFO    | prefect.worker - No active or succeeded pods found for any job",
)
NOISE = (
    "INFO    | prefect.flow_runs - Created task run 'load-{}' for task 'load'",
    'DEBUG   | httpx - HTTP Request: POST http://127.0.0.1:4200/api/x/{} "HTTP/1.1 200 OK"',
    "INFO    | prefect.worker - step {} of many is done\n  with a second line",
)
HEADS = ("{date} {clock},{ms:03} | {said}", "{clock}.{ms:03} | {said}", "[{date} {clock}] {short}")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is read in full, so that a short log is scanned, over many borders."""
    monkeypatch.setattr(scan, "FIRST_LINES", 8)
    monkeypatch.setattr(bodies, "LEAST_BODY", 700)
    monkeypatch.setattr(read, "BLOCK", 500)


def log(picks: list[int], head: str, step: float = 1.0, at: float = 36_000.0) -> str:
    """Return a log; every number picks an event or a line of noise."""
    lines = []
    for n, pick in enumerate(picks):
        listed = (*EVENTS, *NOISE)
        said = listed[pick % len(listed)].format(n)
        at += step
        clock = f"{int(at) // 3600 % 24:02}:{int(at) // 60 % 60:02}:{int(at) % 60:02}"
        date = f"2023-02-{1 + int(at) // 86_400:02}"
        level, _, rest = said.partition("|")
        short = f"{level.strip()} - {rest.replace(' - ', ' | ', 1).strip()}"
        lines.append(head.format(date=date, clock=clock, ms=n % 1000, said=said, short=short))
    return "\n".join(lines) + "\n"


def scanned(index: Index, text: str | bytes, **more: Any) -> Reading:
    data = text.encode() if isinstance(text, str) else text
    return Reader(index, **more).stream(io.BytesIO(data), "x")


def read_in_full(index: Index, text: str, **more: Any) -> Reading:
    tally = Tally()
    lines = stream_lines(io.BytesIO(text.encode()), "x", tally)
    return Reader(index, **more).lines(lines, "x", tally)


def told(reading: Reading, index: Index) -> Diagnosis:
    return conclude(of_reading(reading, Given(), index), Given(), index)


def same(one: Reading, other: Reading) -> None:
    """Compare all but counts of what ordinary lines show, and what only first lines tell."""
    assert [(f.id, f.how, f.line) for f in one.findings.values()] == [
        (f.id, f.how, f.line) for f in other.findings.values()
    ]
    for field in ("incidents", "courses", "last_event", "lines", "bytes", "said", "partial"):
        assert getattr(one, field) == getattr(other, field), field


@pytest.mark.usefixtures("small")
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    picks=st.lists(st.sampled_from([*range(len(EVENTS)), *[8, 9, 8, 9] * 8]), max_size=150),
    head=st.sampled_from(HEADS),
    step=st.sampled_from([0.02, 1.0, 700.0]),
)
@example(picks=[0, 0, 2, 2], head=HEADS[0], step=0.02)  # a record over the border of the first part
def test_a_scan_finds_what_reading_everything_finds(
    index: Index, picks: list[int], head: str, step: float
) -> None:
    text = log(picks, head, step)

    same(scanned(index, text), read_in_full(index, text))


@pytest.mark.usefixtures("small")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.lists(st.sampled_from([*EVENTS, *NOISE, "", "plain", "\tx", "\xff"]), max_size=60))
def test_text_without_heads_is_never_an_error(index: Index, data: list[str]) -> None:
    text = "\n".join(data)

    found, expected = scanned(index, text), read_in_full(index, text)

    assert (found.lines, found.bytes, found.said) == (expected.lines, expected.bytes, expected.said)
    assert found.findings.keys() <= expected.findings.keys()


def noisy(before: int, seed: int = 1) -> str:
    picks = [len(EVENTS) + random.Random(seed).randrange(2) for _ in range(before)]
    return log(picks, HEADS[0], 0.5)


@pytest.mark.parametrize("path", sorted((SHIPPED / "quiet").glob("*.log")), ids=lambda p: p.name)
def test_a_healthy_log_says_the_same_scanned(
    index: Index, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = path.read_text("utf-8")
    monkeypatch.setattr(scan, "FIRST_LINES", 100)
    monkeypatch.setattr(bodies, "LEAST_BODY", 4000)
    monkeypatch.setattr(read, "BLOCK", 4000)

    found, expected = scanned(index, text), read_in_full(index, text)

    missing = expected.findings.keys() - found.findings.keys()
    assert {expected.findings[name].how for name in missing} <= {"fuzzy"}
    assert found.findings.keys() <= expected.findings.keys()
    assert told(found, index).verdict == told(expected, index).verdict
    assert found.incidents.keys() <= expected.incidents.keys()
    for key in expected.incidents.keys() - found.incidents.keys():  # similar, and not abnormal
        assert not expected.incidents[key].chain
        assert not expected.incidents[key].unexplained


def test_the_logs_of_the_cases_say_the_same_in_the_middle_of_a_long_log(
    index: Index, shipped: Base
) -> None:
    noise = 'INFO:     127.0.0.1:1 - "POST /api/flow_runs/filter HTTP/1.1" 200 OK\n' * 2000
    logs = [
        case
        for cases in shipped.cases.values()
        for case in cases
        if case.form == "log" and not case.held_out
    ]
    assert len(logs) > 20
    for case in logs[::4]:
        text = f"{noise}{case.text}\n{noise}"

        one, other = told(scanned(index, text), index), told(read_in_full(index, text), index)

        assert (one.verdict, ranking(one)) == (other.verdict, ranking(other)), case.id


def test_a_silence_and_then_a_burst_is_seen_between_lines_that_are_not_read(index: Index) -> None:
    before, after = log([8] * 4000, HEADS[0], 0.5), log([9] * 3000, HEADS[0], 1.0, at=60_000.0)
    slow = log([9] * 3000, HEADS[0], 40.0, at=60_000.0)

    for text, burst in ((before + after, True), (before + slow, False), (before, False)):
        (course,) = scanned(index, text).courses.values()
        assert course.gap_then_burst is burst
        assert course == read_in_full(index, text).courses["x"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_compressed_and_wide_text_is_scanned_alike(index: Index, pack: Any) -> None:
    text = noisy(2000) + log([2], HEADS[0], at=50_000.0)
    plain = scanned(index, text)

    same(scanned(index, pack(text.encode())), plain._replace(bytes=len(text)))
    wide = scanned(index, b"\xff\xfe" + text.encode("utf-16-le"))
    same(wide._replace(bytes=len(text)), plain)
    same(scanned(index, b"\xef\xbb\xbf" + text.encode())._replace(bytes=len(text)), plain)


def test_only_the_time_asked_for_counts(index: Index) -> None:
    early, late = noisy(3000), log([9] * 3000 + [2, 9], HEADS[0], at=86_400.0 * 3)
    since = 1_675_209_600.0 + 86_400.0

    found = scanned(index, early + late, since=since)

    expected = read_in_full(index, early + late, since=since)
    same(found, expected)
    assert found.events == 3002
    assert scanned(index, early + late, until=since).events == 3000
    assert not scanned(index, early + late, until=since).findings


def test_times_out_of_order_hide_nothing(index: Index) -> None:
    late, early = log([9] * 3000, HEADS[0], at=86_400.0 * 3), log([9] * 4000 + [2], HEADS[0])

    assert scanned(index, late + early, until=1_675_209_600.0 + 86_400.0).findings


class Endless:
    """A log that never stands in memory as a whole."""

    def __init__(self, block: bytes, times: int, end: bytes) -> None:
        self._blocks = iter([*[block] * times, end])

    def read(self, _: int) -> bytes:
        return next(self._blocks, b"")


def peak(index: Index, stream: Endless) -> tuple[Reading, int]:
    reader = Reader(index)
    scanned(index, noisy(2000))
    tracemalloc.start()
    found = reader.stream(stream, "x")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found, most


def test_memory_does_not_grow_with_the_log(index: Index) -> None:
    block, end = noisy(2500).encode(), log([2], HEADS[0], at=50_000.0).encode()

    short, least = peak(index, Endless(block, 10, end))
    long, most = peak(index, Endless(block, 200, end))

    assert ranking(told(short, index))[0] == ranking(told(long, index))[0] == HTTP2
    assert long.bytes > 40_000_000
    assert most < least + 1_000_000


def test_a_needle_in_one_line_of_many_megabytes_is_found(index: Index) -> None:
    block = b"x" * 250_000
    text = Endless(block, 100, b" cannot find a heartbeat " + block + b"\n" + block)

    found, most = peak(index, text)

    assert "cannot-find-a-heartbeat" in found.findings
    assert (found.lines, found.bytes) == (2, 102 * 250_000 + 26)
    assert most < 16_000_000


def test_an_interruption_gives_what_was_read_so_far(index: Index) -> None:
    block = (noisy(2500) + log([2], HEADS[0], at=50_000.0)).encode()
    stream = Endless(block, 100, b"")

    found = Reader(index).stream(stream, "x", Impatient(2_000_000))

    assert found.partial
    assert told(found, index).verdict in SPOKEN
    assert 1_000_000 < found.bytes < 3_000_000
