"""Saving: where to, and whether long pasted texts are kept too."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.field import Field
from tui.keys import Keys
from tui.paths import holds, typed_path

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType


class Target(NamedTuple):
    """Where to save, and whether texts that are logs are kept."""

    path: Path
    texts: bool


class SaveScreen(ModalScreen[Target | None]):
    """Asks for a path; a file that is there is only replaced when asked twice."""

    CSS_PATH = "text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True, id="save.save"),
        Binding("ctrl+t", "keep_texts", "Texts", priority=True, id="save.texts"),
        Binding("escape", "leave", "Back", key_display="Esc", id="save.leave"),
    ]

    def __init__(self, title: str, path: Path, *, question: str = "") -> None:
        super().__init__()
        self._title = title
        self._path = path
        self._question = question
        self._warned = ""
        self._texts = False

    def compose(self) -> ComposeResult:
        """Build the form."""
        with Vertical(classes="dialog -auto") as dialog:
            yield Field(value=str(self._path), compact=True, id="target", select_on_focus=False)
            if self._question:
                yield Static(id="texts", markup=False)
            yield Static("Secrets are masked. Enter saves.", classes="note", markup=False)
            yield Keys()
        dialog.border_title = self._title

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Give the path, after a warning when something is there."""
        value = self.query_one("#target", Input).value.strip()
        path = typed_path(value)
        if not value or holds(path.is_dir):
            self._note("Give the name of a file.")
        elif holds(path.exists) and self._warned != value:
            self._warned = value
            self._note("A file of that name is there. Enter again replaces it.")
        else:
            self.dismiss(Target(path, self._texts))

    def on_mount(self) -> None:
        """Show the choice."""
        if self._question:
            self._show()

    def action_keep_texts(self) -> None:
        """Change whether texts are kept."""
        self._texts = not self._texts
        self._show()

    def _show(self) -> None:
        mark = "[x]" if self._texts else "[ ]"
        self.query_one("#texts", Static).update(f"{mark} {self._question} (ctrl+t)")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The choice is offered only where there is one."""
        del parameters
        return bool(self._question) or action != "keep_texts"

    def _note(self, text: str) -> None:
        self.query_one(".note", Static).update(text)

    def action_leave(self) -> None:
        """Save nothing."""
        self.dismiss(None)
