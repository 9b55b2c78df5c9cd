"""The next check: the question whose answer would tell the causes apart best."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from diagnose.asking.looks import MOST_STATEMENTS
from tui.keys import Keys
from tui.safe import lines, plain
from tui.words import STATE, effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from diagnose.asking.questions import Question


class AskScreen(ModalScreen[tuple[tuple[str, str], ...] | None]):
    """One question with what each answer would mean; gives (finding, state) of each answer."""

    CSS_PATH = "text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('present')", "Yes", id="ask.yes"),
        Binding("n", "answer('absent')", "No", id="ask.no"),
        Binding("d", "answer('unknown')", "Don't know", id="ask.unknown"),
        Binding("1", "mark(1)", "Mark", key_display=f"0-{MOST_STATEMENTS}", id="ask.mark-1"),
        *(
            Binding(
                str(number),
                f"mark({number})",
                f"Mark {number}",
                show=False,
                id=f"ask.mark-{number}",
            )
            for number in range(2, MOST_STATEMENTS + 1)
        ),
        Binding("0", "none", "None of these", show=False, id="ask.none"),
        Binding("enter", "marked", "Only these", id="ask.marked"),
        Binding("s", "skip", "More", id="ask.skip"),
        Binding("escape,q", "leave", "Back", key_display="Esc", id="ask.leave"),
    ]

    def __init__(self, questions: Sequence[Question], titles: Mapping[str, str]) -> None:
        super().__init__()
        self._questions = questions
        self._titles = titles
        self._at = 0
        self._marked: set[str] = set()
        """Statements of the question that hold."""

    @property
    def _question(self) -> Question:
        return self._questions[self._at]

    @property
    def _statements(self) -> tuple[tuple[str, str], ...]:
        """(finding, text) of everything that this look answers, as it is numbered."""
        return ((self._question.id, self._question.question), *self._question.also)

    def compose(self) -> ComposeResult:
        """Build the question."""
        with Vertical(classes="dialog -auto") as dialog:
            with VerticalScroll(id="question-page"):
                yield Static(id="question", markup=False)
            yield Keys()
        dialog.border_title = "Next check"

    def on_mount(self) -> None:
        """Show the first question."""
        self._show()

    def _show(self) -> None:
        page = Content("\n").join(list(self._lines(self._question)))
        self.query_one("#question", Static).update(page)
        self.refresh_bindings()

    def _lines(self, question: Question) -> Iterator[Content]:
        if question.also:
            yield Content("What of this do you see?")
            for number, (finding, text) in enumerate(self._statements, 1):
                mark = STATE["present"] if finding in self._marked else "\u00b7"
                yield Content.assemble(f"{number} ", (f"{mark} {lines(text)}", "bold"))
            yield Content("0 \u00b7 none of these")
        else:
            yield Content.styled(lines(question.question), "bold")
        if question.run is not None:
            command = lines(question.run.text)
            shown = f"$ {command}" if question.run.language == "shell" else command
            yield Content.assemble("\n", effect(question.run), (f"  {shown}", "bold"))
        yield Content("\nAnswers to the first:" if question.also else "")
        for outcome in question.outcomes:
            insight, _, share = outcome.then.partition(" (")
            leads = f"then {self._titles.get(insight, insight)}" + (f" ({share}" if share else "")
            yield Content.assemble((f"{outcome.answer:>4}: ", "bold"), plain(leads))
        yield Content.styled(
            f"\nTakes about {question.cost_s} s; tells {question.gain_bits:.2f} bits."
            f"  {self._at + 1} of {len(self._questions)}",
            "dim",
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Statements are marked where there are several."""
        del parameters
        return bool(self._question.also) or action not in ("mark", "marked", "none")

    def action_answer(self, state: str) -> None:
        """Answer the first statement; of the others only what is marked, or that none is known."""
        said = dict.fromkeys(self._marked, "present") | {self._question.id: state}
        if state == "unknown":
            said = {finding: said.get(finding, state) for finding, _ in self._statements}
        self.dismiss(tuple(said.items()))

    def action_mark(self, number: int) -> None:
        """Mark a statement by its number, or take the mark off."""
        if number <= len(self._statements):
            self._marked ^= {self._statements[number - 1][0]}
            self._show()

    def action_marked(self) -> None:
        """Answer all statements: those marked hold, the others do not."""
        if not self._marked:
            self.notify("Mark what you see by its number; 0 says none of it.", timeout=3)
            return
        self._settle()

    def action_none(self) -> None:
        """Answer all statements: none holds."""
        self._marked = set()
        self._settle()

    def _settle(self) -> None:
        self.dismiss(
            tuple(
                (finding, "present" if finding in self._marked else "absent")
                for finding, _ in self._statements
            )
        )

    def action_skip(self) -> None:
        """Show the next best question."""
        self._at = (self._at + 1) % len(self._questions)
        self._marked = set()
        self._show()

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
