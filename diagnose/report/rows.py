"""Labelled rows of the text answer, and how they are cut to a number of lines."""

from __future__ import annotations

from diagnose.report.plain import shorten, styled, wrap
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LABEL = 8
"""Columns of the label of a row."""


class Row(NamedTuple):
    """A labelled paragraph, list of paragraphs, or command."""

    label: str
    lines: tuple[str, ...]
    least: int = 1
    """So many lines stay whatever is cut; 0 = the row may go."""
    cut: int = 0
    """Rows with a higher number are cut first."""
    style: str = "bold"


def row(
    label: str,
    paragraphs: Iterable[str],
    width: int,
    *,
    least: int = 1,
    cut: int = 0,
    style: str = "bold",
    quoted: bool = False,
) -> Row:
    """Return a row with its paragraphs wrapped beside the label."""
    space = width - LABEL
    lines = [line for text in paragraphs for line in wrap(text, space, quoted=quoted)]
    return Row(label, tuple(lines), least, cut, style)


def command_row(text: str, style: str) -> Row:
    """Return a row that holds one command as it is to be pasted; it is never wrapped or cut."""
    lines = tuple(text.split("\n"))
    return Row("", lines, len(lines), 0, style)


def fit(rows: Sequence[Row], most: int, width: int) -> list[Row]:
    """Return the rows cut to ``most`` lines together, as far as what must stay allows."""
    sizes = [len(r.lines) for r in rows]
    while sum(sizes) > most:
        spare = [i for i, r in enumerate(rows) if sizes[i] > r.least]
        if not spare:
            break
        longest = max(spare, key=lambda i: (rows[i].cut, sizes[i], i))
        sizes[longest] -= 1
    return [
        r._replace(lines=tuple(shorten(r.lines, size, width - LABEL)))
        for r, size in zip(rows, sizes, strict=True)
        if size
    ]


def drawn(rows: Iterable[Row], *, color: bool) -> list[str]:
    """Return the rows as lines."""
    lines: list[str] = []
    for r in rows:
        for number, text in enumerate(r.lines):
            label = r.label if number == 0 else ""
            body = styled(text, r.style, color=color) if not r.label and r.style != "bold" else text
            pad = " " * (LABEL - len(label))
            lines.append(f"{styled(label, r.style, color=color)}{pad}{body}".rstrip())
    return lines
