from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.diagnosis import diagnose
from diagnose.errors import UsageError
from diagnose.followup.reread import reread
from diagnose.followup.saved import load, parse
from diagnose.followup.verified import lines
from diagnose.followup.verify import RESOLVED, STILL, UNTOLD, Verification, verify
from diagnose.given import Given
from diagnose.report.data import as_dict
from diagnose.report.jsontext import dumps
from tests.diagnose.made import CLOSED_AT, HTTP2, WORK_AT

if TYPE_CHECKING:
    from kb.index import Index


def report(index: Index, given: Given) -> str:
    return dumps(as_dict(diagnose(given, index)))


def judged(index: Index, saved: str, given: Given = Given()) -> Verification:  # noqa: B008 (immutable)
    read = parse(saved, "report.json")
    return verify(read, reread(read, given, index), index)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "agent.log"
    path.write_text(
        WORK_AT.format("10:00") + CLOSED_AT.format("10:10") + "Agent stopped!\n", encoding="utf-8"
    )
    return path


BEATLESS_AT = "2024-05-01 {}:00,000 | ERROR   | prefect.agent - cannot find a heartbeat\n"


def work(log: Path, hour: int, count: int) -> None:
    with log.open("a", encoding="utf-8") as stream:
        stream.writelines(WORK_AT.format(f"{hour}:{minute:02}") for minute in range(count))


def test_a_log_that_goes_on_without_it_is_resolved(index: Index, log: Path) -> None:
    saved = report(index, Given(logs=(log,)))
    work(log, 11, 20)
    found = judged(index, saved)

    assert [(c.insight, c.state) for c in found.causes] == [(HTTP2, RESOLVED)]
    assert found.all_resolved
    assert "1 of 1 resolved; 20 log records" in lines(found)[-1]


def test_the_same_line_again_is_still_there(index: Index, log: Path) -> None:
    saved = report(index, Given(logs=(log,)))
    work(log, 11, 20)
    with log.open("a", encoding="utf-8") as stream:
        stream.write(CLOSED_AT.format("12:00"))
    found = judged(index, saved)

    assert [c.state for c in found.causes] == [STILL]
    assert "SEND_HEADERS" in found.causes[0].why
    assert not found.all_resolved


def test_a_log_that_hardly_went_on_cannot_tell(index: Index, log: Path) -> None:
    saved = report(index, Given(logs=(log,)))
    found = judged(index, saved)
    assert found.causes[0].state == UNTOLD
    assert found.causes[0].why == "the log has no record since the fix"


def test_what_came_every_hours_is_not_gone_after_minutes(index: Index, log: Path) -> None:
    with log.open("a", encoding="utf-8") as stream:
        stream.write(CLOSED_AT.format("14:10"))
    saved = report(index, Given(logs=(log,)))
    work(log, 15, 20)
    found = judged(index, saved)

    assert found.causes[0].state == UNTOLD
    assert "used to come every 4 h" in found.causes[0].why
    work(log, 20, 20)
    assert judged(index, saved).causes[0].state == RESOLVED


def test_since_leaves_out_what_came_before_the_fix(index: Index, log: Path) -> None:
    saved = report(index, Given(logs=(log,)))
    with log.open("a", encoding="utf-8") as stream:
        stream.write(CLOSED_AT.format("11:00"))
    work(log, 12, 20)

    assert judged(index, saved).causes[0].state == STILL
    noon = 1714564800.0
    assert judged(index, saved, Given(since=noon)).causes[0].state == RESOLVED


def test_a_log_whose_times_have_no_year_is_read_on(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "syslog"
    syslog = "Nov 28 {}:{:02} host prefect[12]: {}\n"
    error = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
    path.write_text("".join(syslog.format("10:00", n, error) for n in range(2)), encoding="utf-8")
    saved = report(index, Given(logs=(path,)))
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(syslog.format(f"12:{n:02}", 0, "Submitting") for n in range(8))
    last = parse(saved, "report.json").last_event

    assert last is not None
    assert judged(index, saved).span.records == 8
    assert judged(index, saved, Given(since=last + 3600)).span.records == 8
    assert judged(index, saved, Given(since=last + 7200)).span.records == 7


def test_a_log_without_dates_cannot_tell_unless_it_is_new(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "undated.log"
    path.write_text(
        "h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED\n",
        encoding="utf-8",
    )
    saved = report(index, Given(logs=(path,)))
    found = judged(index, saved)
    assert found.causes[0].state == UNTOLD
    assert "names no dates" in found.causes[0].why

    later = tmp_path / "later.log"
    work(later, 11, 20)
    assert judged(index, saved, Given(logs=(later,))).causes[0].state == RESOLVED


def test_answers_are_asked_for_anew_and_never_assumed(index: Index) -> None:
    saved = report(index, Given(symptoms=("resumes-on-attach", "in-terminal-multiplexer")))

    assert judged(index, saved).causes[0].state == UNTOLD
    gone = judged(index, saved, Given(no_symptoms=("resumes-on-attach",)))
    assert gone.causes[0].state == RESOLVED
    still = judged(index, saved, Given(symptoms=("resumes-on-attach",)))
    assert still.causes[0].state == STILL


def test_without_a_log_no_records_are_counted(index: Index) -> None:
    saved = report(index, Given(symptoms=("resumes-on-attach",)))
    found = judged(index, saved, Given(no_symptoms=("resumes-on-attach",)))

    assert lines(found)[-1] == "1 of 1 resolved"


def test_what_only_words_spoke_for_is_to_be_said_anew(index: Index) -> None:
    words = "the agent in my screen session freezes until I attach to it"
    data = json.loads(report(index, Given(errors=(words,))))
    for cause in data["causes"]:
        cause["evidence"] = [e for e in cause["evidence"] if e["finding"] == "description"]
    found = judged(index, json.dumps(data))

    assert [c.state for c in found.causes] == [UNTOLD] * len(found.causes)
    assert found.causes[0].why.startswith("only its description in words spoke for it; say what")
    assert found.causes[0].left == ()


def test_a_cause_that_came_since_is_new(index: Index, log: Path) -> None:
    saved = report(index, Given(logs=(log,)))
    work(log, 11, 20)
    found = judged(index, saved, Given(symptoms=("resumes-on-attach", "in-terminal-multiplexer")))

    assert found.causes[0].state == RESOLVED
    assert found.new == ("screen-session-freeze",)
    assert not found.all_resolved


@pytest.mark.parametrize(
    "printed",
    [
        "[2024-05-01 11:{:02}:00,000] {{taskinstance.py:1225}} INFO - Marking task as SUCCESS\n",
        "2024-05-01 11:{:02}:00 GET /index.html 200\n",
    ],
)
def test_a_log_of_another_product_proves_nothing(
    index: Index, log: Path, tmp_path: Path, printed: str
) -> None:
    other = tmp_path / "other.log"
    other.write_text("".join(printed.format(n) for n in range(50)), encoding="utf-8")
    found = judged(index, report(index, Given(logs=(log,))), Given(logs=(other,)))

    assert found.causes[0].state == UNTOLD
    assert "names nothing of this base's products" in found.causes[0].why


def test_another_cause_in_the_log_may_hide_it(index: Index, log: Path) -> None:
    saved = report(index, Given(logs=(log,)))
    work(log, 11, 20)
    with log.open("a", encoding="utf-8") as stream:
        for minute in range(20):
            stream.write(BEATLESS_AT.format(f"12:{minute:02}"))
    found = judged(index, saved)

    assert found.new
    assert found.causes[0].state == UNTOLD
    assert f"tells of {found.new[0]} now" in found.causes[0].why


def test_what_is_older_than_the_fix_proves_nothing(index: Index, log: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.log"
    with old.open("w", encoding="utf-8") as stream:
        stream.writelines(
            f"2020-01-01 10:{n:02}:01.000 | INFO    | prefect.agent - step {n}\n" for n in range(50)
        )
    found = judged(index, report(index, Given(logs=(log,))), Given(logs=(old,)))

    assert (found.causes[0].state, found.span.records) == (UNTOLD, 0)


def test_another_way_to_write_the_path_is_no_new_log(index: Index, log: Path) -> None:
    saved = report(index, Given(logs=(log,)))
    same = log.parent / ".." / log.parent.name / log.name
    found = judged(index, saved, Given(logs=(same,)))

    assert (found.causes[0].state, found.span.records) == (UNTOLD, 0)


def test_a_report_without_a_likely_cause_has_nothing_to_verify(index: Index) -> None:
    with pytest.raises(UsageError, match="no likely cause"):
        judged(index, report(index, Given(errors=("something else",))))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"verdict": 1}', '{"diagnosis": 3}', "[" * 5000]
)
def test_what_is_no_report_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, "r.json")
    assert str(caught.value).startswith("r.json: is no saved result")


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z"])
def test_a_report_with_a_time_beyond_the_calendar_is_refused(
    index: Index, log: Path, moment: str
) -> None:
    data = json.loads(report(index, Given(logs=(log,))))
    data["input"]["last_event"] = moment
    with pytest.raises(UsageError, match="is no saved result"):
        parse(json.dumps(data), "r.json")


def test_a_report_with_an_endless_count_is_refused(index: Index, log: Path) -> None:
    data = json.loads(report(index, Given(logs=(log,))))
    data["incidents"][0]["count"] = float("inf")
    with pytest.raises(UsageError, match="is no saved result"):
        parse(json.dumps(data), "r.json")


def test_a_log_whose_name_cannot_be_one_is_left_out(index: Index, log: Path) -> None:
    data = json.loads(report(index, Given(logs=(log,))))
    data["input"]["logs"] = ["n" * 300]
    assert judged(index, json.dumps(data)).causes[0].state == UNTOLD


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["verdict", "causes", "input", "incidents", "logs", "evidence", "confidence"]
                ),
                inner,
            )
        ),
        max_leaves=30,
    )
)
def test_any_json_is_read_or_refused(data: object) -> None:
    try:
        parse(json.dumps(data), "r.json")
    except UsageError as error:
        said = str(error)
    else:
        return
    assert "r.json" in said


def test_circumstances_that_stay_do_not_keep_a_cause_there(index: Index) -> None:
    """Where the output goes to was evidence, and is the same after the cure."""
    facts = (("agent_stdout", "file"), ("api_reachable", "true"), ("queue_last_poll_age_s", "900"))
    saved = report(index, Given(facts=(*facts, ("agent_process_state", "stopped"))))
    mended = (*facts[:2], ("queue_last_poll_age_s", "3"), ("agent_process_state", "sleeping"))

    found = judged(index, saved, Given(facts=mended))

    assert [cause.state for cause in found.causes] == [RESOLVED], lines(found)


INFO_AT = "2024-05-{:02} {}:00,{:03} | INFO    | prefect.agent - Checking for scheduled flow runs\n"


def test_what_came_once_in_days_is_not_gone_after_milliseconds(index: Index, log: Path) -> None:
    error = CLOSED_AT.format("11:00").replace("2024-05-01", "2024-05-09")
    log.write_text("".join(INFO_AT.format(n, "10:00", 0) for n in range(1, 10)) + error)
    saved = report(index, Given(logs=(log,)))
    with log.open("a") as stream:
        stream.writelines(INFO_AT.format(9, "11:30", n) for n in range(6))
    found = judged(index, saved)

    assert found.causes[0].state == UNTOLD
    assert "covers less than 1 s since the fix, and before it came once in 8 days" in (
        found.causes[0].why
    )
    with log.open("a") as stream:
        stream.write(INFO_AT.format(20, "11:30", 0))
    assert judged(index, saved).causes[0].state == RESOLVED


def test_a_new_log_must_cover_time_after_what_was_seen_once(
    index: Index, log: Path, tmp_path: Path
) -> None:
    saved = report(index, Given(logs=(log,)))
    later = tmp_path / "later.log"
    later.write_text("".join(INFO_AT.format(9, "11:30", n) for n in range(6)))
    found = judged(index, saved, Given(logs=(later,)))

    assert found.causes[0].state == UNTOLD
    assert "too little for what was seen once: wait for 10 min" in found.causes[0].why


def test_a_log_that_is_gone_is_said_to_be(index: Index, log: Path) -> None:
    saved = report(index, Given(logs=(log,)))
    log.unlink()
    (cause,) = judged(index, saved).causes

    assert cause.state == UNTOLD
    assert cause.why == f"{log} cannot be found; give what was written since the fix with --log"


def test_a_report_of_standard_input_says_that_it_cannot_be_read_again(
    index: Index, log: Path
) -> None:
    data = json.loads(report(index, Given(logs=(log,))))
    data["input"]["logs"] = ["stdin"]
    (cause,) = judged(index, json.dumps(data)).causes

    assert cause.why.startswith("standard input cannot be read again; give")


def test_a_relative_log_is_found_from_the_folder_of_the_report(
    index: Index, log: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(log.parent)
    (log.parent / "report.json").write_text(report(index, Given(logs=(Path(log.name),))), "utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    work(log, 11, 20)
    saved = load(log.parent / "report.json")

    assert verify(saved, reread(saved, Given(), index), index).all_resolved


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are not text")
def test_a_log_whose_name_is_not_utf_8_is_read_again(index: Index, log: Path) -> None:
    odd = log.rename(log.parent / os.fsdecode(b"bad\xff.log"))
    saved = report(index, Given(logs=(odd,)))
    work(odd, 11, 20)

    assert judged(index, saved).all_resolved


def test_a_bad_file_in_the_folder_of_a_report_leaves_it_open(index: Index, log: Path) -> None:
    folder = log.parent / "logs"
    folder.mkdir()
    log = log.rename(folder / "agent.log")
    saved = report(index, Given(logs=(folder,)))
    work(log, 11, 20)
    (folder / "b.log").write_bytes(b"\x7fELF\x02\x01\0\0\0")
    (cause,) = judged(index, saved).causes

    assert cause.state == UNTOLD
    assert "b.log: looks like a binary file" in cause.why


def test_what_the_user_says_is_gone_is_named_where_it_does_not_decide(index: Index) -> None:
    saved = report(index, Given(symptoms=("resumes-on-attach", "in-terminal-multiplexer")))
    (cause,) = judged(index, saved, Given(no_symptoms=("in-terminal-multiplexer",))).causes

    assert cause.state == UNTOLD
    assert cause.why.startswith("gone, but not what spoke for it most: ")


def test_records_without_dates_are_said_to_have_none(
    index: Index, log: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later.log"
    later.write_text("".join(f"INFO:prefect.agent:step {n}\n" for n in range(20)))
    found = judged(index, report(index, Given(logs=(log,))), Given(logs=(later,)))

    assert lines(found)[-1].endswith("20 log records without dates")
