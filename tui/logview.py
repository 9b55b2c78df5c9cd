"""A log on the screen: numbered lines, evidence marked, jumps from one piece to the next."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from diagnose.redact import redact
from tui.logtext import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from diagnose.findings import Finding
    from tui.logtext import Text

GUTTER = 10
BEFORE = 3
"""Lines above a place that was jumped to."""


class LogView(ScrollView, can_focus=True):
    """Draws only the lines that are on the screen."""

    class Moved(Message):
        """The view stands at another place, or more places are known."""

    def __init__(self, text: Text, found: Mapping[int, Sequence[Finding]]) -> None:
        super().__init__(id="log")
        self.text = text
        self.found = found
        """Line -> what was found in it; whoever adds to it calls `mark`."""
        self.places = sorted(found)
        """Lines to jump to: those with evidence, or those with what is searched for."""
        self.here = 0
        """The line that was jumped to, 0 = none."""
        self.searched = ""
        """What is searched for; then ``places`` are its lines."""

    @property
    def at(self) -> int:
        """Place of the line that was jumped to, -1 = none."""
        at = bisect.bisect_left(self.places, self.here)
        return at if self.here in self.places[at : at + 1] else -1

    def grow(self) -> None:
        """Take in lines that became known."""
        self.virtual_size = Size(GUTTER + SHOWN, self.text.count)
        self.refresh()

    def mark(self, lines: Iterable[int] = ()) -> None:
        """Take in lines with what is searched for, or with evidence that became known."""
        if self.searched:
            self.places.extend(lines)
        else:
            self.places = sorted(self.found)
        self.refresh()
        self.post_message(self.Moved())

    def search(self, text: str) -> None:
        """Go among the lines with a text, which `mark` tells; without one, among the evidence."""
        self.searched, self.places = text, []
        self.mark()

    def jump(self, place: int) -> None:
        """Go to a place by its number; behind the last one comes the first."""
        if self.places:
            self.here = self.places[place % len(self.places)]
            above = max(0, self.here - 1 - BEFORE)
            self.scroll_to(x=self._column(self.here), y=above, animate=False, force=True)
            self.refresh()
        self.post_message(self.Moved())

    def arrive(self, *, around: bool) -> bool:
        """Go to the first place from here on, or ``around`` to the first of all, if there is one."""
        at = bisect.bisect_left(self.places, self._from)
        is_there = bool(self.places) and (around or at < len(self.places))
        if is_there:
            self.jump(at)
        return is_there

    @property
    def _from(self) -> int:
        return self.here or self.scroll_offset.y + 1

    def step(self, step: int) -> None:
        """Go to the next or the previous place, as seen from here."""
        at = self.at
        if at < 0:
            at = bisect.bisect_left(self.places, self._from) - (step > 0)
        self.jump(at + step)

    def _told(self, text: str, findings: Sequence[Finding]) -> tuple[int, int]:
        """Return where in a line it stands what is looked for."""
        wanted = [self.searched] if self.searched else _wanted(findings)
        return _found(text, wanted, any_case=bool(self.searched))

    def _column(self, line: int) -> int:
        """Return how far to scroll to the right, so that what is looked for can be seen."""
        text = redact(self.text.line(line))
        start, end = (cell_len(text[:at]) for at in self._told(text, self.found.get(line, ())))
        room = self.size.width - GUTTER
        return start - room // 4 if end > room and start > room // 2 else 0

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.size.width
        number = self.scroll_offset.y + y + 1
        if number > self.text.count:
            return Strip.blank(width, self.rich_style)
        findings = self.found.get(number, ())
        here = number == self.here
        mark = "\u25b8" if here else "\u2502" if findings else " "
        base = self.rich_style
        muted = base + Style(dim=True)
        strong = base + Style(bold=True, reverse=here) if findings else base
        gutter = Segment(f"{mark}{number:>{GUTTER - 2}} ", strong if findings else muted)
        text = redact(self.text.line(number))
        start, end = self._told(text, findings)
        marked = strong + Style(underline=True, color="yellow") if end else strong
        parts = ((text[:start], strong), (text[start:end], marked), (text[end:], strong))
        body = Strip([Segment(part, style) for part, style in parts if part])
        left = self.scroll_offset.x
        return Strip([gutter, *body.crop_extend(left, left + width - GUTTER, base)], width)


def _wanted(findings: Sequence[Finding]) -> list[str]:
    """Return what to underline, best first."""
    return [
        text
        for finding in findings
        for text in (finding.text, finding.matched[finding.span[0] : finding.span[1]])
        if text
    ]


def _found(text: str, wanted: Sequence[str], *, any_case: bool) -> tuple[int, int]:
    """Return where the first wanted text that stands in a line begins and ends, or (0, 0)."""
    looked_at = text.lower() if any_case else text
    for each in wanted:
        at = looked_at.find(each.lower() if any_case else each)
        if at >= 0:
            return at, at + len(each)
    return 0, 0
