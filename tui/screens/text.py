"""A page of text over the main screen: help, one command, what speaks against a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keys import Keys

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from tui.app import DiagnoseApp


class TextScreen(ModalScreen[None]):
    """Text to read, select and copy."""

    CSS_PATH = "text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "Close", key_display="Esc", id="text.close"),
        Binding("j,down", "scroll('down')", "Down", show=False, id="text.down"),
        Binding("k,up", "scroll('up')", "Up", show=False, id="text.up"),
        Binding("g,home", "scroll('home')", "Top", show=False, id="text.top"),
        Binding("G,end", "scroll('end')", "Bottom", show=False, id="text.bottom"),
        Binding("c,y", "copy", "Copy", id="text.copy"),
        Binding("P", "print", "Print and leave", id="text.print"),
    ]

    def __init__(
        self, title: str, text: Content | str, *, note: str = "", printable: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._note = note
        self._printable = printable

    def compose(self) -> ComposeResult:
        """Build the page."""
        with Vertical(classes="dialog") as dialog:
            with VerticalScroll(id="page"):
                yield Static(self._text, id="page-text", markup=False)
            yield Static(self._note, classes="note", markup=False)
            yield Keys()
        dialog.border_title = self._title.replace("[", "\\[")

    def on_mount(self) -> None:
        """Hide an empty note."""
        self.query_one(".note").display = bool(self._note)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Copy and print only where there is something to copy."""
        del parameters
        return bool(self._printable) if action in ("copy", "print") else True

    def action_scroll(self, where: str) -> None:
        """Scroll the page."""
        page = self.query_one("#page", VerticalScroll)
        getattr(page, f"scroll_{where}")(animate=False)

    def action_copy(self) -> None:
        """Send the text to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._printable)
        self.notify("Sent to the clipboard", timeout=2)

    def action_print(self) -> None:
        """Leave, and print the text on the plain terminal, where any mouse can take it."""
        app = cast("DiagnoseApp", self.app)
        app.last_words = self._printable
        app.end(0)
