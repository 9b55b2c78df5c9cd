"""Metric pages: how one is read, and what a base lacks of it is written into an overlay.

`kb.page.reader` reads a page with `kb.page.parts` and `kb.page.split`, `kb.page.importer` compares
it with a base, and `kb.page.overlay` writes what is new.
"""

from __future__ import annotations

from kb.page.reader import PageText, parse_page, read_page

__all__ = ["PageText", "parse_page", "read_page"]
