"""Help: all keys, from the bindings themselves, with the ids for the rebinding file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.keymap import PROJECT_FILE, key_names, user_file
from tui.safe import plain
from tui.screens.text import TextScreen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from textual.app import App
    from textual.binding import Binding


def sections() -> list[tuple[str, type[Any]]]:
    """Return the parts of the help: what it is about, and the class whose bindings it lists."""
    from tui.actions import Actions  # noqa: PLC0415
    from tui.app import DiagnoseApp  # noqa: PLC0415
    from tui.panes.causes import Causes  # noqa: PLC0415
    from tui.panes.commands import Commands  # noqa: PLC0415
    from tui.panes.detail import Detail  # noqa: PLC0415
    from tui.panes.query import Query  # noqa: PLC0415
    from tui.panes.signs import Signs  # noqa: PLC0415
    from tui.rows import Rows  # noqa: PLC0415
    from tui.screens.ask import AskScreen  # noqa: PLC0415
    from tui.screens.browse import BrowseScreen  # noqa: PLC0415
    from tui.screens.command import CommandScreen  # noqa: PLC0415
    from tui.screens.edit import EditScreen  # noqa: PLC0415
    from tui.screens.files import FileScreen  # noqa: PLC0415
    from tui.screens.log import LogScreen  # noqa: PLC0415
    from tui.screens.pick import PickScreen  # noqa: PLC0415
    from tui.screens.runbook import RunbookScreen  # noqa: PLC0415
    from tui.screens.save import SaveScreen  # noqa: PLC0415

    return [
        ("The line to type in", Query),
        ("1 What you see", Signs),
        ("2 Likely causes", Causes),
        ("3 This cause", Detail),
        ("4 What to do", Commands),
        ("Anywhere on the main screen", Actions),
        ("Every list", Rows),
        ("Next check", AskScreen),
        ("Log", LogScreen),
        ("Browse", BrowseScreen),
        ("Runbook", RunbookScreen),
        ("A page of text", TextScreen),
        ("One command", CommandScreen),
        ("Output of a check", EditScreen),
        ("Choose a file", FileScreen),
        ("Choose a source or text", PickScreen),
        ("Save", SaveScreen),
        ("The application", DiagnoseApp),
    ]


def unknown(keys: Mapping[str, str]) -> list[str]:
    """Return the ids of a rebinding file that no binding has."""
    known = {b.id for _, owner in sections() for b in owner.__dict__.get("BINDINGS", ())}
    return sorted(plain(name, 60) for name in keys.keys() - known)


def help_page(app: App[None], keys: Mapping[str, str]) -> Content:
    """Return the help; ``keys`` are the user's own: binding id -> key."""
    return Content("\n").join(list(_lines(app, keys)))


def _lines(app: App[None], keys: Mapping[str, str]) -> Iterator[Content]:
    yield Content(
        "What you see gives likely causes, a cause gives what to do. Commands are shown, never run."
        "\nEnter goes on, Esc back, Tab to the next pane; ctrl+p finds everything by name."
    )
    for title, owner in sections():
        yield Content.assemble("\n", (title, "bold $text-accent"))
        for binding in owner.__dict__.get("BINDINGS", ()):
            yield _line(app, binding, keys)
    yield Content.styled(
        f"\nKeys are changed in {PROJECT_FILE} here or in {user_file()}:"
        '\n[keys]\n"causes.rule-out" = "X"'
        "\nNames of keys: a letter as it is typed, ctrl+x, f5, space, tab, slash, question_mark;"
        " several with a comma between.",
        "dim",
    )


def _line(app: App[None], binding: Binding, keys: Mapping[str, str]) -> Content:
    shown = " ".join(key_names(app, binding, keys))
    return Content.assemble(
        (f"  {shown:<16}", "bold"), f"{binding.description:<22}", (f"  {binding.id}", "dim")
    )


class HelpScreen(TextScreen):
    """All keys."""

    def __init__(self, app: App[None], keys: Mapping[str, str]) -> None:
        super().__init__("Keys", help_page(app, keys))
