"""A log on the screen: numbered lines, evidence marked, jumps from one piece to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from diagnose.redact import redact
from tui.logtext import SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diagnose.findings import Finding
    from tui.logtext import Text

GUTTER = 10
BEFORE = 3
"""Lines above a place that was jumped to."""


class LogView(ScrollView, can_focus=True):
    """Draws only the lines that are on the screen."""

    class Moved(Message):
        """The view stands at another piece of evidence (0-based), or at none (-1)."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, text: Text, found: Mapping[int, Sequence[Finding]]) -> None:
        super().__init__(id="log")
        self.text = text
        self.found = found
        self.places = sorted(found)
        self.at = -1

    def grow(self) -> None:
        """Take in lines that became known."""
        self.virtual_size = Size(GUTTER + SHOWN, self.text.count)
        self.refresh()

    def jump(self, place: int) -> None:
        """Go to a piece of evidence by its place."""
        if not self.places:
            return
        self.at = place % len(self.places)
        line = self.places[self.at]
        self.scroll_to(x=0, y=max(0, line - 1 - BEFORE), animate=False, force=True)
        self.refresh()
        self.post_message(self.Moved(self.at))

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.size.width
        number = self.scroll_offset.y + y + 1
        if number > self.text.count:
            return Strip.blank(width, self.rich_style)
        findings = self.found.get(number, ())
        here = self.at >= 0 and number == self.places[self.at]
        mark = "\u25b8" if here else "\u2502" if findings else " "
        base = self.rich_style
        muted = base + Style(dim=True)
        strong = base + Style(bold=True, reverse=here) if findings else base
        gutter = Segment(f"{mark}{number:>{GUTTER - 2}} ", strong if findings else muted)
        text = redact(self.text.line(number))
        body = Strip(_marked(text, findings, strong))
        left = self.scroll_offset.x
        return Strip([gutter, *body.crop_extend(left, left + width - GUTTER, base)], width)


def _marked(text: str, findings: Sequence[Finding], style: Style) -> list[Segment]:
    """Return the line with what matched underlined, where it stands in it to the letter."""
    for finding in findings:
        for wanted in (finding.text, finding.matched[finding.span[0] : finding.span[1]]):
            at = text.find(wanted) if wanted else -1
            if at >= 0:
                end = at + len(wanted)
                return [
                    Segment(text[:at], style),
                    Segment(text[at:end], style + Style(underline=True, color="yellow")),
                    Segment(text[end:], style),
                ]
    return [Segment(text, style)]
