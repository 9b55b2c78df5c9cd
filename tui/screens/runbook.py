"""The runbook: preview, copy, file, editor; and the session as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.keys import Keys
from tui.safe import lines

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


LONGEST = 200_000
"""Characters of a runbook that are shown."""


class RunbookScreen(Screen[str | None]):
    """Shows a runbook; gives what to do with it: ``write``, ``edit``, ``copy`` or ``json``."""

    CSS_PATH = "runbook.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "choose('write')", "Write file", id="runbook.write"),
        Binding("e", "choose('edit')", "$EDITOR", id="runbook.edit"),
        Binding("c,Y", "choose('copy')", "Copy", id="runbook.copy"),
        Binding("J", "choose('json')", "Diagnosis as JSON", id="runbook.json"),
        Binding("j", "scroll('down')", "Down", show=False, id="runbook.down"),
        Binding("k", "scroll('up')", "Up", show=False, id="runbook.up"),
        Binding("g", "scroll('home')", "Top", show=False, id="runbook.top"),
        Binding("G", "scroll('end')", "Bottom", show=False, id="runbook.bottom"),
        Binding("escape,q", "choose('')", "Back", key_display="Esc", id="runbook.leave"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Build the preview."""
        yield Static(self._title, id="runbook-title", markup=False)
        with VerticalScroll(id="runbook"):
            yield Static(coloured(self._text), id="runbook-text", markup=False)
        yield Keys()

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.query_one("#runbook").focus()

    def action_choose(self, what: str) -> None:
        """Give what to do."""
        self.dismiss(what or None)

    def action_scroll(self, where: str) -> None:
        """Scroll the preview."""
        getattr(self.query_one("#runbook", VerticalScroll), f"scroll_{where}")(animate=False)


def coloured(text: str) -> Content:
    """Return Markdown as it is written, headings and code set apart.

    A runbook is read as source: it is what will stand in the file, and laying out its hundreds of
    blocks would hold the screen up for seconds.
    """
    code = False
    found = []
    for line in lines(text, LONGEST).split("\n"):
        fence = line.lstrip().startswith("```")
        style = "bold" if code and not fence else "dim" if fence else ""
        if line.startswith("#") and not code:
            style = "bold $text-accent"
        code = code != fence
        found.append(Content.styled(line, style) if style else Content(line))
    return Content("\n").join(found)
