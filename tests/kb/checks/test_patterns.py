"""Patterns that can hang are told from ordinary ones."""

from __future__ import annotations

import pytest

from kb.checks.patterns import flaw

NESTED = r"""
(a+)+
(a*)*b
(?:a|b+)*
((a+)b?)+
(a+){20,}
(?P<x>.*,){11}
(x+x+)+y
([a-z]+)*$
(?:\d+)+
(a{2,})*
(a{,})+
"""

ORDINARY = r"""
(a+)
(a+)?b
(a|b)+
a+b*c{2,}
\(a+\)+
[(a+)]+
(?i)(\.?v?env)[/\\].*site-packages
(ab{3})+
(?m)(?:^Z.*\n?){21}
(?:\s+\S+){3}
[]+)]*(x)
(?#a+)b+
a{}+
(?=a+)b
"""


@pytest.mark.parametrize("pattern", NESTED.split())
def test_patterns_that_can_hang_are_refused(pattern: str) -> None:
    assert flaw(pattern) == "repeats a group that itself repeats"


@pytest.mark.parametrize("pattern", ORDINARY.split())
def test_ordinary_patterns_are_accepted(pattern: str) -> None:
    assert flaw(pattern) == ""


@pytest.mark.parametrize(
    "pattern", ["(", "a{99999999999999999999}", "[z-a]", "(?P<1>x)", "*a", "x" * 401]
)
def test_patterns_that_cannot_be_used_are_refused(pattern: str) -> None:
    assert flaw(pattern)
    assert "\n" not in flaw(pattern)
