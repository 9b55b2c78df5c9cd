from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.checks.interpret import interpret, outcomes_of
from diagnose.checks.outputs import MOST_OUTPUT

if TYPE_CHECKING:
    from kb.index import Index


def test_the_first_outcome_that_fits_is_chosen_with_its_finding(index: Index) -> None:
    found = interpret(index, "flow-run-ls-late", "No flow runs found.\n", 0)

    assert found.chosen is not None
    assert found.chosen.answer == "no Late runs"
    assert [(f.id, f.state, f.how) for f in found.findings] == [
        ("late-runs-exist", "absent", "fact")
    ]
    assert found.chosen.quoted == "No flow runs found."


def test_output_that_fits_nothing_says_so_and_means_nothing(index: Index) -> None:
    found = interpret(index, "flow-run-ls-late", "completely different", 0)

    assert found.chosen is None
    assert found.findings == ()
    assert "fits none of the 3 known outcomes" in found.note


def test_absence_is_never_concluded_from_a_failed_or_partial_command(index: Index) -> None:
    assert interpret(index, "who-logins", "", 0).findings[0].id == "nobody-logged-in"
    assert interpret(index, "who-logins", "", 1).findings == ()
    assert interpret(index, "who-logins", "", 0, partial=True).findings == ()


def test_ordinary_lines_say_something_only_as_output_of_a_command_that_worked(
    index: Index,
) -> None:
    usual = interpret(index, "docker-logs-tail", "an ordinary line", 0)

    assert [f.id for f in usual.findings] == ["log-just-ends", "no-errors-logged"]
    assert interpret(index, "docker-logs-tail", "", 0).findings == ()
    assert interpret(index, "docker-logs-tail", "Error: no such container", 1).findings == ()


def test_one_output_settles_a_finding_of_each_topic_that_it_tells_of(index: Index) -> None:
    output = (
        "  Loaded: loaded (/etc/systemd/system/x.service)\n  Active: failed (Result: exit-code)"
    )
    failed = interpret(index, "systemctl-status-unit", output, 3)
    unknown = interpret(index, "journalctl-unit-tail", "-- No entries --", 0)

    assert [f.id for f in failed.findings] == [
        "agent-exit-with-error", "agent-process-missing", "runs-as-systemd-service",
    ]  # fmt: skip
    assert unknown.findings == ()


def test_outcomes_that_only_a_person_can_tell_apart_are_offered_and_settle_nothing(
    index: Index,
) -> None:
    output = '{"events": [{"occurred": "2024-01-01"}]}'
    found = interpret(index, "heartbeat-events-of-run", output, 0)

    assert found.findings == ()
    assert {other.finding for other in found.others} >= {"run-heartbeat-overdue"}
    assert "pick" in found.note


def test_an_unknown_exit_status_fits_by_pattern_or_not_at_all(index: Index) -> None:
    found = interpret(index, "flow-run-ls-late", "some failure", None)

    assert found.chosen is None


def test_secrets_and_escapes_are_not_kept(index: Index) -> None:
    output = "\x1b[31mPREFECT_API_KEY='pnu_0123456789abcdef0123456789abcdef0123'\x1b[0m\nNo flow runs found."
    found = interpret(index, "flow-run-ls-late", output, 0)

    assert "pnu_0123" not in repr(found)
    assert "\x1b" not in found.output


@pytest.mark.parametrize("before", range(720, 1000, 40))
def test_no_part_of_a_secret_in_a_long_line_is_quoted(index: Index, before: int) -> None:
    secret = "pnu_" + "0123456789abcdef" * 6
    output = f"{'x' * before} {secret} No flow runs found"
    found = interpret(index, "flow-run-ls-late", output, 0)

    assert found.answer == "no Late runs"
    assert "0123456789" not in repr(found)


@pytest.mark.parametrize("command", ["journalctl-unit-tail", "docker-logs-tail"])
@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("Client error '401 Unauthorized' for url 'http://p/api'", "http-401"),
        ("Client error '403 Forbidden' for url 'http://p/api'", "http-403"),
        ("Client error '429 Too Many Requests' for url 'http://p/api'", "http-429"),
        ("Server error '502 Bad Gateway' for url 'http://p/api'", "http-502"),
        ("Failed the last 3 attempts. Please check your environment", "failed-last-3-attempts"),
        ("Agent stopped!", "agent-stopped"),
    ],
)
def test_a_line_of_a_log_settles_what_it_says_and_no_more(
    index: Index, command: str, line: str, finding: str
) -> None:
    found = interpret(index, command, f"{line}\n", 0)
    present = {one.id for one in found.findings if one.state == "present"}

    assert finding in present
    assert present <= {finding, "log-just-ends", "no-errors-logged"}
    assert finding == "agent-stopped" or "no-errors-logged" not in present


def test_an_unknown_command_is_an_error(index: Index) -> None:
    with pytest.raises(KeyError):
        interpret(index, "no-such-command", "x")


HOSTILE = (
    "a" * 3000 + " " * 900 + "\n",
    '"type": "RUNNING ' * 200 + "\n",
    '{"',
    "a\n",
    " \n",
    "\t",
    "0",
    "Started ",
    "1/1 RUNNING ",
    "work_pool_name ",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_output_neither_hangs_a_pattern_nor_says_what_is_not_in_it(
    index: Index, hostile: str
) -> None:
    output = hostile * (MOST_OUTPUT // 4 // len(hostile))
    read = [interpret(index, command, output, 0) for command, *_ in index.names("command")]

    chosen = [found.chosen for found in read if found.chosen is not None]
    assert chosen, "an outcome without a pattern fits any output"
    assert all(reading.quoted in output for reading in chosen)
    present = [one for found in read for one in found.findings if one.state == "present"]
    answers = {one.answer for found in read for one in outcomes_of(index, found.command)}
    assert all(one.matched in output or one.matched in answers for one in present)


def test_a_word_in_a_long_line_is_found_wherever_it_stands(index: Index) -> None:
    for before in range(700, 1100, 7):
        line = "x" * before + " No flow runs found " + "y" * 3000
        assert interpret(index, "flow-run-ls-late", line, 0).answer == "no Late runs"


def test_too_much_output_is_cut_and_marked(index: Index) -> None:
    found = interpret(index, "who-logins", "x" * (MOST_OUTPUT + 10), 0)

    assert found.truncated
    assert len(found.output) <= MOST_OUTPUT


@given(st.text(max_size=400), st.sampled_from([None, 0, 1, 127, -9]))
def test_any_output_is_read_without_error(index: Index, text: str, status: int | None) -> None:
    for command in ("flow-run-inspect", "python-site", "ps-prefect-processes", "proc-syscall"):
        found = interpret(index, command, text, status)
        assert not re.search("[\x00-\x08\x1b]", found.output)
        assert {f.id for f in found.findings} <= {o.finding for o in outcomes_of(index, command)}
