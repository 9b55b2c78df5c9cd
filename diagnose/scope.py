"""Scope: what products an input speaks of, and where lives of their processes begin and end."""

from __future__ import annotations

import re

from kb.named import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnose.match import Hit
    from diagnose.records import Record
    from kb.index import Index, Scope


class Products:
    """Which products the texts looked at so far name, as whole words; plural forms count."""

    def __init__(self, scope: Scope) -> None:
        self._ours = [word.casefold() for word in scope.ours]
        self._others = [word.casefold() for words in scope.foreign.values() for word in words]
        self.ours = False
        """This base's products or their parts are named."""
        self._other = False

    @property
    def foreign(self) -> bool:
        """Another product is named, and none of this base's."""
        return self._other and not self.ours

    def look(self, text: str) -> None:
        """Look at one more text; once this base's products were named nothing else matters."""
        if self.ours:
            return
        folded = text.casefold()
        self.ours = _names(self._ours, folded)
        self._other = self._other or _names(self._others, folded)


def _names(words: Iterable[str], folded: str) -> bool:
    return any(
        word in folded and re.search(rf"(?<![\w-]){re.escape(word)}s?(?![\w-])", folded)
        for word in words
    )


class Lives:
    """Knows the lines that begin or end the life of a process."""

    def __init__(self, scope: Scope, index: Index) -> None:
        self._marks = {row.id: row.marks for row in index.signatures() if row.marks}
        self._patterns = [
            (word, re.compile(pattern))
            for word, patterns in (("start", scope.starts), ("end", scope.ends))
            for pattern in patterns
        ]

    def mark(self, record: Record, hits: Sequence[Hit]) -> str:
        """Return ``start``, ``end`` or nothing for a record."""
        for hit in hits:
            if hit.signature in self._marks:
                return self._marks[hit.signature]
        if not record.header or len(record.lines[0].text) > 400:
            return ""
        said = f"{record.logger}: {record.lines[0].text}"
        return next((word for word, pattern in self._patterns if pattern.search(said)), "")
