"""What you see: what was found in the input, what is asked next, and every symptom to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList

from diagnose.redact import redact
from tui.line import Line
from tui.panes.query import Query
from tui.rows import Rows
from tui.safe import last_line, plain
from tui.words import HOW, STATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from diagnose.asking.questions import Question
    from diagnose.findings import Finding
    from diagnose.sessions.session import Session
    from kb.index import FindingRow

MOST = 300
"""Symptoms that are listed at once; typing narrows the rest."""

MOST_FOUND = 60


class Signs(Vertical):
    """The query line over the list of findings, questions and symptoms."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('present')", "Yes", id="signs.yes"),
        Binding("n", "answer('absent')", "No", id="signs.no"),
        Binding("d", "answer('unknown')", "Don't know", id="signs.unknown"),
        Binding("delete,backspace", "answer('')", "Withdraw", show=False, id="signs.withdraw"),
        Binding("space", "cycle", "Next answer", show=False, id="signs.cycle"),
    ]

    class Answered(Message):
        """The user answered a finding; an empty state withdraws."""

        def __init__(self, finding: str, state: str) -> None:
            super().__init__()
            self.finding = finding
            self.state = state

    class Dropped(Message):
        """The user takes back an input, named by its key."""

        def __init__(self, row: str) -> None:
            super().__init__()
            self.row = row

    def __init__(self) -> None:
        super().__init__(id="signs")
        self.border_title = "1 What you see"
        self.symptoms: list[FindingRow] = []
        self._questions: dict[str, str] = {}
        self.answers: Mapping[str, str] = {}
        self._full: dict[str, str] = {}
        self._rows: dict[tuple[str, str], Content] = {}
        """(symptom, answer) -> its row."""

    def compose(self) -> ComposeResult:
        """Build the line and the list."""
        yield Query()
        yield Rows(id="signs-rows")
        yield Line(id="sign-note")

    def learn(self, symptoms: list[FindingRow]) -> None:
        """Take in the symptoms of the base."""
        self.symptoms = symptoms
        self._questions = {f"symptom:{row.id}": row.question for row in symptoms}

    @property
    def query_text(self) -> str:
        """What is typed."""
        return self.query_one(Query).value

    def show(
        self,
        session: Session,
        noted: list[str],
        found: list[Finding],
        questions: tuple[Question, ...],
        told: set[str],
    ) -> None:
        """Show the state of a session; ``told`` are symptoms the typed words tell of.

        What is ``noted`` is about how the result came about.
        """
        self.answers = session.answers()
        self._full = {f"finding:{f.id}": _evidence(f) for f in found}
        self._full |= {f"ask:{q.id}": q.question for q in questions}
        self._full |= {f"input:{key}": text for _, key, text in session.inputs()}
        self._full |= {f"note:{place}": text for place, text in enumerate(noted)}
        rows = [*self._given(session), *self._noted(noted), *self._found(found)]
        rows += self._asked(questions)
        rows += self._symptoms(self.query_text, told)
        self.query_one("#signs-rows", Rows).show(rows, follow=True)

    def _given(self, session: Session) -> Iterator[tuple[str, Content]]:
        inputs = session.inputs()
        if inputs:
            yield "", _heading("You gave")
        for kind, key, text in inputs:
            said = last_line(text) if kind == "error" else f"log {plain(text.rsplit('/', 1)[-1])}"
            yield f"input:{key}", Content.assemble(("\u00bb ", "$text-primary"), said)

    def _noted(self, noted: list[str]) -> Iterator[tuple[str, Content]]:
        for place, text in enumerate(noted):
            yield f"note:{place}", Content.assemble(("! ", "bold $text-warning"), plain(text))

    def _found(self, found: list[Finding]) -> Iterator[tuple[str, Content]]:
        if found:
            yield "", _heading("Found in it")
        for finding in found[:MOST_FOUND]:
            count = f" \u00d7{finding.count}" if finding.count > 1 else ""
            mark = "\u2713" if finding.state == "present" else "\u2717"
            how = HOW.get(finding.how, finding.how)
            yield (
                f"finding:{finding.id}",
                Content.assemble(
                    (f"{mark} ", "$text-success"),
                    plain(finding.text),
                    (f" {how}{count}", "dim"),
                ),
            )
        if len(found) > MOST_FOUND:
            yield "", Content.styled(f"  and {len(found) - MOST_FOUND} more", "dim")

    def _asked(self, questions: tuple[Question, ...]) -> Iterator[tuple[str, Content]]:
        if questions:
            yield "", _heading("Asked next (y n d)")
        for question in questions[:3]:
            yield (
                f"ask:{question.id}",
                Content.assemble(
                    ("? ", "bold $text-accent"),
                    plain(question.question),
                    (f"  and {len(question.also)} more (a)" if question.also else "", "dim"),
                ),
            )

    def _symptoms(self, typed: str, told: set[str]) -> Iterator[tuple[str, Content]]:
        words = typed.casefold().split()
        others = [row for row in self.symptoms if row.id not in told]
        rows = [row for row in others if _holds(row, words)] or others
        ordered = sorted(rows, key=lambda row: row.id not in self.answers)
        yield "", _heading(f"Symptoms ({len(rows)})")
        for row in ordered[:MOST]:
            yield f"symptom:{row.id}", self._symptom(row, self.answers.get(row.id, ""))
        if len(ordered) > MOST:
            yield "", Content.styled(f"  {len(ordered) - MOST} more: type to narrow", "dim")

    def _symptom(self, row: FindingRow, state: str) -> Content:
        known = self._rows.get((row.id, state))
        if known is None:
            mark = f"{STATE[state]} " if state else "\u00b7 "
            style = "bold $text-success" if state == "present" else "dim"
            known = Content.assemble((mark, style), plain(row.text))
            self._rows[row.id, state] = known
        return known

    @on(OptionList.OptionHighlighted)
    def _note(self) -> None:
        """Show the row the cursor is on in full: rows are cut to one line."""
        row = self.query_one("#signs-rows", Rows).chosen
        text = self._full.get(row) or self._questions.get(row, "")
        note = self.query_one("#sign-note", Line)
        note.say(last_line(text) if row.startswith("input:") else plain(text))
        note.display = bool(text)

    def action_answer(self, state: str) -> None:
        """Answer the finding the cursor is on, or take back an input."""
        kind, _, rest = self.query_one("#signs-rows", Rows).chosen.partition(":")
        if kind in ("symptom", "ask", "finding"):
            self.post_message(self.Answered(rest, state))
        elif kind == "input" and not state:
            self.post_message(self.Dropped(rest))

    def action_cycle(self) -> None:
        """Go from no answer to yes, no, don't know and back."""
        finding = self.query_one("#signs-rows", Rows).chosen.partition(":")[2]
        order = ["", "present", "absent", "unknown"]
        state = self.answers.get(finding, "")
        self.action_answer(order[(order.index(state) + 1) % len(order)])


def _heading(text: str) -> Content:
    return Content.styled(text, "bold dim")


def _holds(row: FindingRow, words: list[str]) -> bool:
    text = f"{row.text} {row.question} {row.id}".casefold()
    return all(word in text for word in words)


def _evidence(finding: Finding) -> str:
    """Return a finding with the line or words that showed it."""
    name = finding.source.replace("\\", "/").rsplit("/", 1)[-1]
    where = f" ({name}:{finding.line})" if finding.line else ""
    seen = f": {redact(finding.matched)}" if finding.matched else ""
    return f"{finding.text}{where}{seen}"
