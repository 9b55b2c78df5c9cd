"""One command: what it does, what each outcome means, how to verify and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from tui.prose import command_page
from tui.safe import plain
from tui.screens.text import TextScreen

if TYPE_CHECKING:
    from textual.binding import BindingType

    from diagnose.checks.commands import Filled


class CommandScreen(TextScreen):
    """A command in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "paste_output", "Paste output", id="command.output"),
    ]

    def __init__(self, command: Filled) -> None:
        super().__init__(
            plain(command.text, 80),
            command_page(command),
            note="Shown, never run.",
            printable=command.text,
        )
        self._command = command

    def action_paste_output(self) -> None:
        """Give the command's output, to be interpreted."""
        from tui.opening import paste_output, walk_of  # noqa: PLC0415

        walk = walk_of(self.app)
        self.app.pop_screen()
        paste_output(walk, self._command)
