"""The keys that matter now, at the bottom of every screen: as many as there is room for, whole."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

if TYPE_CHECKING:
    from textual.app import ComposeResult

AROUND = 3
"""Columns around the name of a key and its description."""


class Keys(Footer):
    """A `Footer` that leaves out what it would cut; help shows all keys."""

    DEFAULT_CSS = "Keys { height: 1; }"

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)
        self._ends: list[int] = []
        """Where each key ends, were there room for all."""
        self._shown = 0

    def compose(self) -> ComposeResult:
        """Build the keys."""
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        widths = (cell_len(key.key_display) + cell_len(key.description) + AROUND for key in keys)
        self._ends = list(accumulate(widths))
        self._shown = self._fitting()
        yield from keys[: self._shown]

    def on_resize(self) -> None:
        """Build them anew when another number of them fits."""
        if self._fitting() != self._shown:
            self.call_after_refresh(self.recompose)

    def _fitting(self) -> int:
        room = self.size.width or self.app.size.width
        return sum(end - 1 <= room for end in self._ends)  # a blank ends each
