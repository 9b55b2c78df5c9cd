"""Help: all keys, from the bindings themselves, with the ids for the rebinding file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content

from tui.keymap import PROJECT_FILE, user_file
from tui.screens.text import TextScreen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from textual.app import App


def sections() -> list[tuple[str, type[Any]]]:
    """Return the parts of the help: what it is about, and the class whose bindings it lists."""
    from tui.actions import Actions  # noqa: PLC0415
    from tui.app import DiagnoseApp  # noqa: PLC0415
    from tui.panes.causes import Causes  # noqa: PLC0415
    from tui.panes.commands import Commands  # noqa: PLC0415
    from tui.panes.signs import Signs  # noqa: PLC0415
    from tui.rows import Rows  # noqa: PLC0415
    from tui.screens.browse import BrowseScreen  # noqa: PLC0415
    from tui.screens.log import LogScreen  # noqa: PLC0415
    from tui.screens.runbook import RunbookScreen  # noqa: PLC0415

    return [
        ("1 What you see", Signs),
        ("2 Likely causes", Causes),
        ("4 What to do", Commands),
        ("Anywhere on the main screen", Actions),
        ("Every list", Rows),
        ("Log", LogScreen),
        ("Browse", BrowseScreen),
        ("Runbook", RunbookScreen),
        ("The application", DiagnoseApp),
    ]


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
        '\n[keys]\n"causes.rule-out" = "X"',
        "dim",
    )


def _line(app: App[None], binding: Binding, keys: Mapping[str, str]) -> Content:
    own = keys.get(binding.id or "")
    names = [
        app.get_key_display(Binding(key, "")) for key in (own or binding.key).split(",") if key
    ]
    shown = binding.key_display if binding.key_display and not own else " ".join(names)
    return Content.assemble(
        (f"  {shown:<16}", "bold"), f"{binding.description:<22}", (f"  {binding.id}", "dim")
    )


class HelpScreen(TextScreen):
    """All keys."""

    def __init__(self, app: App[None], keys: Mapping[str, str]) -> None:
        super().__init__("Keys", help_page(app, keys))
