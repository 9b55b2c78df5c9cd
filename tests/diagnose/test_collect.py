"""Collecting: all that is given is read, versions and values are noted, mistakes are one line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from diagnose.collect import collect
from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.lookup import nearest, unknown_id
from diagnose.reading.read import BLOCK
from kb import versions
from tests.diagnose.made import DASK, HTTP2, Impatient, ranking, shares, told

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
FAILED = "Failed the last 3 attempts. Please check your environment and configuration."
LOG = "".join(
    f"2023-02-01 10:{n:02}:12,345 | INFO    | prefect.agent - step {n} done\n"
    for n in range(10, 40)
)


def test_errors_logs_and_answers_are_used_together(index: Index, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    (tmp_path / "b.log").write_text(f"10:11:12.345 | ERROR   | prefect.agent - {SEND}\n")
    given = Given(
        errors=("Agent stopped!", "It died."),
        logs=(tmp_path,),
        symptoms=("runs-stay-late",),
        no_symptoms=("on-kubernetes",),
        unknown_symptoms=("ui-shows-healthy",),
        facts=(("late_runs", "7"),),
    )

    found = collect(given, index)

    how = {f.id: (f.how, f.state) for f in found.findings.values()}
    assert how["agent-stopped"] == ("exact", "present")
    assert how["h2-send-headers-closed"] == ("exact", "present")
    assert how["runs-stay-late"] == ("answer", "present")
    assert how["on-kubernetes"] == ("answer", "absent")
    assert how["ui-shows-healthy"] == ("answer", "unknown")
    assert how["late-runs-exist"] == ("fact", "present")
    assert found.unread == {"ui-shows-healthy"}
    assert (found.events, found.logs_read, found.lines) == (31, 1, 33)
    assert found.findings["h2-send-headers-closed"].source.endswith("b.log")


@pytest.mark.parametrize(
    "given",
    [
        Given(symptoms=("runs-stay-late",), no_symptoms=("on-kubernets",)),
        Given(unknown_symptoms=("on-kubernets",)),
    ],
)
def test_an_unknown_id_names_the_nearest(index: Index, given: Given) -> None:
    with pytest.raises(
        UsageError, match=r"'on-kubernets' is no known .* \(did you mean on-kubernetes"
    ):
        collect(given, index)


def test_an_unknown_fact_and_a_wrong_version_are_said(index: Index) -> None:
    with pytest.raises(UsageError, match=r"no fact is named 'late_run' \(did you mean late_runs"):
        collect(Given(facts=(("late_run", "7"),)), index)
    with pytest.raises(UsageError, match="--prefect-version 'new' is not a version"):
        collect(Given(version="new"), index)


def test_near_misses_are_only_named_when_they_are_near(index: Index) -> None:
    assert nearest("qqqqzzzz", ["alpha", "beta"]) == ""
    assert unknown_id(index, "agent-stoped", ("signature",)).endswith("?)")


def test_an_id_of_another_kind_is_said_to_be_one(index: Index) -> None:
    with pytest.raises(
        UsageError, match="the id of an insight, not of a symptom, signature or fact"
    ):
        collect(Given(no_symptoms=("screen-session-freeze",)), index)


def test_a_symptom_that_looks_like_an_id_counts_as_words_and_the_id_is_named(index: Index) -> None:
    found = collect(Given(symptoms=("runs-stay-late", "agent-proces-gone")), index)
    (note,) = found.notes

    assert "agent-process-gone" in note
    assert "counts as plain words" in note
    assert "agent-proces-gone" in found.words
    assert collect(Given(symptoms=("the on-call agent froze", "freezes")), index).notes == []


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Starting v2.10.4 agent connected to http://127.0.0.1:4200/api...", "2.10.4"),
        (
            '  File "/opt/v/lib/python3.10/site-packages/prefect-2.8.7.dist-info/x.py", line 1',
            "2.8.7",
        ),
        ("We use Prefect 2.16.3 on our machines", "2.16.3"),
        ("prefect==3.1.5", "3.1.5"),
        ("Version:             2.13.0", "2.13.0"),
        ("we upgraded to prefect 3 last week", "3"),
    ],
)
def test_versions_are_read_from_what_was_given(index: Index, text: str, version: str) -> None:
    assert version in collect(Given(errors=(text,)), index).versions


@pytest.mark.parametrize(
    "given",
    [
        Given(errors=(FAILED,), version="3.1.0"),
        Given(errors=(f"Starting v3.1.0 worker\n{FAILED}",)),
        Given(errors=(f"We use Prefect 3.1.0.\n{FAILED}",)),
    ],
)
def test_a_version_rules_causes_out_with_the_reason(index: Index, given: Given) -> None:
    found = told(index, *given.errors, version=given.version)
    seen = versions.parse("3.1.0")
    assert seen is not None
    impossible = {
        row.id
        for row in index.insights()
        if row.windows and not any(versions.allows(window, seen) for window in row.windows)
    }

    ruled_out = {one.insight: one.reason for one in found.ruled_out}
    assert ruled_out.keys() == impossible
    assert {HTTP2, DASK} <= impossible
    assert not ruled_out.keys() & set(ranking(found))
    assert all("3.1.0" in reason and len(reason) > 20 for reason in ruled_out.values())


@pytest.mark.parametrize(
    "given",
    [
        Given(errors=(f"Starting v3.1.0 worker\n{SEND}",)),
        Given(errors=(FAILED,), version="3.1.0", facts=(("http2_enabled", "true"),)),
    ],
)
def test_what_proves_a_cause_possible_beats_the_version(index: Index, given: Given) -> None:
    found = told(index, *given.errors, version=given.version, facts=given.facts)

    assert HTTP2 not in {one.insight for one in found.ruled_out}
    assert DASK in {one.insight for one in found.ruled_out}
    assert ranking(found)[0] == HTTP2


def test_a_given_version_beats_the_ones_that_were_read(index: Index) -> None:
    assert collect(Given(errors=("prefect 2.8.7",), version="3.x"), index).versions == ["3.x"]


def test_the_order_of_logs_does_not_matter(index: Index, tmp_path: Path) -> None:
    names = ("a.log", "b.log", "c.log")
    texts = (LOG, f"2023-02-01 10:11:12,345 | ERROR | prefect.agent - {SEND}\n", "Agent stopped!\n")
    for name, text in zip(names, texts, strict=True):
        (tmp_path / name).write_text(text)
    paths = [tmp_path / name for name in names]

    one, other = told(index, logs=tuple(paths)), told(index, logs=tuple(reversed(paths)))

    assert shares(one) == shares(other)
    assert one.verdict == other.verdict


@pytest.mark.parametrize("times", [2, 30])
def test_a_line_repeated_with_the_same_time_does_not_matter(index: Index, times: int) -> None:
    lines = [
        f"2023-02-01 10:11:12,345 | ERROR | prefect.agent - {SEND}\n",
        "2023-02-01 10:11:13,345 | INFO | prefect.agent - Agent stopped!\n",
    ]

    once, often = told(index, "".join(lines)), told(index, "".join(line * times for line in lines))

    assert shares(once) == shares(often)
    assert [(i.text, i.count) for i in once.incidents] == [
        (i.text, i.count) for i in often.incidents
    ]
    assert once.input.events == often.input.events


def test_only_the_time_asked_for_is_read(index: Index) -> None:
    text = "".join(
        f"2023-02-0{day}T10:11:12Z | ERROR | prefect.agent - {said}\n"
        for day, said in ((1, SEND), (3, "Agent stopped!"))
    )
    second = datetime(2023, 2, 2, tzinfo=UTC).timestamp()

    late = collect(Given(errors=(text,), since=second), index)
    early = collect(Given(errors=(text,), until=second), index)

    assert set(late.findings) & {"h2-send-headers-closed", "agent-stopped"} == {"agent-stopped"}
    assert "agent-stopped" not in early.findings
    assert early.last_event == datetime(2023, 2, 1, 10, 11, 12, tzinfo=UTC).timestamp()


def test_an_interruption_gives_what_was_read_so_far(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text(f"10:11:12.345 | ERROR   | prefect.agent - {SEND}\n{LOG * 400}")

    found = collect(Given(logs=(path,)), index, Impatient(BLOCK))

    assert found.partial
    assert "h2-send-headers-closed" in found.findings


def test_lives_that_get_shorter_are_a_fact(index: Index) -> None:
    text, now = "", 0
    for minutes in (50, 30, 8):
        for at, said in (
            (now, "Agent started! Looking for work from queue(s): default..."),
            (now + minutes, "Agent stopped!"),
        ):
            text += f"2023-02-01 1{at // 60}:{at % 60:02}:00,000 | INFO | prefect.agent - {said}\n"
        now += minutes + 1

    found = told(index, text)

    assert "agent-uptime-decreasing" in ranking(found)[:3]


def test_values_for_placeholders_are_noted(index: Index) -> None:
    run = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"

    found = collect(Given(errors=(f"Flow run '{run}' is stuck, flow_run_id={run}",)), index)

    assert found.captured.get("run-id") == [run]


def test_the_surest_sighting_is_kept_and_counted(index: Index) -> None:
    text = f"{SEND.upper()}\n\n{SEND}\n\n{SEND.lower()}"

    found = collect(Given(errors=(text,)), index).findings["h2-send-headers-closed"]

    assert (found.how, found.line, found.count) == ("exact", 3, 3)
    assert ranking(told(index, text))[0] == HTTP2


STARTED = "Starting v2.8.1 agent connected to http://127.0.0.1:4200/api..."
STREAM = "Agent started! Looking for work from queue(s): default..."


@pytest.mark.parametrize(("said", "differs"), [("2.8", False), ("2.8.1", False), ("3.4", True)])
def test_a_version_that_is_not_the_one_read_is_said(
    index: Index, said: str, *, differs: bool
) -> None:
    found = collect(Given(errors=(STARTED,), version=said), index)

    assert found.versions == [said]
    assert any("names version 2.8.1" in note for note in found.notes) == differs


def test_who_prints_a_line_is_said_while_no_version_is_known(index: Index) -> None:
    assert any(
        "printed by versions" in note for note in collect(Given(errors=(STREAM,)), index).notes
    )
    both = collect(Given(errors=(f"{STARTED}\n{STREAM}",)), index)
    assert (both.versions, both.notes) == (["2.8.1"], [])
