"""The gate: everything that is wrong with a base at once, in order of place.

What each check finds is tested theme by theme in ``checks``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb.check import check
from kb.load import load
from tests.kb.conftest import TINY

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.base import Base

DEAD = "insights/agent-dead.yaml"


def test_the_tiny_base_is_sound(tiny: Base) -> None:
    assert check(tiny) == []


def test_the_shipped_base_is_sound() -> None:
    assert [str(problem) for problem in check(load())] == []


def test_problems_come_at_once_and_in_order(write: Callable[..., Path]) -> None:
    folder = write(
        {
            "facts.yaml": TINY["facts.yaml"].replace('"60"', "old"),
            "signatures.yaml": TINY["signatures.yaml"].replace('must: ["no beat"]', "must: [x]"),
            DEAD: TINY[DEAD].replace("reference: agent", "reference: gone"),
        }
    )

    found = check(load([folder], shipped=False))

    assert [(Path(problem.path).name, problem.line) for problem in found] == [
        ("facts.yaml", 1),
        ("agent-dead.yaml", 1),
        ("signatures.yaml", 1),
    ]
