"""Scope: what products an input speaks of, and where lives of their processes begin and end."""

from __future__ import annotations

from kb.pattern import lazy
from kb.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

    from diagnose.matching.stages import Hit
    from diagnose.reading.records import Record
    from kb.index import Expression, Index, Scope


class Products:
    """Which products the texts looked at so far name, as whole words; plural forms count.

    A name that is joined of several, as ``prefect-worker`` is, also stands in longer ones of that
    kind: containers, pods and folders are called ``prefect-worker-1`` or ``my_prefect_agent``.
    """

    def __init__(self, scope: Scope) -> None:
        self._ours = [word.casefold() for word in scope.ours]
        self._others = [word.casefold() for words in scope.foreign.values() for word in words]
        self.ours = False
        """This base's products or their parts are named."""
        self.other = False
        """Another product is named."""

    @property
    def foreign(self) -> bool:
        """Another product is named, and none of this base's."""
        return self.other and not self.ours

    def look(self, text: str) -> None:
        """Look at one more text; once this base's products were named nothing else matters."""
        if self.ours:
            return
        folded = text.casefold()
        self.ours = _names(self._ours, folded)
        self.other = self.other or _names(self._others, folded)


def _names(words: Iterable[str], folded: str) -> bool:
    return any(word in folded and _stands_in(folded, word) for word in words)


def _stands_in(folded: str, word: str) -> bool:
    """Say whether a word, or its plural, stands in a text as a whole."""
    joined = "-" in word or "_" in word
    at = folded.find(word)
    while at >= 0:
        end = at + len(word)
        ends = (end, end + 1) if folded[end : end + 1] == "s" else (end,)
        if not _goes_on(folded[at - 1 : at], joined) and any(
            not _goes_on(folded[e : e + 1], joined) for e in ends
        ):
            return True
        at = folded.find(word, at + 1)
    return False


def _goes_on(sign: str, joined: bool) -> bool:
    """Say whether a name goes on with this sign; one that is joined itself may end there."""
    return sign.isalnum() or (not joined and sign in ("_", "-"))


class Expressions:
    """Regular expressions of which only those are tried whose needed piece stands in the text."""

    def __init__(self, expressions: Iterable[Expression], flags: int = 0) -> None:
        self._patterns = [(e.needs, lazy(e.pattern, flags)) for e in expressions]

    def found(self, text: str, folded: str) -> Iterator[re.Match[str]]:
        """Yield the matches in a text, of which ``folded`` is what `kb.text.fold` gives."""
        for needs, pattern in self._patterns:
            if needs in folded:
                yield from pattern.finditer(text)


class Lives:
    """Knows the lines that begin or end the life of a process."""

    def __init__(self, scope: Scope, index: Index) -> None:
        self._marks = index.traits("marks")
        self._said = (("start", Expressions(scope.starts)), ("end", Expressions(scope.ends)))

    def mark(self, record: Record, hits: Sequence[Hit]) -> str:
        """Return ``start``, ``end`` or nothing for a record."""
        for hit in hits:
            if hit.signature in self._marks:
                return self._marks[hit.signature]
        if not record.header or len(record.lines[0].text) > 400:
            return ""
        said = f"{record.logger}: {record.lines[0].text}"
        folded = fold(said)
        return next(
            (word for word, patterns in self._said if any(patterns.found(said, folded))), ""
        )
