"""Incidents are counted with first and last time; the course of time is read from the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.collect import collect
from diagnose.given import Given
from diagnose.matching.match import Matcher
from diagnose.reading.course import BURST, GAP, Course
from diagnose.reading.incidents import Gathered, Link, chain, telling
from diagnose.reading.records import Record
from tests.diagnose.made import one, recorded

if TYPE_CHECKING:
    from diagnose.reading.incidents import Incident
    from kb.index import Index

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
CHAIN = f"""\
10:11:12.345 | ERROR   | prefect.agent - it failed
Traceback (most recent call last):
  File "a.py", line 1, in <module>
h2.exceptions.ProtocolError: {SEND}

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "b.py", line 2, in run
httpcore.LocalProtocolError: {SEND}

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "c.py", line 3, in run
KeyError: 'run'
"""
GROUP = """\
10:11:12.345 | ERROR   | prefect.worker - it failed
  + Exception Group Traceback (most recent call last):
  |   File "a.py", line 3, in main
  | ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "b.py", line 9, in x
    | httpx.ConnectError: All connection attempts failed
    +---------------- 2 ----------------
    | Traceback (most recent call last):
    | KeyError: 'x'
    +------------------------------------
"""


def gathered(index: Index, text: str) -> list[Incident]:
    return collect(Given(errors=(text,)), index).incidents


def test_a_chain_holds_every_link_in_order() -> None:
    assert [link.name for link in chain(one(CHAIN))] == [
        "h2.exceptions.ProtocolError", "httpcore.LocalProtocolError", "KeyError",
    ]  # fmt: skip


def test_a_group_holds_its_members() -> None:
    assert [str(link) for link in chain(one(GROUP))] == [
        "ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)",
        "httpx.ConnectError: All connection attempts failed",
        "KeyError: 'x'",
    ]


def test_the_link_that_says_most_is_told(index: Index) -> None:
    leaks = {row.id: row.leak for row in index.findings("signature")}
    matcher = Matcher(index)
    for text, told in ((CHAIN, SEND), (GROUP, "All connection attempts failed")):
        record = one(text)
        assert told in telling(chain(record), matcher.hits(record), leaks)


def test_without_signatures_the_concrete_link_is_told() -> None:
    links = [
        Link("KeyError", "'x'"),
        Link("my.module.OddError", "it is odd"),
        Link("OtherError", ""),
    ]

    assert telling(links, [], {}) == "my.module.OddError: it is odd"
    assert telling([], [], {}) == ""


def test_a_chain_is_one_incident(index: Index) -> None:
    (incident,) = gathered(index, CHAIN)

    assert incident.count == 1
    assert SEND in incident.text
    assert len(incident.chain) == 3
    assert {"h2-send-headers-closed", "h2-protocol-error"} <= set(incident.signatures)
    assert not incident.unexplained


def test_what_says_the_same_is_counted_with_first_and_last_time(index: Index) -> None:
    text = "".join(
        f"2023-02-01 10:{minute}:12,345 | ERROR | prefect.agent - run {minute} failed oddly\n"
        for minute in (11, 25, 47)
    )

    (incident,) = gathered(index, text)

    assert incident.count == 3
    assert incident.first is not None
    assert incident.last is not None
    assert incident.last - incident.first == 36 * 60
    assert incident.lines == (1, 3)
    assert incident.unexplained


def test_different_errors_are_different_incidents(index: Index) -> None:
    text = CHAIN + GROUP + "10:12:12.345 | INFO    | prefect.agent - all is well\n"

    assert len(gathered(index, text)) == 2


EVENTS = st.lists(
    st.tuples(st.integers(10, 59), st.sampled_from(["it failed oddly", "another thing broke"])),
    min_size=1,
    max_size=8,
    unique=True,
)


@given(EVENTS, st.integers(2, 3))
def test_what_is_said_again_at_the_same_time_is_no_further_event(
    said: list[tuple[int, str]], times: int
) -> None:
    def heard(times: int) -> list[Record]:
        found = Course()
        lines: list[str] = []
        for minute in sorted({minute for minute, _ in said}):
            lines += [
                f"2023-02-01 10:{minute}:12 | ERROR | a.b - {t}" for m, t in said if m == minute
            ] * times
        return [record for record in recorded("\n".join(lines)) if not found.repeats(record)]

    assert [r._replace(line=0, lines=()) for r in heard(times)] == [
        r._replace(line=0, lines=()) for r in heard(1)
    ]
    assert len(heard(1)) == len(said)


def test_a_repeated_line_is_counted_once(index: Index) -> None:
    line = "2023-02-01 10:11:12 | ERROR | a.b - it failed oddly\n"

    assert [i.count for i in gathered(index, line * 5)] == [1]
    assert [i.count for i in gathered(index, line + line.replace(":12 ", ":13 "))] == [2]


def test_too_many_kinds_are_cut_and_said(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnose.reading.incidents.MOST", 2)
    found = Gathered({})
    words = ("alpha", "beta", "gamma")
    for record in recorded(
        "".join(f"10:1{n}:12.3 | ERROR | x - {w}\n" for n, w in enumerate(words))
    ):
        found.add(record, [])

    assert len(found.incidents()) == 2
    assert found.truncated


def course(*events: tuple[float, str]) -> Course:
    found = Course()
    for time, mark in events:
        found.add(
            Record("s", 1, time, "INFO", "", True, one("10:11:12.3 | INFO | x - y").lines), mark
        )
    return found


def lives(*lengths: float) -> Course:
    events, now = [], 1e9
    for length in lengths:
        events += [(now, "start"), (now + length, "end")]
        now += length + 60
    return course(*events)


@pytest.mark.parametrize(
    ("lengths", "shrinking"),
    [
        ((3600, 1800, 600), True),
        ((3600, 3000, 1500, 200), True),
        ((600, 1800, 3600), False),
        ((3600, 3590, 3600), False),
        ((3600, 600), None),
        ((), None),
    ],
)
def test_lives_that_get_shorter_are_noticed(
    lengths: tuple[float, ...], shrinking: bool | None
) -> None:
    assert lives(*lengths).shrinking() is shrinking
    assert lives(*lengths).uptimes() == pytest.approx(list(lengths))


def test_a_start_without_an_end_begins_a_new_life() -> None:
    assert course((1e9, "start"), (1e9 + 900, "start"), (1e9 + 1000, "start")).uptimes() == [
        900,
        100,
    ]


@pytest.mark.parametrize(
    ("marks", "running"),
    [(["start", "end"], False), (["start", "end", "start"], True), (["start"], None), ([], None)],
)
def test_whether_it_runs_at_the_end(marks: list[str], running: bool | None) -> None:
    assert course(*((1e9 + n, mark) for n, mark in enumerate(marks))).running() is running


def ticks(start: float, step: float, count: int) -> list[tuple[float, str]]:
    return [(start + n * step, "") for n in range(count)]


@pytest.mark.parametrize(
    ("events", "burst"),
    [
        ([*ticks(1e9, 10, 20), *ticks(1e9 + 200 + 2 * GAP, 1, BURST + 1)], True),
        ([*ticks(1e9, 10, 20), *ticks(1e9 + 200 + 2 * GAP, 60, BURST + 1)], False),
        ([*ticks(1e9, 10, 20), *ticks(1e9 + 200 + GAP / 2, 1, BURST + 1)], False),
        (ticks(1e9, 300, 50), False),
        (ticks(1e9, 1, 50), False),
    ],
)
def test_a_gap_and_then_a_burst_is_noticed(events: list[tuple[float, str]], burst: bool) -> None:
    assert course(*events).gap_then_burst is burst


def test_times_of_day_go_past_midnight() -> None:
    found = course((86_000, "start"), (500, "end"))

    assert found.uptimes() == [pytest.approx(900)]


def test_a_time_without_a_year_is_dated_as_the_last_event_is(index: Index) -> None:
    text = "Nov 28 10:00:00 host prefect[12]: ERROR   | prefect.agent - it failed\n" * 2
    end_of_2024 = 1_735_603_200.0
    evidence = collect(Given(errors=(text,), until=end_of_2024), index)

    (incident,) = evidence.incidents
    assert incident.first == incident.last == evidence.last_event == 1_732_788_000.0
