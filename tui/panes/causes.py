"""Likely causes, most probable first: how sure in a word, by what evidence, and what moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from diagnose.probability import UNKNOWN
from tui.nocause import was_given
from tui.rows import Rows
from tui.safe import plain
from tui.words import arrow, by_what, parted, severity, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.binding import BindingType

    from diagnose.result import Cause, Diagnosis


class Causes(Rows):
    """The ranking; unlikely causes are folded, those ruled out stand last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "rule_out", "Rule out", id="causes.rule-out"),
        Binding("w", "why_not", "Why not", id="causes.why-not"),
        Binding("f", "fold", "Fold", show=False, id="causes.fold"),
    ]

    class RuledOut(Message):
        """The user rules a cause out, or takes that back."""

        def __init__(self, insight: str) -> None:
            super().__init__()
            self.insight = insight

    class WhyNot(Message):
        """The user asks what speaks against a cause and what would raise it."""

        def __init__(self, insight: str) -> None:
            super().__init__()
            self.insight = insight

    def __init__(self) -> None:
        super().__init__(id="causes")
        self.border_title = "2 Likely causes"
        self.folded = True
        self._shown: tuple[Diagnosis, Diagnosis | None] | None = None

    @property
    def insight(self) -> str:
        """Id of the cause the cursor is on, or nothing."""
        kind, _, insight = self.chosen.partition(":")
        return insight if kind in ("cause", "out") else ""

    def show_diagnosis(self, diagnosis: Diagnosis, before: Diagnosis | None) -> None:
        """Show a diagnosis; ``before`` is what the last step is compared with."""
        self._shown = (diagnosis, before)
        self.show(self._rows(diagnosis, before), follow=True)

    def _rows(
        self, diagnosis: Diagnosis, before: Diagnosis | None
    ) -> Iterator[tuple[str, Content]]:
        causes, given = diagnosis.causes, was_given(diagnosis)
        likely, rest = parted(diagnosis)
        if not causes:
            text = (
                "Nothing of it points to a cause of this base." if given else "Nothing to rank yet."
            )
            yield "", Content.styled(text, "dim")
        if given and diagnosis.verdict in ("nothing_known", "out_of_scope"):
            yield "collect", Content.styled("What to collect", "bold")
        if causes and diagnosis.verdict in ("weak", "nothing_known", "out_of_scope"):
            yield "", Content.styled("Not established; the nearest:", "bold dim")
        for cause in likely:
            yield f"cause:{cause.insight}", _row(cause, before)
        if rest:
            word = "\u25b8" if self.folded else "\u25be"
            yield "fold", Content.styled(f"{word} {len(rest)} less likely (f)", "dim")
        for cause in [] if self.folded else rest:
            yield f"cause:{cause.insight}", _row(cause, before)
        if causes:
            word = unknown(diagnosis.unknown_probability)
            yield "unknown", Content.styled(f"{word}: {UNKNOWN}", "dim")
        if diagnosis.ruled_out:
            yield "", Content.styled("Ruled out", "bold dim")
        for out in diagnosis.ruled_out:
            row = Content.assemble(
                ("\u2717 ", "dim"),
                plain(out.title),
                (f" \u2014 {plain(out.reason)}", "dim"),
            )
            yield f"out:{out.insight}", row

    def action_fold(self) -> None:
        """Show or hide the causes that are unlikely."""
        self.folded = not self.folded
        if self._shown is not None:
            self.show(self._rows(*self._shown))

    def action_rule_out(self) -> None:
        """Rule the cause out, or take that back."""
        if self.insight:
            self.post_message(self.RuledOut(self.insight))

    def action_why_not(self) -> None:
        """Ask what speaks against the cause."""
        if self.insight:
            self.post_message(self.WhyNot(self.insight))

    def action_select(self) -> None:
        """Unfold on the fold's row, else go to the cause."""
        if self.chosen == "fold":
            self.action_fold()
        else:
            super().action_select()


def _row(cause: Cause, before: Diagnosis | None) -> Content:
    mark, style = severity(cause.severity)
    return Content.assemble(
        (mark, style),
        f"  {cause.confidence}",
        (arrow(before, cause), "bold $text-accent"),
        (f"  {by_what(cause)}\n", "dim"),
        plain(cause.title),
    )
