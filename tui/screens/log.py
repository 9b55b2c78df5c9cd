"""A log with the evidence in it: n and N go from one place to the next, / searches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Input, Static
from textual.worker import get_current_worker

from diagnose.errors import UsageError
from tui import logseek
from tui.logtext import Held, OnDisk
from tui.logview import LogView
from tui.safe import plain
from tui.words import HOW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from diagnose.findings import Finding

TOGETHER = 200
"""Places that are reported together."""


class LogScreen(Screen[None]):
    """One source of text, from a file or from a paste."""

    CSS_PATH = "log.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "jump(1)", "Next place", id="log.next"),
        Binding("N", "jump(-1)", "Previous", id="log.previous"),
        Binding("slash", "search", "Search", key_display="/", id="log.search"),
        Binding("j", "scroll('down')", "Down", show=False, id="log.down"),
        Binding("k", "scroll('up')", "Up", show=False, id="log.up"),
        Binding("g", "scroll('home')", "Top", show=False, id="log.top"),
        Binding("G", "scroll('end')", "Bottom", show=False, id="log.bottom"),
        Binding("escape,q", "leave", "Back", key_display="Esc", id="log.leave"),
    ]

    class Grown(Message):
        """More lines are known; ``reason`` says why no more can be read."""

        def __init__(self, reason: str = "", *, done: bool = False) -> None:
            super().__init__()
            self.reason = reason
            self.done = done

    class Placed(Message):
        """More places are known: (line, text) of what is searched for, or of evidence."""

        def __init__(self, searched: str, places: list[tuple[int, str]]) -> None:
            super().__init__()
            self.searched = searched
            self.places = places

    def __init__(
        self, name: str, source: Path | str, findings: Sequence[Finding], first: str = ""
    ) -> None:
        super().__init__()
        self._source = name
        self._first = first
        self.text = OnDisk(source) if isinstance(source, Path) else Held(source)
        self._telling = {text: f for f in findings for text in logseek.texts_of(f)}
        self.found: dict[int, list[Finding]] = {}
        for finding in findings:
            if finding.line:
                self.found.setdefault(finding.line, []).append(finding)
        self.done = False
        self._failed = ""
        """Why no more can be read."""

    def compose(self) -> ComposeResult:
        """Build the view."""
        yield Static(plain(self._source), id="log-title", markup=False)
        yield LogView(self.text, self.found)
        yield Input(placeholder="search in this text", compact=True, id="log-query")
        yield Static("", id="log-note", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one("#log-query").display = False
        self._view.focus()
        self._scan()

    @property
    def _view(self) -> LogView:
        return self.query_one(LogView)

    @work(thread=True, exit_on_error=False)
    def _scan(self) -> None:
        """Learn where lines begin, then where else the evidence stands."""
        worker = get_current_worker()
        reason = ""
        if isinstance(self.text, OnDisk):
            try:
                self.text.scan(lambda: worker.is_cancelled, self._report)
            except (OSError, UsageError) as error:
                reason = str(error)
        self.post_message(self.Grown(reason, done=True))
        self._look_for(list(self._telling), "")

    def _report(self) -> None:
        self.post_message(self.Grown())

    @work(thread=True, exclusive=True, group="search", exit_on_error=False)
    def _search(self, text: str) -> None:
        self._look_for([text], text)

    def _look_for(self, wanted: list[str], searched: str) -> None:
        worker = get_current_worker()
        together: list[tuple[int, str]] = []
        for place in logseek.places(
            self.text.blocks(), wanted, lambda: worker.is_cancelled, any_case=bool(searched)
        ):
            together.append(place)
            if len(together) == TOGETHER:
                self.post_message(self.Placed(searched, together))
                together = []
        self.post_message(self.Placed(searched, together))

    @on(Grown)
    def _grow(self, event: Grown) -> None:
        view = self._view
        view.grow()
        self.done = self.done or event.done
        if event.reason:
            self._failed = plain(event.reason)
            self._tell()
        if not view.here and not view.searched and view.places:
            wanted = self._place()
            if view.places[wanted] <= self.text.count:
                self.call_after_refresh(view.jump, wanted)
        self._title()

    @on(Placed)
    def _take_in(self, event: Placed) -> None:
        view = self._view
        if event.searched != view.searched:
            if event.searched:
                return  # it is searched for something else meanwhile
        elif event.searched:
            first = not view.places
            view.mark(line for line, _ in event.places)
            if first:
                view.step(1)
            return
        for line, text in event.places:
            known = self.found.setdefault(line, [])
            if all(finding.id != self._telling[text].id for finding in known):
                known.append(self._telling[text])
        if not view.searched:
            view.mark()
        self._title()

    def _place(self) -> int:
        """Return the place of the finding that was asked for, else the first."""
        asked = (
            place
            for place, line in enumerate(self._view.places)
            if any(f.id == self._first for f in self.found[line])
        )
        return next(asked, 0)

    def _title(self) -> None:
        more = "" if self.done else " \u2026"
        count = len(self.found)
        self.query_one("#log-title", Static).update(
            f"{plain(self._source)}  {self.text.count:,} lines{more}  {count:,} lines of evidence"
        )

    @on(LogView.Moved)
    def _tell(self) -> None:
        self.query_one("#log-note", Static).update(self._where())

    def _where(self) -> str:
        view = self._view
        what = f"\u201c{plain(view.searched, 60)}\u201d" if view.searched else "evidence"
        count = len(view.places)
        if self._failed:
            return self._failed
        if not count:
            return f"No {what} was found in this text." if self.done else ""
        if view.at < 0:
            return f"{count:,} lines with {what}: n and N go there."
        place = f"{view.at + 1:,} of {count:,}, line {view.here:,}: "
        return place + (what if view.searched else "; ".join(map(_said, self.found[view.here])))

    def action_jump(self, step: int) -> None:
        """Go to the next or the previous place."""
        self._view.step(step)

    def action_search(self) -> None:
        """Ask what to search for."""
        query = self.query_one("#log-query", Input)
        query.display = True
        query.focus()

    @on(Input.Submitted)
    def _begin(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.display = False
        self._view.focus()
        self._view.search(event.value)
        if event.value:
            self._search(event.value)

    def action_leave(self) -> None:
        """Leave the line, then the search, then the log."""
        query = self.query_one("#log-query", Input)
        if query.display:
            query.display = False
            self._view.focus()
        elif self._view.searched:
            self._view.search("")
        else:
            self.app.pop_screen()

    def action_scroll(self, where: str) -> None:
        """Scroll the log."""
        getattr(self._view, f"scroll_{where}")(animate=False)

    def on_unmount(self) -> None:
        """Let go of the file."""
        if isinstance(self.text, OnDisk):
            self.text.close()


def _said(finding: Finding) -> str:
    count = f", seen {finding.count:,} times" if finding.count > 1 else ""
    differs = f", differs: {plain(finding.differs)}" if finding.differs else ""
    return f"{HOW.get(finding.how, finding.how)}{count}{differs}: {plain(finding.text)}"
