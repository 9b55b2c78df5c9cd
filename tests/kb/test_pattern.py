"""An expression that is compiled when it is first used is the one of `re`."""

from __future__ import annotations

import re

from kb.pattern import DOTALL, IGNORECASE, lazy


def test_the_flags_are_those_of_re() -> None:
    assert IGNORECASE == re.IGNORECASE
    assert DOTALL == re.DOTALL


def test_it_matches_as_the_compiled_one() -> None:
    given, text = r"(a+).b", "xAA\nb aab"

    for flags in (0, IGNORECASE, DOTALL, IGNORECASE | DOTALL):
        expected = re.compile(given, flags)
        assert lazy(given, flags).findall(text) == expected.findall(text)
        assert lazy(given, flags).sub("-", text) == expected.sub("-", text)
