"""Commands whose answers settle nothing, catch-alls, changes that cannot be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.check import check
from kb.load import load
from tests.kb.conftest import TINY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = "commands.yaml"
INSIGHT = "insights/agent-dead.yaml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "absent: true, finding: poll-old, means",
            "absent: true, means",
            "no answer says that 'poll-old' is present, and it does not say why (leaves_open)",
        ),
        (
            "pattern: 'Active: active', absent: true, finding",
            "finding",
            "outcome 'it does not' fits any output and settles 'poll-old'",
        ),
        ("  verify: It polls.\n", "", "fix 'start-agent' changes something and has no verify"),
        ("  rollback: Stop it.\n", "", "fix 'start-agent' changes something and has no rollback"),
    ],
)
def test_what_a_command_owes_is_reported(
    changed: Callable[[str, str, str], list[str]], old: str, new: str, expected: str
) -> None:
    (problem,) = changed(COMMANDS, old, new)

    assert expected in problem


def test_a_check_that_settles_nothing_says_why(
    changed: Callable[[str, str, str], list[str]],
) -> None:
    outcomes = (
        "      means: It lives.\n      finding: poll-old\n      state: absent\n"
        "    - {answer: it does not, pattern: 'Active: active', absent: true, finding: poll-old,"
        " means: It is dead.}\n"
    )
    silent = "      means: It lives.\n"

    problems = changed(COMMANDS, outcomes, silent)
    excused = changed(COMMANDS, outcomes, f"{silent}  leaves_open: Only its owner can tell.\n")

    assert any("none of its answers settles a finding" in problem for problem in problems)
    assert not any("look" in problem for problem in excused)


@pytest.mark.parametrize(("purpose", "problems"), [("false", 1), ("true", 0)])
def test_a_fix_of_high_risk_stands_behind_gentler_ones_of_its_purpose(
    write: Callable[..., Path], purpose: str, problems: int
) -> None:
    second = f"{{command: start-worker, why: t, verify: v, rollback: r, mitigates: {purpose}}}"
    fix = '{command: start-agent, why: starts it, versions: "<3"}'
    folder = write(
        {
            COMMANDS: TINY[COMMANDS].replace("risk: low", "risk: high", 1),
            INSIGHT: TINY[INSIGHT].replace(fix, f"{fix}, {second}"),
        }
    )

    found = [str(problem) for problem in check(load([folder], shipped=False))]

    assert len(found) == problems
    assert all("'start-agent' of high risk stands before 'start-worker'" in line for line in found)
