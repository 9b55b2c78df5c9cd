"""Texts are found in a log that comes in pieces, as if it came whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diagnose.findings import Finding
from tui import logseek

PIECES = st.lists(st.text(alphabet="abA \n", max_size=12).map(str.encode), max_size=8)


@given(PIECES, st.text(alphabet="abA", min_size=1, max_size=3), st.booleans())
def test_the_lines_that_hold_a_text_are_told(
    pieces: list[bytes], wanted: str, any_case: bool
) -> None:
    whole = b"".join(pieces).decode()
    asked = wanted.lower() if any_case else wanted
    lines = (whole.lower() if any_case else whole).split("\n")
    expected = [(number, wanted) for number, line in enumerate(lines, 1) if asked in line]
    found = logseek.places(pieces, [wanted], lambda: False, any_case=any_case)
    assert list(found) == expected


def test_a_text_that_is_everywhere_ends_after_so_many_places_and_the_other_goes_on() -> None:
    blocks = [b"one\n" * (logseek.MOST + 5), b"two\n"]
    found = list(logseek.places(blocks, ["one", "two"], lambda: False))
    assert len(found) == logseek.MOST + 1
    assert found[-1] == (logseek.MOST + 6, "two")


def test_looking_stops_when_it_is_told_to() -> None:
    assert list(logseek.places([b"one\n"], ["one"], lambda: True)) == []


def test_a_line_of_many_megabytes_is_not_held() -> None:
    blocks = (b"x" * 700_000 for _ in range(5))
    pieces = [len(lines) for _, lines in logseek._whole_lines(blocks)]
    assert max(pieces) < 3 * logseek.LONGEST
    assert sum(pieces) == 3_500_000


def test_what_was_answered_is_not_looked_for() -> None:
    found = Finding("x", "signature", "present", "exact", 1.0, "Agent stopped", "an Agent stopped!",
                    "a.log", 1, (3, 17))  # fmt: skip
    assert logseek.texts_of(found) == ["Agent stopped!", "Agent stopped"]
    assert logseek.texts_of(found._replace(how="answer")) == []
