"""What a text must hold for an expression to match it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kb.literal import needed
from kb.text import fold

if TYPE_CHECKING:
    from kb.index import Index


@pytest.mark.parametrize(
    ("pattern", "piece"),
    [
        (r"Starting v(\d+) (?:agent|worker)", "starting v"),
        (r"(?i)work[ _-]pool(?:\(s\))?[ :=]{1,3}['\"](\w+)", "work"),
        (r"\b([\w@-]+\.service)\b", ".service"),
        (r"(?:one|two)", ""),
        (r"(?:abc)?d", "d"),
        (r"(?:abc){1,2}", "abc"),
        (r"(?>abc)d", "abc"),
        (r"(?!never)x", "x"),
        (r"\d+", ""),
    ],
)
def test_the_longest_certain_piece_is_found(pattern: str, piece: str) -> None:
    assert needed(pattern) == piece


def test_letters_that_are_the_same_without_case_are_folded() -> None:
    for text in ("VERS\u0131ON", "VERS\u0130ON", "ver\u017fion"):
        assert re.search("version", text, re.IGNORECASE)
        assert needed("version") in fold(text)


def test_no_text_of_the_base_is_missed(index: Index) -> None:
    scope = index.scope()
    expressions = [*scope.versions, *scope.generations, *scope.starts, *scope.ends]
    expressions += [e for found in scope.captures.values() for e in found]
    texts = [signature.text for signature in index.signatures()]
    texts += [row.text for row in index.findings()]
    for expression in expressions:
        for text in texts:
            if re.search(expression.pattern, text, re.IGNORECASE):
                assert expression.needs in fold(text)
