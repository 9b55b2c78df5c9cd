"""Values: the versions, names and numbers that texts mention, for commands to be filled in."""

from __future__ import annotations

from diagnose.reading.scope import Expressions
from kb.pattern import IGNORECASE, lazy
from kb.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kb.index import Index, Scope

MOST_VALUES = 50
"""So many values of one type are kept."""

_BARE = lazy(r"\s*v?\d+(?:\.(?:\d+|x))+\s*$")
"""A line that is nothing but a number; the line above, the heading of a form, says of what."""


class Marks:
    """What of a base tells versions, values and texts that signatures need nearby."""

    def __init__(self, index: Index, scope: Scope) -> None:
        self.versions = Expressions(scope.versions, IGNORECASE)
        self.captures = {kind: Expressions(found) for kind, found in scope.captures.items()}
        near = {n for needed in index.traits("near").values() for n in needed.split("\x1f")}
        self.near = {name: fold(name) for name in sorted(near)}


class Values:
    """Collects what the texts of one source mention."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self.versions: list[str] = []
        self.captured: dict[str, list[str]] = {}
        self.near: set[str] = set()
        self._above = ""

    def look(self, text: str) -> None:
        """Take note of what one text mentions."""
        if text.lstrip(" \tv")[:1].isdigit() and _BARE.match(text):
            text = f"{self._above} {text.strip()}"
        elif text.strip() and not text.startswith("```"):
            self._above = text.rstrip()
        folded = fold(text)
        for match in self._marks.versions.found(text, folded):
            if match[1] not in self.versions:
                self.versions.append(match[1])
        for kind, patterns in self._marks.captures.items():
            for match in patterns.found(text, folded):
                known = self.captured.setdefault(kind, [])
                if match[1] not in known and len(known) < MOST_VALUES:
                    known.append(match[1])
        self.near |= {name for name, needed in self._marks.near.items() if needed in folded}
