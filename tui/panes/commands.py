"""What to do: the checks and fixes of a cause, looking and changing told apart by word and mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from tui.rows import Rows
from tui.safe import plain
from tui.words import RISK, effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.binding import BindingType

    from diagnose.checks.commands import Filled
    from diagnose.result import Cause


class Commands(Rows):
    """The commands of the cause that is shown; they are shown and never run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,y", "copy", "Copy", id="commands.copy"),
        Binding("p", "paste_output", "Paste output", id="commands.output"),
    ]

    class Copied(Message):
        """The user wants a command on the clipboard."""

        def __init__(self, command: Filled) -> None:
            super().__init__()
            self.command = command

    class Output(Message):
        """The user has the output of a check."""

        def __init__(self, command: Filled) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__(id="commands")
        self.border_title = "4 What to do"
        self._commands: dict[str, Filled] = {}

    @property
    def command(self) -> Filled | None:
        """The command the cursor is on."""
        return self._commands.get(self.chosen)

    def show_cause(self, cause: Cause | None, collect: Sequence[Filled] = ()) -> None:
        """Show the commands of a cause, or those that collect what is needed to find one."""
        commands = collect if cause is None else (*cause.checks, *cause.fixes)
        self._commands = {f"command:{command.id}": command for command in commands}
        self.show(self._rows(cause) if cause is not None else self._collecting(collect))

    @staticmethod
    def _collecting(commands: Sequence[Filled]) -> Iterator[tuple[str, Content]]:
        if commands:
            yield "", Content.styled("Collect", "bold dim")
        else:
            yield "", Content.styled("The checks and fixes of a cause come to stand here.", "dim")
        for command in commands:
            yield f"command:{command.id}", _row(command)

    def _rows(self, cause: Cause) -> Iterator[tuple[str, Content]]:
        yield "", Content.styled("Check", "bold dim")
        for command in cause.checks:
            yield f"command:{command.id}", _row(command)
        if not cause.checks:
            yield "", Content(plain(cause.no_checks or "no check is known"))
        yield "", Content.styled("Fix, then verify", "bold dim")
        for command in cause.fixes:
            yield f"command:{command.id}", _row(command)
        if not cause.fixes:
            yield "", Content(plain(cause.no_fixes or "no fix is known"))

    def action_copy(self) -> None:
        """Copy the command."""
        if self.command is not None:
            self.post_message(self.Copied(self.command))

    def action_paste_output(self) -> None:
        """Give the command's output, to be interpreted."""
        if self.command is not None:
            self.post_message(self.Output(self.command))


def _row(command: Filled) -> Content:
    risk = "" if command.effect == "reads" else f" {RISK.get(command.risk, command.risk)}"
    todo = "" if command.filled else " \u00b7 fill in {\u2026}"
    return Content.assemble(
        effect(command),
        f"{risk}  {plain(command.why or command.purpose)}",
        (f"{todo}\n", "$text-warning"),
        (
            f"$ {plain(command.text, 600)}"
            if command.language == "shell"
            else plain(command.text, 600),
            "bold",
        ),
    )
