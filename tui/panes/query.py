"""The line to type or paste into: an error, or what is seen in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType


class Query(Input):
    """A line that is matched while it is typed; a paste of several lines is kept whole."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Keep", id="query.keep"),
        Binding("ctrl+o", "screen.open_file", "Open log", id="query.open"),
        Binding("f1", "screen.help", "Help", id="query.help"),
        Binding("down", "screen.go('signs-rows')", "To the list", show=False, id="query.down"),
        Binding(
            "escape", "screen.go('signs-rows')", "To the list", key_display="Esc", id="query.leave"
        ),
    ]

    virtual_size = Reactive(Size(0, 0))
    """As in `Widget`, but for the layout of the whole screen that it asks for with every key."""

    class Pasted(Message):
        """Several lines, or the name of a file, were pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__(
            placeholder="paste or type what you see",
            id="query",
            compact=True,
            select_on_focus=False,
        )

    def on_paste(self, event: events.Paste) -> None:
        """Keep what `Input` would cut off after the first line."""
        event.stop()
        event.prevent_default()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        if text.strip():
            self.post_message(self.Pasted(text))
