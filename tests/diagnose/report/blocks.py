"""The blocks that a Markdown page is built of, as a parser sees them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token


PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def built(page: str) -> list[str]:
    """Return what blocks a page is built of."""
    tokens = PARSER.parse(page)
    for token in tokens:
        for child in token.children or []:
            assert child.type not in ("html_inline", "image")
            if child.type == "link_open":
                assert str(child.attrGet("href")).startswith(("https://", "http://", "#"))
    return [f"{t.type} {t.tag} {t.level}" for t in tokens]


def fences(page: str) -> list[Token]:
    return [token for token in PARSER.parse(page) if token.type == "fence"]


def harmless(page: str) -> bool:
    return not [
        c for c in page if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
    ]
