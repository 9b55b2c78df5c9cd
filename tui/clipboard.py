"""Copying: to the terminal's clipboard where it listens, and shown where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.safe import lines

SHORT = 120
"""Characters of a text that a notice can show."""

if TYPE_CHECKING:
    from textual.app import App


def copy(app: App[None], text: str, title: str, *, page: bool = False) -> None:
    """Send a text to the clipboard (OSC 52) and show it: no terminal says whether it took it.

    Args:
        app: the application.
        text: what to copy.
        title: what it is.
        page: show it on a page even when a notice could hold it.
    """
    from tui.screens.text import TextScreen  # noqa: PLC0415

    app.copy_to_clipboard(text)
    if not page and "\n" not in text and len(text) <= SHORT:
        app.notify(f"Sent to the clipboard: {lines(text)}", timeout=3)
        return
    note = "Sent to the clipboard. Where the terminal ignores that, P prints it and leaves."
    app.push_screen(TextScreen(title, lines(text, 100_000), note=note, printable=text))
