"""A line to type into that draws harmlessly what it holds: a name of a file may hold anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from tui.safe import plain

if TYPE_CHECKING:
    from rich.text import Text

STANDS_FOR = "\N{REPLACEMENT CHARACTER}"
"""Drawn for a character that would act on the screen, so that the cursor keeps its place."""


class Field(Input):
    """An `Input` whose value stays as it is."""

    @property
    def _value(self) -> Text:
        """What is drawn, in as many characters as the value has."""
        drawn = super()._value
        drawn.plain = "".join(plain(character) or STANDS_FOR for character in drawn.plain)
        return drawn
