"""A text that changes often: painted again only when it changed, laid out only when it grew."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.css.styles import RulesMap


class Line(Static):
    """A few lines of text without markup; what has no room is said shorter, or cut with a mark."""

    def __init__(self, text: str = "", *, id: str) -> None:  # noqa: A002 (as in Textual)
        super().__init__(Content(text), id=id)
        self._said: tuple[Content, ...] = (Content(text),)
        self._shown = self._said[0]

    def say(self, *texts: str | Content) -> None:
        """Show the first of the texts, which say the same ever shorter, that there is room for."""
        said = tuple(Content(text) if isinstance(text, str) else text for text in texts)
        if len(said) == len(self._said) and all(map(Content.is_same, said, self._said)):
            return
        self._said = said
        self._show()

    def on_resize(self) -> None:
        """Choose anew what there is room for."""
        self._show()

    def _show(self) -> None:
        shown = self._chosen()
        if shown.is_same(self._shown):
            return
        self._shown = shown
        self.update(shown, layout=False)
        if not self._fits():
            self.refresh(layout=True)

    def _chosen(self) -> Content:
        width, most = self.content_size.width, self.styles.max_height
        if not width or most is None:
            return self._said[0]
        room = int(most.value)
        for text in self._said:
            if self._height(text) <= room:
                return text
        return _cut(self._said[-1], width, room)

    def _height(self, text: Content) -> int:
        return text.get_height(cast("RulesMap", self.styles), self.content_size.width)

    def _fits(self) -> bool:
        """Say whether the new text takes as many rows as the old one, as far as there is room."""
        size = self.content_size
        if not size.width or not size.height:
            return False
        least = self.styles.min_height
        height = self._height(self._shown)
        return max(int(least.value) if least is not None else 1, height) == size.height


def _cut(text: Content, width: int, rows: int) -> Content:
    """Return the first rows of a text; the last ends in a mark."""
    kept = text.wrap(width)[:rows]
    kept[-1] = kept[-1].rstrip().truncate(width - 1).append("\u2026")
    return Content("\n").join(kept)
