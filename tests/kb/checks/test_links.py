"""Ids that lead nowhere, entities left alone, circles, cases that belong to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.check import check
from kb.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEAD = "insights/agent-dead.yaml"
DOWN = "insights/network-down.yaml"
PAGE = "pages/beat.yaml"
COMMANDS = "commands.yaml"
REFERENCES = "references.yaml"
CASES = "cases/agent-dead.yaml"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            DEAD,
            "finding: no-beat",
            "finding: no-beet",
            "indicates: nothing has the id 'no-beet'; did you mean 'no-beat'",
        ),
        (
            DEAD,
            "finding: no-beat",
            "finding: look",
            "indicates: 'look' is a command, not a signature or symptom or fact",
        ),
        (
            DEAD,
            "{finding: reset, strength: slightly",
            "{finding: gone, strength: slightly",
            "contradicts: nothing",
        ),
        (DEAD, "reference: agent", "reference: gone", "involves: nothing has the id 'gone'"),
        (
            DEAD,
            "checks: [{command: look",
            "checks: [{command: gone",
            "diagnoses: nothing has the id 'gone'",
        ),
        (DEAD, "command: start-agent", "command: gone", "remediates: nothing has the id 'gone'"),
        (DEAD, "insight: network-down", "insight: gone", "resembles: nothing has the id 'gone'"),
        (
            DEAD,
            "network-down, finding: reset",
            "network-down, finding: gone",
            "resembles: nothing has the id 'gone'",
        ),
        (DEAD, "insight: network-down", "insight: agent-dead", "resembles: leads to itself"),
        (
            DEAD,
            "reason: There was no agent before.",
            "unless: [look], reason: There was no agent before.",
            "versions, unless: 'look' is a command, not a signature",
        ),
        (DOWN, "insight: agent-dead", "insight: gone", "causes: nothing has the id 'gone'"),
        (
            "parameters.yaml",
            "configures: [agent-dead]",
            "configures: [agent]",
            "configures: 'agent' is a reference",
        ),
        (REFERENCES, "alias_of: agent", "alias_of: gone", "alias_of: nothing has the id 'gone'"),
        (
            REFERENCES,
            "kind: component}\n- ",
            "kind: component, alias_of: agent-class}\n- ",
            "runs in a circle: agent, agent-class",
        ),
        (
            COMMANDS,
            "command: start-worker",
            "command: gone",
            "replaced_by: nothing has the id 'gone'",
        ),
        (
            COMMANDS,
            "command: start-worker",
            "command: start-agent",
            "replaced_by runs in a circle: start-agent",
        ),
        (COMMANDS, "finding: poll-old", "finding: gone", "observes: nothing has the id 'gone'"),
        (PAGE, "metric: agent-beat", "metric: gone", "metric: nothing has the id 'gone'"),
        (
            PAGE,
            "references: [agent]",
            "references: [agent, gone]",
            "references: nothing has the id 'gone'",
        ),
        (
            PAGE,
            "references: [agent]",
            "references: [agent, agent]",
            "references: 'agent' stands twice",
        ),
        (
            PAGE,
            "references: [agent]",
            "references: [agent, look]",
            "'look' is a command, not a reference",
        ),
        (
            PAGE,
            "commands: [start-agent]",
            "",
            "its provenance is the document but no page lists it",
        ),
        (
            "symptoms.yaml",
            "- id:",
            "- {id: s, question: q, text: t, phrasings: [a, b, c], specificity: unique}\n- id:",
            "symptom 's': nothing points to it",
        ),
        (
            REFERENCES,
            "- {id: agent,",
            "- {id: alone, text: alone, kind: x}\n- {id: agent,",
            "reference 'alone': nothing points",
        ),
        (
            "metrics.yaml",
            "- id: agent",
            "- {id: m, name: m, title: m, interfaces: []}\n- id: agent",
            "metric 'm': no page is about it",
        ),
        (CASES, "instead: network-down", "instead: gone", "case 'dead-2': instead: nothing"),
        (
            CASES,
            "symptom=runs-wait",
            "symptom=no-beat",
            "case 'dead-1': given: 'no-beat' is a signature",
        ),
        (CASES, "fact poll_age_s=90", "fact age=90", "given: no fact is named 'age'"),
        (CASES, "fact poll_age_s=90", "poll", "given: 'poll' is not of the form NAME=VALUE"),
        (CASES, "fact poll_age_s=90", "a=b", "given: 'a' is not a kind of answer"),
    ],
)
def test_each_mistake_is_found(
    changed: Callable[[str, str, str], list[str]], path: str, old: str, new: str, expected: str
) -> None:
    found = changed(path, old, new)

    assert any(expected in problem for problem in found), found


def test_cases_must_belong_to_an_insight(write: Callable[..., Path]) -> None:
    case = "- {id: x1, kind: positive, form: words, text: it}\n"
    changes = {"cases/gone.yaml": case, "cases/look.yaml": case.replace("x1", "x2")}

    assert [problem.message for problem in check(load([write(changes)], shipped=False))] == [
        "case 'x1': nothing has the id 'gone'",
        "case 'x2': 'look' is a command, not an insight",
    ]


def test_foreign_cases_need_no_insight(write: Callable[..., Path]) -> None:
    case = "- {id: f1, kind: foreign, form: words, text: it}\n"

    assert check(load([write({"cases/foreign-tools.yaml": case})], shipped=False)) == []
