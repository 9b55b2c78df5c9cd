"""A log with the evidence in it: n and N go from one place to the next, / searches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from diagnose.errors import UsageError
from tui import logseek
from tui.field import Field
from tui.keys import Keys
from tui.logtext import Held, OnDisk
from tui.logview import LogView
from tui.safe import plain
from tui.words import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from diagnose.findings import Finding

EVIDENCE = 0
"""Number of the search for evidence; those for what is typed come after it."""


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
        """A search knows more places, as (line, text); ``done`` says that there are no others."""

        def __init__(
            self, search: int, places: Sequence[tuple[int, str]], *, done: bool = False
        ) -> None:
            super().__init__()
            self.search = search
            self.places = places
            self.done = done

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
        self._search = EVIDENCE
        """The last search that was asked for."""
        self._waits = False
        """That search begins when the text is opened."""
        self._is_away = False
        """The view has not yet gone to a place of that search."""
        self._ended: set[int] = set()
        """Searches that know all places."""

    def compose(self) -> ComposeResult:
        """Build the view."""
        yield Static(plain(self._source), id="log-title", markup=False)
        yield LogView(self.text, self.found)
        yield Field(placeholder="search in this text", compact=True, id="log-query")
        yield Static("", id="log-note", markup=False)
        yield Keys()

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
        self._look_for(EVIDENCE, list(self._telling))

    def _report(self) -> None:
        self.post_message(self.Grown())

    @work(thread=True, exclusive=True, group="search", exit_on_error=False)
    def _seek(self, search: int, text: str) -> None:
        self._look_for(search, [text])

    def _look_for(self, search: int, wanted: list[str]) -> None:
        """Report where texts stand, but nothing once the worker is cancelled."""
        worker = get_current_worker()
        found = logseek.places(
            self.text.blocks(), wanted, lambda: worker.is_cancelled, any_case=search != EVIDENCE
        )
        try:
            for places in logseek.batches(found):
                if worker.is_cancelled:
                    return
                self.post_message(self.Placed(search, places))
        except OSError as error:
            self.post_message(self.Grown(str(error)))
        if not worker.is_cancelled:
            self.post_message(self.Placed(search, (), done=True))

    @on(Grown)
    def _grow(self, event: Grown) -> None:
        view = self._view
        view.grow()
        self._begin()
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
        if event.done:
            self._ended.add(event.search)
        if event.search != EVIDENCE:
            if view.searched and event.search == self._search:  # else it was left meanwhile
                view.mark(line for line, _ in event.places)
                if self._is_away:
                    self._is_away = not view.arrive(around=event.done)
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
        more = "" if (self._search if view.searched else EVIDENCE) in self._ended else " \u2026"
        if not count:
            return f"searching {what}{more}" if more else f"No {what} was found in this text."
        if view.at < 0:
            return f"{count:,} lines with {what}{more}: n and N go there."
        place = f"{view.at + 1:,} of {count:,}{more}, line {view.here:,}: "
        return place + (what if view.searched else "; ".join(map(said, self.found[view.here])))

    def action_jump(self, step: int) -> None:
        """Go to the next or the previous place."""
        self._view.step(step)

    def action_search(self) -> None:
        """Ask what to search for."""
        query = self.query_one("#log-query", Input)
        query.display = True
        query.focus()

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.display = False
        self._view.focus()
        self._search_for(event.value)

    def _search_for(self, text: str) -> None:
        """Search for a text in place of the last one; without one, go among the evidence."""
        self.workers.cancel_group(self, "search")
        self._search += bool(text)
        self._waits = self._is_away = bool(text)
        self._view.search(text)
        self._begin()

    def _begin(self) -> None:
        """Begin the search that was asked for, as soon as there is a text to search in."""
        if self._waits and self.text.opened:
            self._waits = False
            self._seek(self._search, self._view.searched)

    def action_leave(self) -> None:
        """Leave the line, then the search, then the log."""
        query = self.query_one("#log-query", Input)
        if query.display:
            query.display = False
            self._view.focus()
        elif self._view.searched:
            self._search_for("")
        else:
            self.app.pop_screen()

    def action_scroll(self, where: str) -> None:
        """Scroll the log."""
        getattr(self._view, f"scroll_{where}")(animate=False)

    def on_unmount(self) -> None:
        """Let go of the file."""
        if isinstance(self.text, OnDisk):
            self.text.close()
