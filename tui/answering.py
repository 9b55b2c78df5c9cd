"""What the panes report, and what the main screen does with it.

Handlers go by name, not by `on`, so that no pane is imported before the first paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from diagnose.sessions.session import Step
from tui import opening
from tui.actions import Actions
from tui.clipboard import copy
from tui.dropped import dropped_files
from tui.safe import plain

if TYPE_CHECKING:
    from textual import events
    from textual.widgets import Input, OptionList

    from tui.panes.causes import Causes
    from tui.panes.commands import Commands
    from tui.panes.query import Query
    from tui.panes.signs import Signs

LONGEST = 2000
"""Characters of a single line that somebody would still change before it is kept."""


class Answering(Actions):
    """Handlers of the messages of the panes."""

    def on_signs_answered(self, event: Signs.Answered) -> None:
        """Take an answer into the session."""
        app = self.diagnose_app
        app.session = app.session.answer(event.finding, event.state)
        self.changed()

    def on_signs_dropped(self, event: Signs.Dropped) -> None:
        """Take back an input that was given at the start or since."""
        self.do(Step("drop", event.row))
        self.notify("Taken back; u undoes that.", timeout=2)

    def on_causes_ruled_out(self, event: Causes.RuledOut) -> None:
        """Rule a cause out, or take that back."""
        aside = self.diagnose_app.session.ruled_out()
        kind = "restore" if event.insight in aside else "rule-out"
        self.do(Step(kind, event.insight))

    def on_causes_why_not(self, event: Causes.WhyNot) -> None:
        """Say what speaks against a cause."""
        opening.why_not(self, event.insight)

    def on_commands_copied(self, event: Commands.Copied) -> None:
        """Copy a command."""
        copy(self.app, event.command.text, "Command")

    def on_commands_output(self, event: Commands.Output) -> None:
        """Take the output of a check."""
        opening.paste_output(self, event.command)

    def on_query_pasted(self, event: Query.Pasted) -> None:
        """Keep a paste whole; a single line goes into the line, to be changed."""
        self.pasted(event.text)

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste wherever the focus is."""
        event.stop()
        if self.ready and event.text.strip():
            self.pasted(event.text.replace("\r\n", "\n").replace("\r", "\n"))

    def pasted(self, text: str) -> None:
        """Keep several lines and open named files; put a single line where it can be changed."""
        if "\n" in text.strip() or len(text) > LONGEST or dropped_files(text):
            self.keep(text)
            return
        self.action_go("query")
        cast("Input", self.query_one("#query")).insert_text_at_cursor(
            plain(text.strip(), len(text))
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Match what is typed."""
        if event.input.id == "query":
            self.changed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep what was typed as evidence and go to the causes."""
        if event.input.id == "query":
            if event.value.strip():
                self.keep(event.value)
            self.action_go("causes")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the cause the cursor is on."""
        if event.option_list.id == "causes":
            self.show_cause()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter goes one pane on; on a command it opens the command."""
        on = event.option_list.id
        if on == "signs-rows":
            self.action_go("causes")
        elif on == "causes":
            self.action_go("detail")
        elif on == "commands" and self.commands.command is not None:
            opening.command(self, self.commands.command)

    def show_cause(self) -> None:
        """Show the cause the cursor is on."""
        raise NotImplementedError
