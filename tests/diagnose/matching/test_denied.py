"""What stands there and is denied by the words around it was not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.matching.denied import is_denied
from diagnose.matching.match import Matcher
from tests.diagnose.made import one

if TYPE_CHECKING:
    from kb.index import Index

TEXT = "Cannot reconnect to Docker daemon. Agent is shutting down."
SIGNATURE = "cannot-reconnect-docker"
DENIED = [
    "The log never shows: {}",
    "there is no '{}' message",
    "We don't see any line with `{}` in it",
    "we didn\u2019t get “{}”",
    "it runs without any {}",
    '{{"{}": false, "ExitCode": 0}}',
    "{}=None",
    "{}: null,",
]
TOLD = [
    "It does not start: {}",
    "I don't know what '{}' means",
    "no idea, {}",
    "It said no. {}",
    "we never saw '{}' before the upgrade",
    "I cannot find anything about '{}'",
    "not only {}",
    "{}: no more work",
    "{}: none of the runs were started",
    "{}=true",
    "what does it mean if the log says '{}'?",
]


def denied(line: str) -> bool:
    start = line.index(TEXT)
    return is_denied(line, start, start + len(TEXT))


@pytest.mark.parametrize("line", DENIED)
def test_what_governs_a_text_denies_it(index: Index, line: str) -> None:
    assert denied(line.format(TEXT))
    assert SIGNATURE not in seen(index, line.format(TEXT))
    assert SIGNATURE not in seen(index, line.format(TEXT.upper()))


@pytest.mark.parametrize("line", TOLD)
def test_a_negation_elsewhere_leaves_it_standing(index: Index, line: str) -> None:
    assert not denied(line.format(TEXT))
    assert SIGNATURE in seen(index, line.format(TEXT))


def test_one_place_that_is_not_denied_is_enough(index: Index) -> None:
    assert SIGNATURE in seen(index, f"we do not see '{TEXT}' here, but there: {TEXT}")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_around_is_taken(before: str, after: str) -> None:
    is_denied(before + TEXT + after, len(before), len(before) + len(TEXT))


def seen(index: Index, text: str) -> set[str]:
    return {hit.signature for hit in Matcher(index).hits(one(text))}
