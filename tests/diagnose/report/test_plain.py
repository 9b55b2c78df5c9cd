from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.report.plain import (
    ELLIPSIS,
    blocks,
    cells,
    clip,
    fitting,
    one_line,
    shorten,
    to_ascii,
    wrap,
)
from tests.diagnose.report.hostile import ANY, EXAMPLES


@given(ANY)
def test_one_line_holds_nothing_that_acts_on_a_screen(text: str) -> None:
    line = one_line(text)

    assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")
    line.encode("utf-8")


@given(ANY, st.integers(min_value=8, max_value=100))
def test_quoted_text_never_leaves_its_width(text: str, width: int) -> None:
    lines = wrap(text, width, quoted=True)

    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(one_line(text).split())


@given(ANY, st.integers(min_value=2, max_value=100))
def test_a_clipped_text_fits(text: str, width: int) -> None:
    assert cells(clip(text, width)) <= width
    assert cells(clip(text, width, (30, 60))) <= width


def test_a_clipped_text_shows_the_part_that_matched() -> None:
    text = "a" * 100 + " NEEDLE " + "b" * 100

    assert "NEEDLE" in clip(text, 40, (101, 107))


def test_a_command_in_backticks_is_kept_in_one_piece() -> None:
    command = "`docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' <container>`"

    assert any(command in line for line in wrap(f"Run {command}, then look again.", 40))


def test_a_backtick_that_is_not_closed_changes_nothing() -> None:
    text = "one `two three` four ` five six"

    for width in (10, 12, 80):
        assert " ".join(wrap(text, width)) == text
    assert any("`two three`" in line for line in wrap(text, 10))


def test_a_number_and_its_percent_sign_stay_together() -> None:
    for width in range(20, 40):
        assert not any(line.startswith("%") for line in wrap("it would raise it to 96 %", width))
        assert not any(
            line.endswith(("<", ">")) for line in wrap("no more than this > 99 %", width)
        )


def test_shortened_lines_say_so_and_stay_in_their_width() -> None:
    lines = wrap("One sentence. " + "many words follow here " * 20, 30)

    for most in (1, 2, 3):
        short = shorten(lines, most, 30)
        assert len(short) <= most
        assert short[-1].endswith(ELLIPSIS)
        assert all(cells(line) <= 30 for line in short)


def test_list_items_are_blocks_of_their_own() -> None:
    text = "First line\ngoes on.\n- one\n  more\n- two\nLast."

    assert blocks(text) == [
        ("", "First line goes on."),
        ("- ", "one more"),
        ("- ", "two"),
        ("", "Last."),
    ]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_text_fits_an_ascii_stream(text: str) -> None:
    assert to_ascii(one_line(text)).isascii()


def test_marks_have_an_ascii_form() -> None:
    assert (
        fitting("\u25cf CRIT \u25b2 WARN \u25a0 INFO a\u2026", "ascii")
        == "* CRIT ! WARN - INFO a..."
    )
    assert fitting("\u25cf CRIT", "utf-8") == "\u25cf CRIT"
    assert fitting("\u25cf CRIT", None) == "* CRIT"
    assert fitting("\u25cf CRIT", "no-such-encoding") == "* CRIT"
