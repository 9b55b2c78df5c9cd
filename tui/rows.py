"""A list that remembers its place, marks the row it is on without colour, and knows j k g G."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.strip import Strip
from textual.widgets import OptionList
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.binding import BindingType
    from textual.content import Content

MARK = "\u25b8"


class Rows(OptionList):
    """One list of rows; a row without an id is a heading and cannot be chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False, id="rows.down"),
        Binding("k", "cursor_up", "Up", show=False, id="rows.up"),
        Binding("g", "first", "Top", show=False, id="rows.top"),
        Binding("G", "last", "Bottom", show=False, id="rows.bottom"),
    ]

    def __init__(self, *, id: str) -> None:  # noqa: A002 (as in Textual)
        super().__init__(id=id)
        self._held: list[tuple[str, Content]] = []

    @property
    def chosen(self) -> str:
        """Id of the row the cursor is on, or nothing."""
        option = self.highlighted_option
        return (option.id or "") if option is not None else ""

    def show(self, rows: Iterable[tuple[str, Content]], *, follow: bool = False) -> None:
        """Show rows (id, text), staying on the row the cursor was on.

        Args:
            rows: a row without an id is a heading.
            follow: stay at the top when the cursor is there, whatever comes to stand there.
        """
        before, self._held = self._held, list(rows)
        if len(before) == len(self._held) and all(map(_same, before, self._held)):
            return
        kept, place, scroll = self.chosen, self.highlighted, self.scroll_offset.y
        if follow and place is not None and all(o.disabled for o in self.options[:place]):
            kept, place, scroll = "", None, 0
        self.set_options(list(self._options_of(self._held, before)))  # the old ones go with it
        found = next(
            (i for i, option in enumerate(self.options) if kept and option.id == kept), None
        )
        if found is None:
            enabled = [i for i, option in enumerate(self.options) if not option.disabled]
            found = min(enabled, key=lambda i: abs(i - (place or 0)), default=None)
            found = enabled[0] if enabled and not kept else found
        else:
            self.scroll_to(y=scroll, animate=False)
        self.highlighted = found

    def _options_of(
        self, rows: list[tuple[str, Content]], before: list[tuple[str, Content]]
    ) -> Iterator[Option]:
        """Yield the options of rows; those that stood there already are laid out already."""
        laid = {(row, text.plain): place for place, (row, text) in enumerate(before)}
        options = list(self.options)
        for row, text in rows:
            place = laid.pop((row, text.plain), None)
            if place is not None and text.is_same(before[place][1]):
                yield options[place]
            else:
                yield Option(text, id=row or None, disabled=not row)

    def render_line(self, y: int) -> Strip:
        """Draw a mark at the start of the chosen row: a background alone is lost without colour."""
        strip = super().render_line(y)
        at = self.scroll_offset.y + y
        if self.highlighted is None or at >= len(self._lines):
            return strip
        index, offset = self._lines[at]
        first = next(iter(strip), None)
        if index != self.highlighted or first is None:
            return strip
        style = first.style or Style()
        if self.has_focus and style.color is not None:  # colours on a coloured row are hard to read
            own = Style(color=style.color, dim=False)
            strip = Strip([Segment(s.text, (s.style or style) + own) for s in strip])
        if offset:
            return strip
        return Strip([Segment(MARK, style), *strip.crop(1)], strip.cell_length)


def _same(one: tuple[str, Content], other: tuple[str, Content]) -> bool:
    return one[0] == other[0] and one[1].is_same(other[1])
