"""The text of a command's output: cut, cleaned, and as patterns may search it.

Output is hostile: it may be endless, hold escape codes, or be written to keep a pattern busy.
"""

from __future__ import annotations

from kb.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

MOST_OUTPUT = 128 * 1024
"""Characters of output that are looked at."""

PIECE = 1000
OVERLAP = 200
"""Longer lines are looked at in overlapping pieces, so that no pattern of the base, however it
is written, takes long over a hostile line."""

MOST_QUOTED = 300


def readable(output: str) -> tuple[str, bool]:
    """Return the output as it may be shown, and whether it was cut."""
    text = clean(output[:MOST_OUTPUT].replace("\r\n", "\n").replace("\0", "\n"))
    return text.strip("\n"), len(output) > MOST_OUTPUT


def searchable(text: str) -> str:
    """Return the text as patterns see it: no long lines, no runs of blank ones."""
    pieces: list[str] = []
    for line in map(str.rstrip, text.split("\n")):
        if line or (pieces and pieces[-1]):
            starts = range(0, max(len(line) - OVERLAP, 1), PIECE - OVERLAP)
            pieces += [line[start : start + PIECE] for start in starts]
    return "\n".join(pieces)


def line_of(text: str, match: re.Match[str]) -> str:
    """Return the line in which a match stands, cut to what may be quoted."""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)].strip()[:MOST_QUOTED]
