from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.asking.ask import Outcome, ask
from diagnose.asking.askcheck import Checks
from diagnose.asking.phrases import left_open, standing
from diagnose.asking.questions import Question
from diagnose.collect import collect
from diagnose.diagnosis import diagnose
from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.probability import percent
from diagnose.ranking.moved import leader, moved
from diagnose.redact import redact
from diagnose.sessions.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.index import Index

LATE = Given(symptoms=("runs-stay-late",))


class Script:
    """A console that reads lines from a list."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        self.said: list[str] = []

    def say(self, line: str) -> None:
        self.said.append(line)

    def read(self) -> str | None:
        return self.lines.pop(0) if self.lines else None

    @property
    def text(self) -> str:
        return "\n".join(self.said)


def held(index: Index, lines: Iterable[str], given: Given = LATE) -> tuple[Outcome, Script]:
    script = Script(lines)
    return ask(Session(given), index, script), script


def test_it_asks_what_is_seen_when_nothing_is_given(index: Index) -> None:
    found, script = held(index, ["our runs stay Late", "", "quit"], Given())

    assert script.said[0].startswith("What do you see?")
    assert found.session.given().errors == ("our runs stay Late",)
    assert "Question 1: " in script.text


def test_no_input_at_all_is_wrong_use(index: Index) -> None:
    with pytest.raises(UsageError, match="nothing to diagnose"):
        held(index, [], Given())


def test_each_answer_shows_how_the_ranking_moved(index: Index) -> None:
    found, script = held(index, ["yes", "quit"])

    assert len(found.session.steps) == 1
    moved = script.text.split("Question 2")[0].split("Question 1")[1]
    assert "verdict: " in moved
    assert "% -> " in moved or "now " in moved


def test_skip_is_an_answer_and_the_question_does_not_come_again(index: Index) -> None:
    _, script = held(index, ["skip"] * 6 + ["quit"])
    asked = [line for line in script.said if line.startswith("Question ")]

    assert len({line.split(": ", 1)[1] for line in asked}) == len(asked) > 3


def test_back_returns_to_the_question_and_the_ranking_before(index: Index) -> None:
    first, one = held(index, ["quit"])
    again, two = held(index, ["yes", "back", "quit"])

    assert again.diagnosis == first.diagnosis
    question = [line for line in one.said if line.startswith("Question 1")]
    assert [line for line in two.said if line.startswith("Question 1")] == question * 2
    assert "nothing to take back" in held(index, ["back", "quit"])[1].text


def test_why_explains_and_the_question_stands(index: Index) -> None:
    _, script = held(index, ["why", "quit"])
    assert "for it: runs stay Late" in script.text
    assert "this is asked because" in script.text


def test_what_is_not_understood_changes_nothing(index: Index) -> None:
    found, script = held(index, ["perhaps", "run me a shell; rm -rf /", "99", "quit"])

    assert found.session.steps == ()
    assert script.text.count("not understood") == 3


BATCH = Question(
    "agent-process-gone", "?", "", "reads", 10, 1.0, (),
    also=(("agent-process-alive", "alive"), ("runs-stay-late", "late"), ("uptime-shrinks", "less")),
)  # fmt: skip
TOPICS = {"agent-process-gone": "process", "agent-process-alive": "process"}


def test_a_yes_leaves_open_what_is_of_another_topic() -> None:
    assert left_open("yes", BATCH, TOPICS) == ["runs-stay-late", "uptime-shrinks"]
    assert left_open("no", BATCH, TOPICS) == [finding for finding, _ in BATCH.also]
    assert left_open("2 3", BATCH, TOPICS) == left_open("skip", BATCH, TOPICS) == []


def with_statements(index: Index) -> Given:
    """Return inputs on which the first question has statements of several topics."""
    given = Given(symptoms=("agent-process-gone",))
    for _ in range(20):
        question = diagnose(given, index).next_checks[0]
        everything = (question.id, *(finding for finding, _ in question.also))
        groups = {row.group or row.id for f in everything if (row := index.finding(f))}
        if len(groups) > 1:
            return given
        given = given._replace(unknown_symptoms=(*given.unknown_symptoms, *everything))
    pytest.fail("no question has statements of several topics")


@pytest.mark.parametrize(("said", "first"), [("yes", "present"), ("no", "absent")])
def test_after_a_plain_answer_the_other_statements_are_asked_for(
    index: Index, said: str, first: str
) -> None:
    given = with_statements(index)
    question = diagnose(given, index).next_checks[0]
    found, script = held(index, [said, "none", "quit"], given)
    (step,) = found.session.steps
    told = dict(step.findings)

    assert "And do other statements hold?" in script.text
    assert told.pop(question.id) == first
    assert told
    assert set(told.values()) == {"absent"}


def test_a_second_no_is_of_the_statements_and_not_of_the_next_question(index: Index) -> None:
    given = with_statements(index)
    found, script = held(index, ["no", "no", "quit"], given)
    (step,) = found.session.steps

    assert len(step.findings) > 1
    assert {state for _, state in step.findings} == {"absent"}
    assert "Question 2: " in script.text
    assert "Question 3: " not in script.text
    assert "not understood" not in script.text


@pytest.mark.parametrize("said", ["yes", "perhaps", "=3", "99"])
def test_what_is_no_answer_on_the_statements_is_asked_for_again(index: Index, said: str) -> None:
    found, script = held(index, ["no", said, "none", "quit"], with_statements(index))
    (step,) = found.session.steps

    assert script.text.count("not understood") == 1
    assert {state for _, state in step.findings} == {"absent"}


@pytest.mark.parametrize("said", ["quit", "back", "why", "help", "run", "paste"])
def test_what_to_do_leaves_the_statements_open_and_is_done(index: Index, said: str) -> None:
    given = with_statements(index)
    question = diagnose(given, index).next_checks[0]
    found, script = held(index, ["no", said], given)

    assert "not understood" not in script.text
    if said == "back":
        assert found.session.steps == ()
    else:
        told = dict(found.session.steps[0].findings)
        assert told.pop(question.id) == "absent"
        assert set(told.values()) == {"unknown"}


def test_an_answer_alone_leads_where_it_was_said_to_lead(index: Index) -> None:
    """Of a question with several statements, too, the others of which stay open."""
    for inputs in (LATE, with_statements(index)):
        (question, *_) = diagnose(inputs, index).next_checks
        for said, outcome in zip(("yes", "no"), question.outcomes, strict=True):
            found, script = held(index, [said, "skip", "quit"], inputs)
            name, probability = leader(found.diagnosis)

            assert f"{said} leads to {outcome.then}" in script.text
            assert outcome.then == f"{name} ({percent(probability)})"
            assert re.search(rf"  {name} \(.*{percent(probability)}", script.text)


def test_no_name_of_a_cause_is_masked(index: Index) -> None:
    first = diagnose(LATE, index)
    for row in index.insights():
        cause = first.causes[0]._replace(insight=row.id, title=row.title, probability=0.2)
        before = first._replace(causes=(cause,))
        after = first._replace(causes=(cause._replace(probability=0.3),))
        for line in (*standing(before), *moved(before, after), *moved(first, after)):
            assert redact(line) == line


def test_lines_of_a_log_are_asked_for_by_the_check_that_shows_them(index: Index) -> None:
    checks = diagnose(Given(symptoms=("agent-process-gone",)), index, questions=9).next_checks
    lines = [q for q in checks if (row := index.finding(q.id)) and row.kind == "signature"]

    assert lines
    assert all(question.command for question in lines)
    assert all(question.question.startswith("Does a log show the line") for question in lines)


def test_the_end_of_the_input_is_an_end(index: Index) -> None:
    assert held(index, ["yes"])[0].diagnosis.causes


def test_one_cause_that_stands_ends_the_dialogue(index: Index) -> None:
    given = Given(
        errors=(
            "h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED",
        )
    )
    _, script = held(index, ["yes"] * 5, given)

    assert "One cause stands" in script.text
    assert "Question" not in script.text


def at_check(index: Index) -> Given:
    """Return inputs on which the first question has a command with a placeholder."""
    given = LATE
    for _ in range(20):
        question = diagnose(given, index).next_checks[0]
        entity = index.entity(question.command) if question.command else None
        if entity is not None and entity.record.get("placeholders"):
            return given
        unknown = (question.id, *(finding for finding, _ in question.also))
        given = given._replace(unknown_symptoms=(*given.unknown_symptoms, *unknown))
    pytest.fail("no question has a command")


def test_running_needs_a_yes_of_its_own_and_valid_values(index: Index) -> None:
    given = at_check(index)
    found, script = held(index, ["run", "", "run", "x; rm -rf /", "run", "-x", "quit"], given)

    assert found.session.steps == ()
    assert script.text.count("not run") == 3
    assert "ran here" not in script.text


def test_pasted_output_is_read_as_the_answer(index: Index) -> None:
    lines = ["| id | SCHEDULED |", "", "end", "."]
    said: list[str] = []
    checks = Checks(index, said.append, lambda: lines.pop(0) if lines else None)
    question = Question("late-runs-exist", "?", "flow-run-ls-late", "reads", 10, 1.0, ())
    step = checks.paste(collect(LATE, index), question)

    assert step is not None
    assert (step.kind, step.id) == ("output", "flow-run-ls-late")
    assert step.findings == (("late-runs-exist", "present"),)
    assert "SCHEDULED" in step.said
    assert any("answer: there are Late runs" in line for line in said)


def test_only_a_person_tells_some_answers_apart(index: Index) -> None:
    lines = ['{"events": [{"occurred": "2024-01-01"}]}', ".", "2"]
    said: list[str] = []
    checks = Checks(index, said.append, lambda: lines.pop(0) if lines else None)
    question = Question(
        "run-heartbeat-overdue", "?", "heartbeat-events-of-run", "reads", 10, 1.0, ()
    )
    step = checks.paste(collect(LATE, index), question)

    assert step is not None
    assert step.findings == (("run-heartbeat-overdue", "present"),)


def test_secrets_that_are_typed_are_not_shown(index: Index) -> None:
    secret = "pnu_0123456789abcdef0123456789abcdef0123"
    _, script = held(index, [f"PREFECT_API_KEY={secret}", "paste", f"key {secret}", ".", "quit"])
    assert secret not in script.text


@settings(max_examples=15)
@given(
    st.lists(
        st.sampled_from(
            [
                "yes",
                "no",
                "none",
                "skip",
                "back",
                "why",
                "help",
                "1",
                "2",
                "1 2",
                "=3",
                "=",
                "",
                "\x1b[2J",
                "foo",
            ]
        ),
        max_size=8,
    )
)
def test_any_answers_are_taken(index: Index, lines: list[str]) -> None:
    _, script = held(index, lines)
    assert "\x1b" not in script.text


def process(lines: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "diagnose", "ask", *words], input=lines, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def test_it_works_over_a_pipe_in_plain_lines() -> None:
    done = process("runs stay Late\n\nyes\nnone\nskip\nquit\n")

    assert done.returncode in (0, 1)
    assert "Question 1: " in done.stdout
    assert "Question 3: " in done.stdout
    assert "\x1b" not in done.stdout
    assert "the same without questions: diagnose" in done.stderr


def test_the_answer_as_json_is_alone_on_standard_output() -> None:
    done = process("yes\nquit\n", "--symptom", "runs-stay-late", "--json")

    data = json.loads(done.stdout)
    assert data["verdict"]
    assert "Question 1: " in done.stderr


def test_an_empty_pipe_is_wrong_use() -> None:
    done = process("")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals")
def test_it_works_in_a_terminal_and_ctrl_c_gives_the_answer_so_far() -> None:
    import pexpect  # noqa: PLC0415

    child = pexpect.spawn(
        sys.executable,
        ["-m", "diagnose", "ask"],
        timeout=60,
        encoding="utf-8",
        dimensions=(40, 120),
    )
    child.expect("What do you see")
    child.sendline("runs stay Late")
    child.sendline("")
    child.expect("Question 1: ")
    child.sendline("1")
    child.expect("verdict: ")
    child.expect("Question 2: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130


def test_a_value_that_can_be_none_of_the_fact_is_not_understood(index: Index) -> None:
    given = Given(errors=("cannot find a heartbeat",))
    names = {fact.id: fact.name for fact in index.facts()}
    first = diagnose(given, index).next_checks[0].id
    assert names[first] == "dockerd_in_container"

    found, script = held(index, ["=banana", "quit"], given)

    assert (
        "not understood: fact dockerd_in_container must be false or socket or true" in script.text
    )
    assert found.session.steps == ()
