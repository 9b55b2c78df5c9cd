"""A log with the evidence in it: n and N go from one piece to the next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from diagnose.errors import UsageError
from tui.logtext import Held, OnDisk
from tui.logview import LogView
from tui.safe import plain
from tui.words import HOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from diagnose.findings import Finding


class LogScreen(Screen[None]):
    """One source of text, from a file or from a paste."""

    CSS_PATH = "log.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "jump(1)", "Next evidence", id="log.next"),
        Binding("N", "jump(-1)", "Previous", id="log.previous"),
        Binding("j", "scroll('down')", "Down", show=False, id="log.down"),
        Binding("k", "scroll('up')", "Up", show=False, id="log.up"),
        Binding("g", "scroll('home')", "Top", show=False, id="log.top"),
        Binding("G", "scroll('end')", "Bottom", show=False, id="log.bottom"),
        Binding("escape,q", "app.pop_screen", "Back", key_display="Esc", id="log.leave"),
    ]

    class Grown(Message):
        """More lines are known; ``reason`` says why no more can be read."""

        def __init__(self, reason: str = "", *, done: bool = False) -> None:
            super().__init__()
            self.reason = reason
            self.done = done

    def __init__(
        self, name: str, source: Path | str, findings: Sequence[Finding], first: str = ""
    ) -> None:
        super().__init__()
        self._source = name
        self._first = first
        self.text = OnDisk(source) if isinstance(source, Path) else Held(source)
        found: dict[int, list[Finding]] = {}
        for finding in findings:
            found.setdefault(finding.line, []).append(finding)
        self.found = found
        self.done = False

    def compose(self) -> ComposeResult:
        """Build the view."""
        yield Static(plain(self._source), id="log-title", markup=False)
        yield LogView(self.text, self.found)
        yield Static("", id="log-note", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one(LogView).focus()
        if isinstance(self.text, Held):
            self.post_message(self.Grown(done=True))
        else:
            self._scan(self.text)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _scan(self, text: OnDisk) -> None:
        worker = get_current_worker()
        reason = ""
        try:
            text.scan(lambda: worker.is_cancelled, self._report)
        except (OSError, UsageError) as error:
            reason = str(error)
        self.post_message(self.Grown(reason, done=True))

    def _report(self) -> None:
        self.post_message(self.Grown())

    @on(Grown)
    def _grow(self, event: Grown) -> None:
        view = self.query_one(LogView)
        view.grow()
        self.done = self.done or event.done
        if event.reason:
            self.query_one("#log-note", Static).update(plain(event.reason))
        wanted = self._place()
        if view.at < 0 and view.places and view.places[wanted] <= self.text.count:
            self.call_after_refresh(view.jump, wanted)
        self._title()

    def _place(self) -> int:
        """Return the place of the finding that was asked for, else the first."""
        places = sorted(self.found)
        asked = (
            n for n, line in enumerate(places) if any(f.id == self._first for f in self.found[line])
        )
        return next(asked, 0)

    def _title(self) -> None:
        more = "" if self.done else " \u2026"
        count = len(self.found)
        self.query_one("#log-title", Static).update(
            f"{plain(self._source)}  {self.text.count:,} lines{more}  {count} lines of evidence"
        )

    @on(LogView.Moved)
    def _told(self, event: LogView.Moved) -> None:
        view = self.query_one(LogView)
        line = view.places[event.place]
        said = []
        for finding in self.found[line]:
            count = f", seen {finding.count} times" if finding.count > 1 else ""
            differs = f", differs: {plain(finding.differs)}" if finding.differs else ""
            said.append(
                f"{HOW.get(finding.how, finding.how)}{count}{differs}: {plain(finding.text)}"
            )
        self.query_one("#log-note", Static).update(
            f"{event.place + 1} of {len(view.places)}, line {line:,}: " + "; ".join(said)
        )

    def action_jump(self, step: int) -> None:
        """Go to the next or the previous piece of evidence."""
        view = self.query_one(LogView)
        if not view.places:
            self.query_one("#log-note", Static).update("No evidence was found in this text.")
            return
        view.jump(view.at + step)

    def action_scroll(self, where: str) -> None:
        """Scroll the log."""
        getattr(self.query_one(LogView), f"scroll_{where}")(animate=False)

    def on_unmount(self) -> None:
        """Let go of the file."""
        if isinstance(self.text, OnDisk):
            self.text.close()
