"""The cause the cursor is on: what happens, for, against, missing, neighbours, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll

from tui.line import Line
from tui.nocause import page
from tui.prose import cause_page

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from diagnose.result import Cause, Diagnosis


class Detail(VerticalScroll):
    """A page of text that scrolls."""

    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False, id="detail.down"),
        Binding("k", "scroll_up", "Up", show=False, id="detail.up"),
        Binding("g", "scroll_home", "Top", show=False, id="detail.top"),
        Binding("G", "scroll_end", "Bottom", show=False, id="detail.bottom"),
    ]

    def __init__(self) -> None:
        super().__init__(id="detail", can_focus=True)
        self.border_title = "3 This cause"
        self._of = ""

    def compose(self) -> ComposeResult:
        """Build the page."""
        yield Line(id="detail-text")

    def show(self, row: str, cause: Cause | None, diagnosis: Diagnosis) -> None:
        """Show a cause, or where there is none what belongs to the row of the list of causes."""
        if cause is not None:
            title, text = "This cause", cause_page(cause)
        else:
            title, text = page(row, diagnosis)
        self.border_title = f"3 {title}"
        self.query_one("#detail-text", Line).say(text)
        if row != self._of:
            self._of = row
            self.scroll_home(animate=False)
