"""A field for text of many lines: the output of a check that ran elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from diagnose.checks.outputs import MOST_OUTPUT, readable
from tui.keys import Keys
from tui.safe import encodable

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType


class Printed(NamedTuple):
    """What a command printed, as far as it is known here."""

    output: str
    status: int | None
    is_cut: bool


class Output(TextArea):
    """Text of many lines; `TextArea` alone would draw the escape codes in a paste as they are."""

    is_cut = False

    def on_paste(self, event: events.Paste) -> None:
        """Take in what may be shown, as far as anybody looks at it."""
        event.stop()
        event.prevent_default()
        text, is_cut = readable(event.text)
        self.replace(encodable(text), *self.selection, maintain_selection_offset=False)
        if is_cut:
            self.is_cut = True
            self.notify(f"Only the first {MOST_OUTPUT:,} characters count.", timeout=4)


class EditScreen(ModalScreen[Printed | None]):
    """Takes a command's output and, when known, its exit status."""

    CSS_PATH = "text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+j", "accept", "Interpret", priority=True, id="edit.accept"),
        Binding("escape", "leave", "Back", priority=True, key_display="Esc", id="edit.leave"),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        """Build the field."""
        with Vertical(classes="dialog") as dialog:
            yield Static("Paste what it printed; then ctrl+s.", markup=False)
            yield Output(id="output", soft_wrap=True)
            yield Input(
                placeholder="exit status, if you know it", type="integer", compact=True, id="status"
            )
            yield Keys()
        dialog.border_title = self._title.replace("[", "\\[")

    def action_accept(self) -> None:
        """Give what was pasted."""
        status, output = self.query_one("#status", Input).value, self.query_one(Output)
        known = int(status) if status.isdigit() else None
        self.dismiss(Printed(output.text, known, output.is_cut))

    def action_leave(self) -> None:
        """Give nothing."""
        self.dismiss(None)
