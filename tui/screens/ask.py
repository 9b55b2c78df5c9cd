"""The next check: the question whose answer would tell the causes apart best."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from tui.safe import lines, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from diagnose.questions import Question


class AskScreen(ModalScreen[tuple[str, str] | None]):
    """One question with what each answer would mean; gives (finding, state) or nothing."""

    CSS_PATH = "text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('present')", "Yes", id="ask.yes"),
        Binding("n", "answer('absent')", "No", id="ask.no"),
        Binding("d", "answer('unknown')", "Don't know", id="ask.unknown"),
        Binding("s", "skip", "Another one", id="ask.skip"),
        Binding("escape,q", "leave", "Back", key_display="Esc", id="ask.leave"),
    ]

    def __init__(
        self, questions: Sequence[Question], commands: Mapping[str, str], titles: Mapping[str, str]
    ) -> None:
        super().__init__()
        self._questions = questions
        self._commands = commands
        self._titles = titles
        self._at = 0

    def compose(self) -> ComposeResult:
        """Build the question."""
        with Vertical(classes="dialog -auto") as dialog:
            yield Static(id="question", markup=False)
            yield Footer(show_command_palette=False)
        dialog.border_title = "Next check"

    def on_mount(self) -> None:
        """Show the first question."""
        self._show()

    def _show(self) -> None:
        page = Content("\n").join(list(self._lines(self._questions[self._at])))
        self.query_one("#question", Static).update(page)

    def _lines(self, question: Question) -> Iterator[Content]:
        yield Content.styled(lines(question.question), "bold")
        if command := self._commands.get(question.command):
            yield Content.assemble(
                "\n", ("\u25cb look  ", "$text-success"), (f"$ {lines(command)}", "bold")
            )
        yield Content("")
        for outcome in question.outcomes:
            insight, _, share = outcome.then.partition(" (")
            leads = f"then {self._titles.get(insight, insight)}" + (f" ({share}" if share else "")
            yield Content.assemble((f"{outcome.answer:>4}: ", "bold"), plain(leads))
        yield Content.styled(
            f"\nTakes about {question.cost_s} s; tells {question.gain_bits:.2f} bits."
            f"  {self._at + 1} of {len(self._questions)}",
            "dim",
        )

    def action_answer(self, state: str) -> None:
        """Give the answer."""
        self.dismiss((self._questions[self._at].id, state))

    def action_skip(self) -> None:
        """Show the next best question."""
        self._at = (self._at + 1) % len(self._questions)
        self._show()

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
