from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from markdown_it import MarkdownIt

from diagnose.report.md import (
    anchor,
    cell,
    code,
    document,
    escape,
    fence,
    link,
    paragraphs,
    prose,
    table,
)
from diagnose.report.plain import lines_of, one_line
from tests.diagnose.report.hostile import ANY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


def _text(source: str) -> str:
    return "".join(
        token.content
        for token in _all(PARSER.parse(source))
        if token.type in ("text", "code_inline")
    )


@given(ANY)
def test_an_escaped_text_reads_as_it_is(text: str) -> None:
    line = one_line(text)
    parsed = list(_all(PARSER.parse(escape(text))))

    assert {t.type for t in parsed} <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
    }
    assert "".join(t.content for t in parsed if t.type in ("text", "text_special")) == line


@given(ANY)
def test_code_reads_as_it_is(text: str) -> None:
    line = one_line(text)
    spans = [
        t.content for t in _all(PARSER.parse(f"- x {code(text)} y")) if t.type == "code_inline"
    ]

    assert spans == ([line] if line else [])


@given(ANY)
def test_a_fence_holds_its_text_and_ends_where_it_should(text: str) -> None:
    page = "\n".join(["before", "", *fence(text, "sh", {"name": "it"}), "", "after"])
    tokens = PARSER.parse(page)
    (block,) = [token for token in tokens if token.type == "fence"]

    assert block.content == "".join(f"{line}\n" for line in lines_of(text))
    assert block.info == 'sh {"name":"it"}'
    assert tokens[-2].content == "after"


@given(ANY, ANY)
def test_a_table_keeps_its_columns(one: str, two: str) -> None:
    page = "\n".join(table(["a", "b"], [[cell(one), escape(two)], [cell(f"`{two}`"), cell(two)]]))
    tokens = PARSER.parse(page)

    assert [t.type for t in tokens].count("td_open") == 4
    assert [t.type for t in tokens].count("tr_open") == 3
    assert not [t for t in _all(tokens) if t.type in ("html_inline", "html_block", "image")]


@given(ANY)
def test_prose_makes_neither_blocks_nor_html(text: str) -> None:
    tokens = list(_all(PARSER.parse(prose(text))))

    assert {t.type for t in tokens} <= {
        "paragraph_open", "paragraph_close", "inline", "text", "text_special", "code_inline",
        "link_open", "link_close",
    }  # fmt: skip
    for token in tokens:
        if token.type == "link_open":
            assert str(token.attrGet("href")).startswith(("http://", "https://"))


@given(ANY)
def test_paragraphs_make_only_paragraphs_and_lists(text: str) -> None:
    tokens = _all(PARSER.parse("\n".join(paragraphs(text))))

    assert not [
        t for t in tokens if t.type in ("fence", "code_block", "heading_open", "html_block", "hr")
    ]


@given(ANY)
def test_only_a_url_becomes_a_link(text: str) -> None:
    links = [t for t in _all(PARSER.parse(link(text))) if t.type == "link_open"]

    assert len(links) <= 1
    assert all(str(t.attrGet("href")).startswith(("http://", "https://")) for t in links)


def test_a_document_has_single_blank_lines_but_keeps_those_of_fences() -> None:
    page = document(["# a", "", "", "b", *fence("x\n\n\ny", "text", {"name": "n"}), "", ""])

    assert page == '# a\n\nb\n```text {"name":"n"}\nx\n\n\ny\n```\n'


def test_anchors_are_those_of_the_forges() -> None:
    assert anchor("Roll back some-insight") == "roll-back-some-insight"
    assert anchor("Confirm 1") == "confirm-1"
