"""Insights that lack evidence, check, fix, proof or text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

DEAD = "insights/agent-dead.yaml"
DOWN = "insights/network-down.yaml"
CASES = "cases/agent-dead.yaml"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            CASES,
            "kind: positive",
            "kind: near-miss",
            "no positive case proves it (cases/agent-dead.yaml)",
        ),
        (CASES, "kind: near-miss", "kind: positive", "no near-miss case proves it"),
        (DOWN, "indicates: [{finding: reset, strength: often}]", "", "nothing indicates it"),
        (
            DOWN,
            "checks: [{command: look, why: looks}]",
            "",
            "has no checks and no reason for it (no_checks)",
        ),
        (
            DOWN,
            "no_fixes: Somebody has to plug it in.",
            "",
            "has no fixes and no reason for it (no_fixes)",
        ),
        (
            DEAD,
            "escalate:",
            "no_checks: none\nescalate:",
            "has checks and says why there are none (no_checks)",
        ),
        (DEAD, "finding: runs-wait", "finding: no-beat", "evidence: 'no-beat' stands 2 times"),
        (DEAD, "finding: runs-wait", "finding: reset", "evidence: 'reset' stands 2 times"),
        (
            DOWN,
            "what: Nothing gets through.",
            "what: not written yet",
            "is incomplete: what not written yet",
        ),
    ],
)
def test_each_mistake_is_found(
    changed: Callable[[str, str, str], list[str]], path: str, old: str, new: str, expected: str
) -> None:
    found = changed(path, old, new)

    assert any(expected in problem for problem in found), found
