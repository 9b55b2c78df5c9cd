"""The strict YAML reader."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import KbError, Problem
from kb.yamlfile import MAX_BYTES, decode, parse, read, read_bytes

if TYPE_CHECKING:
    from pathlib import Path


def refusal(raw: bytes) -> str:
    with pytest.raises(KbError) as caught:
        parse(raw, "f.yaml")
    assert "\n" not in "".join(str(problem) for problem in caught.value.problems)
    return str(caught.value)


def test_data_and_lines_of_a_document() -> None:
    document = parse(b"a: text\nb:\n  - 1\n  - true\n  - null\nc: {d: 'no'}\n", "f.yaml")

    assert document.data == {"a": "text", "b": [1, True, None], "c": {"d": "no"}}
    assert document.lines[("b",)] == 3
    assert document.lines[("b", 1)] == 4
    assert document.lines[("c", "d")] == 6


def test_an_empty_document_is_nothing() -> None:
    assert parse(b"", "f.yaml").data is None


@pytest.mark.parametrize("crlf", [b"a: 1\r\nb: 2\r\n", b"\xef\xbb\xbfa: 1\nb: 2\n"])
def test_line_ends_and_byte_order_mark_do_not_matter(crlf: bytes) -> None:
    assert parse(crlf, "f.yaml").data == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a: 1\nb: 2\na: 3\n", "f.yaml:3: key 'a' stands twice"),
        (b"a: &x [1]\nb: *x\n", "f.yaml:2: aliases (*name) are not allowed"),
        (b"a: 1\n<<: {b: 2}\n", "f.yaml:2: merge keys (<<) are not allowed"),
        (b"\n? [1, 2]\n: 3\n", "f.yaml:2: keys must be plain text"),
        (b"'': 3\n", "f.yaml:1: keys must be plain text"),
        (b"a: !!python/object/apply:os.system [ls]\n", "f.yaml:1: tag tag:yaml.org,2002:python"),
        (b"a: 1\nb: !secret x\n", "f.yaml:2: tag !secret is not allowed"),
        (b"a: !!binary aGk=\n", "f.yaml:1: tag tag:yaml.org,2002:binary is not allowed"),
        (b"a: 1\nb: \x00\n", "f.yaml:2: control character U+0000 is not allowed"),
        (b"a: \x1b[31mred\n", "f.yaml:1: control character U+001B is not allowed"),
        (b"a: 1\nb: \xff\n", "f.yaml:2: is not UTF-8: byte 0xff"),
        ("a: 1".encode("utf-16"), "f.yaml:1: is not UTF-8"),
        (b"a: [1\n", "is not valid YAML"),
        (b"a: b: c\n", "f.yaml:1: is not valid YAML"),
        (b"a: 1\n---\nb: 2\n", "f.yaml:2: is not valid YAML: but found another document"),
        (b"\n" + b"[" * 60, "f.yaml:2: is nested deeper than 40 levels"),
        (b"{a: " * 5000, "is nested deeper than 40 levels"),
    ],
)
def test_what_could_do_harm_is_refused_with_its_line(raw: bytes, expected: str) -> None:
    assert expected in refusal(raw)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("no", "true or false"),
        ("On", "true or false"),
        ("TRUE", "true or false"),
        ("3.10", "a decimal number"),
        ("1e3", None),
        (".inf", "a decimal number"),
        ("2026-11-23", "a date"),
        ("2026-13-45", "a date"),
        ("0777", "a number"),
        ("1_000", "a number"),
        ("12:30:45", "a number"),
        ("9" * 5000, "a number"),
    ],
)
def test_values_that_yaml_reads_otherwise_than_written_need_quotes(
    value: str, meaning: str | None
) -> None:
    if meaning is None:
        assert parse(f"a: {value}".encode(), "f.yaml").data == {"a": value}
    else:
        assert f"as {meaning}; put it in quotes" in refusal(f"b: 1\na: {value}\n".encode())
    assert parse(f"a: '{value}'".encode(), "f.yaml").data == {"a": value}


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(KbError) as caught:
        parse(b"a: no\nb: 1.5\na: 2\n", "f.yaml")

    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]


def test_an_alias_bomb_ends_at_once() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40)
    )

    assert "f.yaml:2: aliases" in refusal(bomb.encode())


def test_a_file_larger_than_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))

    with pytest.raises(KbError, match="is larger than 4 MiB"):
        read(path)
    assert "is larger than 4 MiB" in refusal(b"#" * (MAX_BYTES + 1))


def test_what_is_not_a_file_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(KbError, match=r"missing\.yaml: does not exist"):
        read_bytes(tmp_path / "missing.yaml")
    with pytest.raises(KbError, match="is not a file"):
        read_bytes(tmp_path)
    with pytest.raises(KbError):
        read_bytes(tmp_path / "nul\0.yaml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")

    with pytest.raises(KbError, match="is not a file"):
        read(tmp_path / "pipe.yaml")


def attempted(raw: bytes) -> list[Problem]:
    try:
        parse(raw, "f.yaml")
    except KbError as error:
        return error.problems
    return []


@given(st.binary(max_size=300))
def test_any_bytes_give_data_or_problems(raw: bytes) -> None:
    assert all(problem.path == "f.yaml" for problem in attempted(raw))


@given(st.text(alphabet="abn01:-_.,[]{}&*!|>'\"#%@?<=~ \n\t\\", max_size=60))
def test_any_text_of_yaml_signs_gives_data_or_problems(text: str) -> None:
    assert all(problem.path == "f.yaml" for problem in attempted(text.encode()))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=100))
def test_decoding_gives_the_text(text: str) -> None:
    assert decode(text.encode(), "f") == text.removeprefix("\ufeff")
