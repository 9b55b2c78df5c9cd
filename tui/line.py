"""A text that changes often: painted again only when it changed, laid out only when it grew."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.css.scalar import Scalar
    from textual.css.styles import RulesMap


class Line(Static):
    """A few lines of text without markup."""

    def __init__(self, text: str = "", *, id: str) -> None:  # noqa: A002 (as in Textual)
        super().__init__(Content(text), id=id)
        self._said = Content(text)

    def say(self, text: str | Content) -> None:
        """Show a text."""
        said = Content(text) if isinstance(text, str) else text
        if said.is_same(self._said):
            return
        self._said = said
        self.update(said, layout=False)
        if not self._fits():
            self.refresh(layout=True)

    def _fits(self) -> bool:
        """Say whether the new text takes as many rows as the old one, as far as there is room."""
        size = self.content_size
        if not size.width or not size.height:
            return False
        height = self._said.get_height(cast("RulesMap", self.styles), size.width)
        most: Scalar | None = self.styles.max_height
        least: Scalar | None = self.styles.min_height
        room = int(most.value) if most is not None else height
        return max(int(least.value) if least is not None else 1, min(height, room)) == size.height
