"""One normal form: whatever a paste does to a text, its words stay the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text import (
    _MASKED,
    _TOKEN,
    clean,
    grams,
    is_telling,
    normalise,
    plain_quotes,
    tokens,
    unescape,
)

WORDS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), min_size=1, max_size=12
)
ANY = st.text(max_size=300)


PIECES = st.lists(
    st.sampled_from([
        "abc", "h2", "_", "__", "a_b", "1", "23", "-", ".", " ", "\n", "0x1f", "deadbeef0123", "Z",
        "2024-01-02t03:04:05.123z", "2024-01-02 03:04", "12345678-1234-1234-1234-123456789abc",
        "\u00e9", "\u00df", "\u0661", "x" * 14, "A1_2b", "123456789012", "1_", "_1", "'", '"',
    ]),
    max_size=9,
)  # fmt: skip


@given(PIECES.map("".join) | st.text(st.characters(codec="ascii"), max_size=60))
def test_words_are_found_as_the_expressions_find_them(text: str) -> None:
    """Most texts are split without expressions, which take long to load."""
    masked = _MASKED.sub(" ", unescape(text).casefold())

    assert tokens(text) == _TOKEN.findall(masked)


@given(ANY)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@given(WORDS, st.sampled_from([" ", "  ", "\n", "\r\n", "\t", " \n    ", ". ", ", ", "/"]))
def test_the_normal_form_does_not_depend_on_white_space_and_signs(
    words: list[str], between: str
) -> None:
    assert normalise(between.join(words)) == " ".join(words)


@given(WORDS, st.sampled_from("\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb"))
def test_the_normal_form_does_not_depend_on_quotes(words: list[str], quote: str) -> None:
    assert normalise(" ".join(f"{quote}{word}{quote}" for word in words)) == " ".join(words)


@given(st.text(st.characters(codec="ascii", exclude_characters="\\"), max_size=200))
def test_the_normal_form_does_not_depend_on_case(text: str) -> None:
    assert normalise(text.upper()) == normalise(text) == normalise(text.lower())
    assert normalise(plain_quotes(text)) == normalise(text)


@given(WORDS, st.integers(1, 3))
def test_the_normal_form_survives_json_however_often_applied(words: list[str], times: int) -> None:
    text = '"' + '"\n"'.join(words) + "\"'"
    for _ in range(times):
        text = json.dumps(text)

    assert normalise(text) == " ".join(words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("run 3f2504e0-4f89-11d3-9a0c-0305e82c3301 died", "run died"),
        ("run 3F2504E0-4F89-11D3-9A0C-0305E82C3301 died", "run died"),
        ("at 0xdeadbeef gone", "at gone"),
        ("image 4f8911d39a0c0305e82c3301 gone", "image gone"),
        ("from 2023-02-01T10:11:12.345Z on", "from on"),
        ("Failed the last 3 attempts", "Failed the last 25 attempts"),
        ("it\\u0027s", "it's"),
        ("a\\\\nb", "a\nb"),
    ],
)
def test_ids_numbers_times_and_escapes_are_no_words(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_names_of_code_fall_into_their_words() -> None:
    assert tokens("ConnectionInputs.SEND_HEADERS in h2, not h11") == [
        "connectioninputs", "send_headers", "in", "h2", "not", "h11",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("\x1bPq#0\x1b\\text", "text"),
        ("\x9b31mred", "red"),
        ("a\x00b\x08c\rd\x7fe\x85f", "abcdef"),
        ("left\u202eright\u200b\u2066x\ufeff", "leftrightx"),
        ("soft\xadly\u180e\U000e0041", "softly"),
        ("one\r\ntwo\tthree\n", "one\ntwo\tthree\n"),
        ("plain ä€😀", "plain ä€😀"),
        ("\x1b", ""),
    ],
)
def test_what_acts_on_a_screen_goes_and_what_is_read_stays(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(ANY)
def test_nothing_that_could_act_on_a_screen_is_left(text: str) -> None:
    left = clean(text)

    assert not {c for c in left if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160}
    assert not set(left) & set("\u202a\u202e\u2066\u200b\ufeff\u2028")


@given(ANY)
def test_unescaping_leaves_text_without_backslashes_alone(text: str) -> None:
    plain = text.replace("\\", "")

    assert unescape(plain) == plain


def test_a_short_text_is_not_telling() -> None:
    assert not is_telling(normalise("Agent stopped!"))
    assert not is_telling(normalise("a b c"))
    assert is_telling(normalise("cannot find a heartbeat"))


@given(st.text("abc ", max_size=20))
def test_grams_are_all_pieces_of_the_padded_text(normal: str) -> None:
    found = grams(normal)

    assert all(len(gram) == 3 and gram in f" {normal} " for gram in found)
    assert len(found) <= max(len(normal), 0)


def test_what_is_printable_needs_no_cleaning() -> None:
    every = "".join(filter(str.isprintable, map(chr, range(0x110000))))

    assert clean(f"\x00{every}") == every
