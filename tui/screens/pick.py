"""A short list to choose one thing from: the sources of a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList

from tui.keys import Keys
from tui.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content


class PickScreen(ModalScreen[str | None]):
    """Gives the id of the row that was chosen."""

    CSS_PATH = "text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,y", "copy", "Copy", id="pick.copy"),
        Binding("escape,q", "leave", "Back", key_display="Esc", id="pick.leave"),
    ]

    def __init__(self, title: str, rows: Sequence[tuple[str, Content]]) -> None:
        super().__init__()
        self._title = title
        self._rows = rows

    def compose(self) -> ComposeResult:
        """Build the list."""
        with Vertical(classes="dialog") as dialog:
            yield Rows(id="choices")
            yield Keys()
        dialog.border_title = self._title

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(Rows).show(self._rows)

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_copy(self) -> None:
        """Copy what the cursor is on."""
        if chosen := self.query_one(Rows).chosen:
            self.app.copy_to_clipboard(chosen)
            self.notify("Sent to the clipboard", timeout=2)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
