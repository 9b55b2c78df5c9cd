"""Placeholders, patterns, templates, versions and equal texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.check import check
from kb.load import load
from tests.kb.conftest import TINY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEAD = "insights/agent-dead.yaml"
COMMANDS = "commands.yaml"
FACTS = "facts.yaml"
REFERENCES = "references.yaml"
SIGNATURES = "signatures.yaml"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            COMMANDS,
            "systemctl status {unit}",
            "systemctl status {unit} {other}",
            "placeholder {other} is not declared",
        ),
        (COMMANDS, '"{unit}"]', '"{thing}"]', "placeholder {thing} is not declared"),
        (
            COMMANDS,
            "text: agent start",
            "text: agent start\n  placeholders: [{name: x, type: text, describes: x, example: e1}]",
            "placeholder 'x' is not in its text",
        ),
        (
            COMMANDS,
            "pattern: 'Active: active'",
            "pattern: '(a+)+$'",
            "pattern of 'it does not' repeats a group",
        ),
        (
            COMMANDS,
            "pattern: 'Active: active'",
            "pattern: '('",
            "pattern of 'it does not' is not a regular expression",
        ),
        (
            COMMANDS,
            "pattern: 'Active: active', ",
            "",
            "'it does not' lacks the pattern that is absent",
        ),
        (FACTS, 'value: "60"', "value: old", "> needs a number, not 'old'"),
        (
            FACTS,
            'op: ">"\n  value: "60"',
            "op: matches\n  value: '(x*)*'",
            "its value repeats a group",
        ),
        (FACTS, 'op: ">"', "op: version", "value: '60' is not a comparison with a version"),
        (
            SIGNATURES,
            'must: ["no beat"]',
            'must: ["no beet"]',
            "must: 'no beet' is not in its text",
        ),
        (
            SIGNATURES,
            "sent no beat for {} s",
            "sent no beat in {} s",
            "its template does not match its text",
        ),
        (
            SIGNATURES,
            "text: Connection reset by peer",
            "must: [no beat], text: AGENT a1 sent no beat for 9 s, template: 'no beat for {} s'",
            "says the same as 'no-beat'",
        ),
        (
            REFERENCES,
            "text: Agent,",
            "text: agent,",
            "reference 'agent-class': says the same as 'agent'",
        ),
        (DEAD, 'possible: ">=2"', 'possible: ">=2,<2"', "versions: no version satisfies '>=2,<2'"),
        (DEAD, 'possible: ">=2"', 'possible: ">=2<3"', "versions: '>=2<3' is not a comparison"),
        (
            DEAD,
            'why: starts it, versions: "<3"',
            'why: starts it, versions: ">3,<2"',
            "fix 'start-agent': no version satisfies",
        ),
        (COMMANDS, 'versions: ">=3"', 'versions: ">=3,<3"', "replaced_by: no version satisfies"),
    ],
)
def test_each_mistake_is_found(
    changed: Callable[[str, str, str], list[str]], path: str, old: str, new: str, expected: str
) -> None:
    found = changed(path, old, new)

    assert any(expected in problem for problem in found), found


def test_a_command_of_the_document_keeps_its_text(write: Callable[..., Path]) -> None:
    declared = "  placeholders: [{name: verb, type: text, describes: x, example: agent start}]\n"
    old = "  text: agent start\n"
    text = TINY["commands.yaml"].replace(old, old + declared)

    assert check(load([write({"commands.yaml": text})], shipped=False)) == []


def test_commands_may_share_a_text(write: Callable[..., Path]) -> None:
    text = TINY["commands.yaml"].replace("text: worker start", "text: agent start")

    assert check(load([write({"commands.yaml": text})], shipped=False)) == []
