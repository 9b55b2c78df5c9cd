"""Log records: the formats that are known, and that what is not known is never an error."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.reading.heads import parse
from diagnose.reading.read import Line
from diagnose.reading.records import MAX_LINES, records
from diagnose.reading.stamps import YEARLESS, dated, json_seconds
from tests.diagnose.made import one, recorded

AT = datetime(2023, 2, 1, 10, 11, 12, tzinfo=UTC).timestamp()
CLOCK = 10 * 3600 + 11 * 60 + 12
FEB_1 = YEARLESS + 31 * 86_400 + CLOCK


@pytest.mark.parametrize(
    ("line", "text", "time", "level", "logger"),
    [
        ("10:11:12.345 | ERROR   | prefect.agent - it failed", "it failed", CLOCK + 0.345, "ERROR", "prefect.agent"),
        ("10:11:12.345 | INFO    | Flow run 'blue-fox' - it's on - so", "it's on - so", CLOCK + 0.345, "INFO", "Flow run 'blue-fox'"),
        ("2023-02-01 10:11:12,345 | WARNING | prefect.server.x - slow", "slow", AT + 0.345, "WARNING", "prefect.server.x"),
        ("[2023-02-01 10:11:12,345] INFO - agent | Waiting for flow runs...", "Waiting for flow runs...", AT + 0.345, "INFO", "agent"),
        ("[2023-02-01 10:11:12+0000] ERROR - prefect.CloudFlowRunner | died", "died", AT, "ERROR", "prefect.CloudFlowRunner"),
        ("2023-02-01 10:11:12,345 - distributed.nanny - WARNING - Restarting worker", "Restarting worker", AT + 0.345, "WARNING", "distributed.nanny"),
        ("2023-02-01 10:11:12,345 INFO exited: agent (exit status 1; not expected)", "exited: agent (exit status 1; not expected)", AT + 0.345, "INFO", ""),
        ("2023-02-01T10:11:12Z something", "something", AT, "", ""),
        ("2023-02-01T12:11:12+02:00 something", "something", AT, "", ""),
        ("2023-02-01T05:11:12.5-0500 something", "something", AT + 0.5, "", ""),
        ("2023/02/01 10:11:12 [error] 7#7: upstream", "[error] 7#7: upstream", AT, "", ""),
        ("Feb  1 10:11:12 host-1 prefect[77]: it failed", "it failed", FEB_1, "", "prefect"),
        ("Feb  1 10:11:12 h agent@1.service[77]: 10:11:12.345 | ERROR   | prefect.agent - it failed", "it failed", FEB_1, "ERROR", "prefect.agent"),
        ("2023-02-01T10:11:12+0000 host prefect[77]: it failed", "it failed", AT, "", "prefect"),
        ("2023-02-01T10:11:12.123456789Z stderr F 10:11:12.345 | ERROR   | prefect.agent - it failed", "it failed", AT + 0.123456, "ERROR", "prefect.agent"),
        ("2023-02-01T10:11:12.123456789Z stdout F plain", "plain", AT + 0.123456, "", ""),
        ("2023-02-01T10:11:12.5Z 10:11:12.345 | INFO    | prefect.worker - hi", "hi", AT + 0.5, "INFO", "prefect.worker"),
        ("[pod/prefect-agent-7d4/agent] 10:11:12.345 | ERROR   | prefect.agent - it failed", "it failed", CLOCK + 0.345, "ERROR", "prefect.agent"),
        ("agent-1  | 10:11:12.345 | ERROR   | prefect.agent - it failed", "it failed", CLOCK + 0.345, "ERROR", "prefect.agent"),
        ("stack_agent_1 | 2023-02-01 10:11:12,345 | ERROR | prefect.agent - it failed", "it failed", AT + 0.345, "ERROR", "prefect.agent"),
        ("ERROR:prefect.agent:it failed", "it failed", None, "ERROR", "prefect.agent"),
        ("INFO:     Started server process [1]", "Started server process [1]", None, "INFO", ""),
        (">   10:11:12.345 | ERROR   | prefect.agent - it failed", "it failed", CLOCK + 0.345, "ERROR", "prefect.agent"),
        ("    10:11:12.345 | CRITICAL | prefect - down", "down", CLOCK + 0.345, "CRITICAL", "prefect"),
    ],
)  # fmt: skip
def test_formats(line: str, text: str, time: float | None, level: str, logger: str) -> None:
    record = one(line)

    assert record.text == text
    assert record.time == (None if time is None else pytest.approx(time, abs=1e-3))
    assert (record.level, record.logger, record.header) == (level, logger, True)


@pytest.mark.parametrize(
    ("data", "time", "level", "logger"),
    [
        ({"time": "2023-02-01T10:11:12Z", "level": "error", "message": "it failed", "name": "a.b"}, AT, "ERROR", "a.b"),
        ({"ts": AT, "levelname": "WARN", "msg": "it failed"}, AT, "WARNING", ""),
        ({"timestamp": AT * 1000, "severity": "fatal", "text": "it failed"}, AT, "CRITICAL", ""),
        ({"__REALTIME_TIMESTAMP": str(int(AT * 1e6)), "PRIORITY": "3", "MESSAGE": "it failed", "_SYSTEMD_UNIT": "agent.service"}, AT, "ERROR", "agent.service"),
        ({"log": "10:11:12.345 | ERROR   | prefect.agent - it failed\n", "stream": "stderr", "time": "2023-02-01T10:11:12Z"}, AT, "ERROR", "prefect.agent"),
        ({"MESSAGE": "10:11:12.345 | ERROR   | prefect.agent - it failed", "PRIORITY": "6", "__REALTIME_TIMESTAMP": str(int(AT * 1e6)), "SYSLOG_IDENTIFIER": "prefect"}, AT, "ERROR", "prefect.agent"),
    ],
)  # fmt: skip
def test_json_lines(data: dict[str, object], time: float, level: str, logger: str) -> None:
    record = one(json.dumps(data))

    assert record.text == "it failed"
    assert record.time == pytest.approx(time)
    assert (record.logger, record.header) == (logger, True)
    assert record.level == level


def test_a_traceback_in_json_is_part_of_the_record() -> None:
    data = {"message": "it failed", "level": "error", "exc_info": "Traceback ...\nKeyError: 'x'"}

    assert one(json.dumps(data)).text == "it failed\nTraceback ...\nKeyError: 'x'"


@pytest.mark.parametrize(
    "text",
    ["{}", "{", "[1, 2]", '{"a": 1}', "[" * 5000, "{" * 5000, '{"message": 7}', "cannot find a heartbeat",
     "25:61:61 x", "2023-99-99 10:11:12 x", "Feb 30 10:11:12 host unit[1]: x"],
)  # fmt: skip
def test_what_is_not_recognised_is_a_message(text: str) -> None:
    (record,) = recorded(text)

    assert record.time is None
    assert record.text.strip()


@given(st.text(max_size=300))
def test_any_line_can_be_parsed(text: str) -> None:
    head = parse(text)

    assert head.found or text.endswith(head.text)


STAMPS = st.sampled_from(
    [
        "10:11:12.345 | ",
        "2023-02-01 10:11:12 ",
        "Feb  1 10:11:12 h u[1]: ",
        '{"message": ',
        "[",
        "> ",
    ]
)


@given(st.lists(st.tuples(STAMPS, st.text(max_size=40)).map("".join), max_size=12))
def test_no_line_is_lost_and_none_is_read_twice(texts: list[str]) -> None:
    lines = [Line("x", n, text.replace("\n", " ")) for n, text in enumerate(texts, 1)]

    found = [line.number for record in records(lines) for line in record.lines]

    kept = [line.number for line in lines]
    assert found == sorted(set(found))
    assert set(found) <= set(kept)
    assert all(not lines[n - 1].text.strip() for n in set(kept) - set(found))


TRACEBACK = """\
10:11:12.345 | ERROR   | prefect.agent - it failed
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    run()
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "C:\\\\Users\\\\me\\\\b.py", line 2, in run
httpx.ConnectError: All connection attempts failed
10:11:13.345 | INFO    | prefect.agent - goes on
"""


def test_a_traceback_belongs_to_the_record_above_it() -> None:
    first, second = recorded(TRACEBACK)

    assert len(first.lines) == 11
    assert first.lines[-1].text == "httpx.ConnectError: All connection attempts failed"
    assert (first.line, second.line, second.text) == (1, 12, "goes on")


def test_a_traceback_without_a_head_is_one_record() -> None:
    text = "\n".join(TRACEBACK.splitlines()[1:-1])

    assert len(recorded(text)) == 1


@pytest.mark.parametrize("indent", ["    ", "\t", "> ", "  | "])
def test_an_indented_paste_is_read_like_any_other(indent: str) -> None:
    pasted = "\n".join(indent + line for line in TRACEBACK.splitlines())

    found = recorded(pasted)

    assert any("httpx.ConnectError" in line.text for line in found[0].lines)


@pytest.mark.parametrize(
    "prefix",
    ["Feb  1 10:11:12 host prefect[77]: ", "2023-02-01T10:11:12+0000 host prefect[77]: ",
     "2023-02-01T10:11:12.123456789Z stderr F ", "2023-02-01T10:11:12.123456789Z ", "agent-1  | ",
     "[pod/prefect-agent-7d4/agent] "],
)  # fmt: skip
def test_a_traceback_stays_whole_when_every_line_has_a_prefix(prefix: str) -> None:
    first, second = recorded("\n".join(prefix + line for line in TRACEBACK.splitlines()))

    assert [line.text for line in first.lines] == ["it failed", *TRACEBACK.splitlines()[1:-1]]
    assert (first.level, second.text) == ("ERROR", "goes on")


def test_a_traceback_stays_whole_when_every_line_is_json() -> None:
    lines = [
        json.dumps({"log": f"{line}\n", "stream": "stderr"}) for line in TRACEBACK.splitlines()
    ]

    first, second = recorded("\n".join(lines))

    assert first.lines[-1].text == "httpx.ConnectError: All connection attempts failed"
    assert second.text == "goes on"


def test_records_of_structured_logs_are_not_joined() -> None:
    texts = ["Traceback (most recent call last): a", "KeyError: 'x'"]

    found = recorded("\n".join(json.dumps({"level": "error", "message": text}) for text in texts))

    assert [record.text for record in found] == texts


def test_an_exception_group_is_one_record() -> None:
    text = """\
  + Exception Group Traceback (most recent call last):
  |   File "a.py", line 3, in main
  | ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "b.py", line 9, in x
    | httpx.ReadTimeout
    +---------------- 2 ----------------
    | KeyError: 'x'
    +------------------------------------"""

    assert len(recorded(text)) == 1


def test_sentences_are_records_of_their_own() -> None:
    assert [record.text for record in recorded("It died.\nNobody knows why.")] == [
        "It died.", "Nobody knows why.",
    ]  # fmt: skip
    assert not any(record.header for record in recorded("It died.\nNobody knows why."))


def test_a_record_keeps_a_bounded_number_of_lines() -> None:
    text = "10:11:12.345 | ERROR   | a - b\n" + "  more\n" * (3 * MAX_LINES)

    assert max(len(record.lines) for record in recorded(text)) == MAX_LINES


def test_sources_do_not_run_into_each_other() -> None:
    lines = [Line("a", 1, "10:11:12.345 | ERROR   | x - y"), Line("b", 1, "  continued")]

    assert [record.source for record in records(lines)] == ["a", "b"]


def test_an_interruption_gives_what_was_read_and_goes_on_up() -> None:
    def interrupted() -> object:
        yield Line("a", 1, "10:11:12.345 | ERROR   | x - y")
        raise KeyboardInterrupt

    found = records(interrupted())  # type: ignore[arg-type]

    assert next(found).text == "y"
    with pytest.raises(KeyboardInterrupt):
        next(found)


@pytest.mark.parametrize(
    ("day", "until", "year"),
    [((3, 1), (2024, 3, 2), 2024), ((12, 31), (2024, 1, 5), 2023), ((2, 29), (2027, 1, 1), 2024)],
)
def test_a_time_without_a_year_is_the_last_such_day(
    day: tuple[int, int], until: tuple[int, int, int], year: int
) -> None:
    time = datetime(1972, *day, tzinfo=UTC).timestamp()

    found = dated(time, datetime(*until, tzinfo=UTC).timestamp())

    assert datetime.fromtimestamp(found, UTC) == datetime(year, *day, tzinfo=UTC)
    assert dated(AT, None) == AT


def test_without_such_a_day_in_the_calendar_a_time_stays_as_it_is() -> None:
    until = datetime(1, 1, 1, tzinfo=UTC).timestamp()

    assert dated(FEB_1, datetime(3, 1, 1, tzinfo=UTC).timestamp()) < until + 3 * 366 * 86_400
    assert dated(FEB_1, until) == FEB_1


@pytest.mark.parametrize(
    "stamp",
    [
        "12:30", "10:15:30:500", "10:11:nan", "10:11:inf", "2024-01-01 00:00:nan", "-1:-1:-1",
        "2024-01-01 00:-1:00", "9999-12-31T23:59:59.99999999Z",
    ],
)  # fmt: skip
def test_what_names_no_time_is_none(stamp: str) -> None:
    assert json_seconds(stamp) is None
    assert one(json.dumps({"time": stamp, "message": "it failed"})).time is None
