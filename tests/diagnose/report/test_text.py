from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.checks.commands import told_together
from diagnose.diagnosis import diagnose
from diagnose.given import Given
from diagnose.ranking.verdict import VERDICTS
from diagnose.report.again import again
from diagnose.report.answer import answer, has_cause, no_answer
from diagnose.report.plain import cells
from diagnose.report.rows import drawn, fit
from diagnose.report.text import MOST_LINES, render
from tests.diagnose.report import made
from tests.diagnose.report.hostile import ANY
from tests.diagnose.report.inputs import INPUTS

if TYPE_CHECKING:
    from kb.index import Index

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@given(ANY, st.sampled_from(VERDICTS), st.integers(0, 1))
def test_any_text_comes_out_harmless(text: str, verdict: str, verbose: int) -> None:
    page = render(made.diagnosis(text, verdict=verdict), width=80, color=False, verbose=verbose)

    assert not [
        c for c in page if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
    ]
    page.encode("utf-8")
    assert page.endswith("\n")


@given(ANY, st.sampled_from(VERDICTS), st.booleans())
def test_the_answer_is_short_whatever_the_text(text: str, verdict: str, partial: bool) -> None:
    diagnosis = made.diagnosis(text, verdict=verdict, partial=partial)
    rows = answer(diagnosis, 80) if has_cause(diagnosis) else no_answer(diagnosis, 80)

    assert len(drawn(fit(rows, MOST_LINES, 80), color=False)) <= MOST_LINES


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_only_commands_and_urls_are_wider_than_the_screen(
    index: Index, name: str, width: int
) -> None:
    diagnosis = diagnose(INPUTS[name], index)
    commands = {
        line
        for cause in diagnosis.causes
        for command in (*cause.checks, *cause.fixes)
        for line in command.text.split("\n")
    }
    commands |= {check.run.text for check in diagnosis.next_checks if check.run is not None}
    shown = {re.sub(r"\{\w+\}", "", command) for command in commands}

    for verbose in (0, 1):
        for line in render(diagnosis, width=width, color=False, verbose=verbose).splitlines():
            bare = re.sub(r"<[\w-]+>", "", line.strip())
            if cells(line) > width:
                is_command = any(bare in text or text in bare for text in shown) or "`" in line
                assert is_command or "http" in line or "diagnose " in line


@pytest.mark.parametrize("name", INPUTS)
def test_at_most_fifteen_lines_before_the_alternatives(index: Index, name: str) -> None:
    page = render(diagnose(INPUTS[name], index), width=80, color=False)

    assert len(page.split("\n\n")[0].splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", INPUTS)
def test_the_last_line_is_a_command(index: Index, name: str) -> None:
    *_, heading, last = render(diagnose(INPUTS[name], index), width=80, color=False).splitlines()

    assert last.startswith("  ")
    assert not heading.startswith("  ")


def test_where_nothing_is_known_no_check_of_a_cause_is_offered(index: Index) -> None:
    diagnosis = diagnose(INPUTS["nothing-known"], index)
    page = render(diagnosis, width=80, color=False)

    assert diagnosis.next_checks, "they stand in the data"
    assert "Check" not in page
    assert page.splitlines()[-1].strip().startswith("diagnose ask --error")


def test_answers_that_are_asked_for_do_not_come_from_the_pipe_of_the_log(index: Index) -> None:
    diagnosis = diagnose(INPUTS["nothing-known"], index)
    piped = diagnosis._replace(input=diagnosis.input._replace(errors=(), logs=("stdin",)))

    assert again(piped, "ask") == "diagnose ask --log <PATH>"
    assert again(piped, "") == "diagnose --log -"


@pytest.mark.parametrize("name", INPUTS)
def test_colour_changes_no_text(index: Index, name: str) -> None:
    diagnosis = diagnose(INPUTS[name], index)

    for verbose in (0, 1):
        plain = render(diagnosis, width=80, color=False, verbose=verbose)
        colored = render(diagnosis, width=80, color=True, verbose=verbose)
        assert ANSI.sub("", colored) == plain
        assert "\x1b" not in plain


def test_severity_is_a_mark_and_a_word() -> None:
    assert "\u25cf CRIT" in render(made.diagnosis("x"), width=80, color=False)


def test_what_is_not_of_the_document_is_marked() -> None:
    assert "researched" in render(made.diagnosis("x"), width=80, color=False)


def test_a_partial_answer_says_so_first() -> None:
    page = render(made.diagnosis("x", partial=True), width=80, color=False)

    assert page.startswith("Partial: ")


def test_changes_are_marked_and_a_hole_is_visible() -> None:
    diagnosis = made.diagnosis("{unit}", verdict="established")
    page = render(diagnosis, width=80, color=False)

    assert "CHANGES, risk low" in page
    assert "look <unit>" in page
    assert "fill in <unit>" in page


def test_verbose_says_what_an_answer_of_a_command_means_once(index: Index) -> None:
    diagnosis = diagnose(Given(errors=("Failed the last 3 attempts",)), index)
    page = " ".join(render(diagnosis, width=80, color=False, verbose=1).split())
    commands = {c.id: c for cause in diagnosis.causes for c in (*cause.checks, *cause.fixes)}
    rows = Counter(
        " ".join(f"answer: {answer}: {means}".split())
        for command in commands.values()
        for answer, means in told_together((o[0], o[1]) for o in command.outcomes)
    )

    assert len(rows) > 50
    assert {row for row, number in rows.items() if page.count(row) > number} == set()
    assert "answer: 500, 502 or 503: " in page
    assert "answer: 502: " not in page


def test_verbose_unfolds_every_outcome_fix_and_source(index: Index) -> None:
    diagnosis = diagnose(Given(errors=("cannot find a heartbeat",)), index)
    page = " ".join(render(diagnosis, width=80, color=False, verbose=1).split())

    for cause in diagnosis.causes:
        for command in (*cause.checks, *cause.fixes):
            assert command.id in page
        for source in cause.sources:
            assert source.url in page
    assert "roll back:" in page
    assert "verify:" in page
    assert "Escalate" in page
