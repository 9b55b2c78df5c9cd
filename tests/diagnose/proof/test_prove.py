"""The base keeps its promises: every case and every quiet log, with floors on the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.proof.cases import Outcome, given_of
from diagnose.proof.figures import reliability
from diagnose.proof.prove import prove
from kb.load import load
from kb.model import Case
from tests.diagnose.made import tiny_index
from tests.kb.conftest import TINY, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from diagnose.proof.prove import Report
    from kb.base import Base
    from kb.index import Index

FLOORS = {"tuned": (0.85, 0.95, 0.02, 0.08), "held out": (0.78, 0.93, 0.02, 0.12)}
"""Fold -> least share first, least share in three, most foreign established, most ambiguous."""


def test_the_shipped_base_keeps_its_promises(shipped: Base, index: Index) -> None:
    report = prove(shipped, index)

    assert [str(problem) for problem in report.problems] == []
    assert report.quiet >= 10
    assert {figures.fold for figures in report.figures} == set(FLOORS)
    for figures in report.figures:
        first, in_three, established, ambiguous = FLOORS[figures.fold]
        assert figures.first >= first, figures
        assert figures.in_three >= in_three, figures
        assert figures.foreign_established <= established, figures
        assert figures.foreign_ambiguous <= ambiguous, figures
        assert figures.near_established <= 0.02, figures
        assert figures.foreign >= 60
    assert all(first >= count / 2 for _, count, first, _ in report.by_insight), report.by_insight
    assert all(c.told_apart_by for c in report.confusions)
    top = [found for found in report.reliability if found.low >= 0.95]
    assert top
    assert all(found.right >= 0.9 for found in top)


def test_every_insight_has_the_cases_that_were_asked_for(shipped: Base) -> None:
    for insight in shipped.insights():
        kinds = [case.kind for case in shipped.cases.get(insight.id, ())]
        assert kinds.count("positive") >= 8, insight.id
        assert kinds.count("near-miss") >= 4, insight.id
    foreign = [
        c for stem, cases in shipped.cases.items() if stem not in shipped.entities for c in cases
    ]
    assert len(foreign) >= 60


def test_what_is_given_with_a_case_is_given_to_the_engine() -> None:
    case = Case(
        id="x", kind="positive", form="words", text="it died",
        given=("symptom=a", "symptom=b", "no-symptom=c", "fact late_runs=7", "prefect-version=2.8.7"),
    )  # fmt: skip

    given = given_of(case)

    assert given.errors == ("it died",)
    assert (given.symptoms, given.no_symptoms) == (("a", "b"), ("c",))
    assert (given.facts, given.version) == ((("late_runs", "7"),), "2.8.7")


def report(folder: Path, changes: dict[str, str | None]) -> Report:
    index = tiny_index(folder, changes)
    return prove(load([folder], shipped=False), index)


def test_a_near_miss_that_is_established_is_a_problem(tmp_path: Path) -> None:
    near = (
        "- {id: dead-9, kind: near-miss, form: log, text: \"Agent 'z' sent no beat for 90 s\","
        ' given: ["symptom=runs-wait"]}\n'
    )

    found = report(tmp_path, {"cases/agent-dead.yaml": near})

    assert [problem.where for problem in found.problems if "near miss" in str(problem)] == [
        "dead-9"
    ]


def test_a_quiet_log_that_names_a_cause_is_a_problem(tmp_path: Path) -> None:
    loud = "2023-02-01 10:11:12 | ERROR | a - Agent 'a1' sent no beat for 30 s\n"
    write_files(tmp_path, {"quiet/loud.log": loud * 3})

    found = report(tmp_path, {})

    assert found.quiet == 1
    assert any("loud.log" in str(problem) for problem in found.problems)


def test_signatures_that_no_case_shows_are_listed(tmp_path: Path) -> None:
    shown = TINY["cases/agent-dead.yaml"] + (
        "- {id: dead-9, kind: positive, form: log, text: \"Agent 'z' sent no beat for 90 s\"}\n"
    )

    assert report(tmp_path / "a", {}).never_firing == ("no-beat", "reset")
    assert report(tmp_path / "b", {"cases/agent-dead.yaml": shown}).never_firing == ("reset",)


@pytest.mark.parametrize(("right", "share"), [(4, 1.0), (2, 0.5), (0, 0.0)])
def test_reliability_compares_what_was_said_with_what_was_so(right: int, share: float) -> None:
    outcomes = [
        Outcome(
            case=str(n), insight="a", kind="positive", form="words", held_out=False, instead="",
            verdict="established", ranking=("a",) if n < right else ("b",), probability=0.97,
            signatures=frozenset(),
        )
        for n in range(4)
    ]  # fmt: skip

    (found,) = reliability(outcomes)

    assert (found.low, found.right) == (0.95, share)
    assert found.mean == pytest.approx(0.97)
