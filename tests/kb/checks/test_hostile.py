"""Expressions that take long on a text made to hurt them are told from ordinary ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.check import check
from kb.checks.hostile import LONGEST, attacks, is_slow
from kb.checks.patterns import flaw
from kb.load import load
from tests.kb.conftest import LEXICON, TINY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SLOW = (
    r"(?:==|[:=])*\d",
    r"name=(?:ab|a|b)*;",
    r"(?:a?b?)*c",
    r"\d*\d*\d*\d*\d*x",
    r"(?i)(?:on|o|n)*!$",
    r"^(?:\w|a\w?)*$",
)
"""None of these repeats a group that itself repeats without a bound."""

ORDINARY = (
    r"foo.*bar",
    r"(?s)a.*b.*c",
    r"(a|b)+;",
    r"[a-z]+@[a-z]+\.",
    r"(?i)(\.?v?env|virtualenvs|envs)[/\\].*site-packages",
    r"\A\s*\Z",
    r"(?!)",
    r"(?<=a)b+(?=c)",
    r"(x)\1*",
    r"(?>a+)b",
    r"[^\s]+: \d+ windows",
)


@pytest.mark.parametrize("pattern", SLOW)
def test_patterns_that_hang_on_hostile_text_are_found(pattern: str) -> None:
    assert flaw(pattern) == ""
    assert is_slow(pattern)


@pytest.mark.parametrize("pattern", ORDINARY)
def test_ordinary_patterns_are_not(pattern: str) -> None:
    assert not is_slow(pattern)


def test_an_attack_reaches_the_repeat_that_it_is_for() -> None:
    found = attacks(r"name=(?:ab|c)*;")

    assert {(attack.before, attack.body) for attack in found} >= {("name=", "ab"), ("name=", "c")}
    assert all(len(attack.text(10**6)) <= LONGEST + 2 for attack in found)


def test_a_slow_pattern_of_an_outcome_or_of_the_lexicon_is_refused(
    write: Callable[..., Path],
) -> None:
    commands = TINY["commands.yaml"].replace("'Active: active', absent", r"'(?:==|=)*x', absent")
    lexicon = LEXICON.replace("foreign: {}", "foreign: {}, versions: ['prefect(?:==|=)*(1)']")
    folder = write({"commands.yaml": commands, "lexicon.yaml": lexicon})

    said = [str(problem) for problem in check(load([folder], shipped=False))]

    assert len(said) == 2
    assert all("takes long on hostile text" in line for line in said)
