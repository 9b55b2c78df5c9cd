"""Choosing a file: a path to type with what lies there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from tui.field import Field
from tui.keys import Keys
from tui.paths import holds, typed_path
from tui.rows import Rows
from tui.safe import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType

MOST = 500
"""Entries of a folder that are listed; typing narrows the rest."""


class FileScreen(ModalScreen[Path | None]):
    """Gives the path of a file, or of a folder that is to be read as a whole."""

    CSS_PATH = "text.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "take", "Take the folder", priority=True, id="files.folder"),
        Binding("tab", "complete", "Complete", priority=True, id="files.complete"),
        Binding("down", "to_list", "To the list", show=False, id="files.down"),
        Binding("escape", "leave", "Back", key_display="Esc", id="files.leave"),
    ]

    def __init__(self, title: str, start: Path, *, folders: bool = True) -> None:
        super().__init__()
        self._title = title
        self._from = start
        self._folders = folders
        self._listed: tuple[Path, list[tuple[str, bool]]] | None = None

    def compose(self) -> ComposeResult:
        """Build the field and the list."""
        with Vertical(classes="dialog") as dialog:
            yield Field(value=f"{self._from}/", compact=True, id="path", select_on_focus=False)
            yield Rows(id="entries")
            yield Static("Enter opens a file or goes into a folder", classes="note", markup=False)
            yield Keys()
        dialog.border_title = self._title

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Folders are taken only where that makes sense."""
        del parameters
        return self._folders or action != "take"

    @on(Input.Changed)
    def _list(self) -> None:
        self.query_one(Rows).show(self._rows())

    def _rows(self) -> Iterator[tuple[str, Content]]:
        folder, part = self._typed()
        try:
            entries = self._entries(folder)
        except (OSError, ValueError) as error:
            yield "", Content(plain(getattr(error, "strerror", "") or "cannot be read"))
            return
        found = [
            (name, is_folder)
            for name, is_folder in entries
            if name.startswith(part) and (part or name[0] != ".")
        ]
        for name, is_folder in found[:MOST]:
            yield str(folder / name), Content(plain(name) + ("/" if is_folder else ""))
        if len(found) > MOST:
            yield "", Content.styled(f"{len(found) - MOST:,} more: type to narrow", "dim")
        if not found:
            yield "", Content.styled("nothing here by that name", "dim")

    def _entries(self, folder: Path) -> list[tuple[str, bool]]:
        """Return (name, whether it is a folder) of all that lies there, folders first."""
        if self._listed is None or self._listed[0] != folder:  # not again for every key
            with os.scandir(folder) as entries:
                found = [(entry.name, _is_folder(entry)) for entry in entries]
            found.sort(key=lambda entry: (not entry[1], entry[0].casefold()))
            self._listed = folder, found
        return self._listed[1]

    def _typed(self) -> tuple[Path, str]:
        value = self.query_one("#path", Input).value
        folder, _, part = value.rpartition("/")
        return typed_path(folder or "/"), part

    @on(Input.Submitted)
    def _enter(self) -> None:
        typed = typed_path(self.query_one("#path", Input).value)
        is_file = holds(typed.is_file)
        self._choose(typed if is_file else Path(self.query_one(Rows).chosen or typed))

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        if event.option.id:
            self._choose(Path(event.option.id))

    def _choose(self, path: Path) -> None:
        if holds(path.is_dir):
            field = self.query_one("#path", Input)
            field.value = f"{path}/".replace("//", "/")
            field.cursor_position = len(field.value)
            field.focus()
        elif holds(path.is_file):
            self.dismiss(path)
        else:
            self._missing(path, "file")

    def _missing(self, path: Path, what: str) -> None:
        self.notify(f"{path}: no such {what}", severity="error", timeout=3)

    def action_complete(self) -> None:
        """Complete the path with the row that is marked."""
        if chosen := self.query_one(Rows).chosen:
            field = self.query_one("#path", Input)
            field.value = f"{chosen}/" if holds(Path(chosen).is_dir) else chosen
            field.cursor_position = len(field.value)

    def action_to_list(self) -> None:
        """Go to the list."""
        self.query_one(Rows).focus()

    def action_take(self) -> None:
        """Take the folder itself."""
        folder, _ = self._typed()
        if holds(folder.is_dir):
            self.dismiss(folder)
        else:
            self._missing(folder, "folder")

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads round in a circle
        return False
