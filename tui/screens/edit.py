"""A field for text of many lines: the output of a check that ran elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static, TextArea

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class EditScreen(ModalScreen[tuple[str, int | None] | None]):
    """Takes a command's output and, when known, its exit status."""

    CSS_PATH = "text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+j", "accept", "Interpret", priority=True, id="edit.accept"),
        Binding("escape", "leave", "Back", priority=True, id="edit.leave"),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        """Build the field."""
        with Vertical(classes="dialog") as dialog:
            yield Static("Paste what it printed; then ctrl+s.", markup=False)
            yield TextArea(id="output", soft_wrap=True)
            yield Input(
                placeholder="exit status, if you know it", type="integer", compact=True, id="status"
            )
            yield Footer(show_command_palette=False)
        dialog.border_title = self._title.replace("[", "\\[")

    def action_accept(self) -> None:
        """Give what was pasted."""
        status = self.query_one("#status", Input).value
        self.dismiss(
            (self.query_one("#output", TextArea).text, int(status) if status.isdigit() else None)
        )

    def action_leave(self) -> None:
        """Give nothing."""
        self.dismiss(None)
