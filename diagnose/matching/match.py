"""Matching: which signatures of the base stand in a log record, how exactly, and what differs.

Four stages, each weaker than the one before: to the letter (exact); with case, white space,
numbers, ids, quotes, escapes and line wraps made equal (normalised); with the parts that vary
left open (structural); with words missing or changed (fuzzy). What is looked at comes from
`diagnose.matching.candidates`, so that cost does not grow with the base.
"""

from __future__ import annotations

from functools import lru_cache

from diagnose.matching.candidates import candidates
from diagnose.matching.stages import (
    SURE,
    exact,
    holds,
    keeps,
    keeps_packed,
    normalised,
    packed,
    structural,
    wrapped,
)
from kb.text import is_telling, normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from diagnose.matching.nearly import Nearly
    from diagnose.matching.stages import Hit
    from diagnose.reading.read import Line
    from diagnose.reading.records import Record
    from kb.index import Index, SignatureRow

EXPLAINED = 0.5
"""A line is explained by a signature that is so much of it, found in another way than fuzzily."""

LONG = 4096
"""Of a line of more characters only the surroundings of telling words are looked at."""

AROUND = 300
MOST_PARTS = 8
"""So many characters to both sides of a signature's longest word, at so many places."""

MAX_REMEMBERED = 20_000
"""Distinct normal forms of records whose signatures are kept, because logs repeat themselves."""


class Matcher:
    """Finds signatures; remembers what it has already looked at."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rows: dict[int, SignatureRow] = {}
        self._candidates = candidates(index)
        self._nearly: Nearly | None = None
        self._remembered: dict[str, tuple[int, ...]] = {}
        self._anchors: Any = None

    def hits(self, record: Record) -> list[Hit]:
        """Return the best hit of each signature found in a record, in order of signature number."""
        if any(len(line.text) > LONG for line in record.lines):
            record = record._replace(lines=tuple(self._shortened(line) for line in record.lines))
        normals = [_normal(line.text) for line in record.lines]
        joined = " ".join(normal for normal in normals if normal)
        if not joined:
            return []
        known = self._remembered.get(joined)
        numbers = self._candidates.whole(joined) if known is None else known
        found = {number: self._verified(number, record, normals, joined) for number in numbers}
        if known is None:
            open_lines = _unexplained(record, normals, found.values())
            for number in self._candidates.likely(open_lines) - found.keys():
                found[number] = self._verified(number, record, normals, joined)
            self._remember(joined, found)
        return [hit for _, hit in sorted(found.items()) if hit is not None]

    def is_settled(self, record: Record) -> bool:
        """Say whether other numbers and ids in a record would give the same hits.

        So it is where no signature that comes into question names a number itself.
        """
        normals = [_normal(line.text) for line in record.lines]
        numbers = self._remembered.get(" ".join(normal for normal in normals if normal))
        return numbers is not None and not any(
            sign.isdecimal()
            for row in map(self._row, numbers)
            for part in (row.template or row.text, *row.must)
            for sign in part
        )

    def _remember(self, joined: str, found: Mapping[int, Hit | None]) -> None:
        if len(self._remembered) < MAX_REMEMBERED:
            self._remembered[joined] = tuple(
                number for number, hit in found.items() if hit is not None or self._row(number).must
            )

    def _shortened(self, line: Line) -> Line:
        return line if len(line.text) <= LONG else line._replace(text=self._around(line.text))

    def _around(self, text: str) -> str:
        """Return the parts of a long text where the longest word of some signature stands."""
        if self._anchors is None:
            import ahocorasick_rs  # noqa: PLC0415 (only for lines of many kilobytes)

            words = {max(row.normal.split(), key=len) for row in self._index.signatures()}
            self._anchors = ahocorasick_rs.AhoCorasick(sorted(words))
        parts: list[str] = []
        end = 0
        for _, start, stop in self._anchors.find_matches_as_indexes(text.casefold()):
            if start >= end:
                end = stop + AROUND
                parts.append(text[max(0, start - AROUND) : end])
                if len(parts) == MOST_PARTS:
                    break
        return " ".join(parts)

    def broken_over(self, lines: Sequence[Line]) -> int:
        """Return over how many of the last lines a signature is broken that ends in the last one."""
        normals = [normalise(line.text[:LONG]) for line in lines]
        tight = [packed(normal) for normal in normals]
        joined = " ".join(normals)
        for number in sorted(self._candidates.whole(joined) | self._candidates.likely([joined])):
            row = self._row(number)
            wanted = packed(row.normal)
            if not is_telling(row.normal) or wanted in tight[-1]:
                continue
            for count in range(2, len(lines) + 1):
                if wanted in "".join(tight[-count:]):
                    text = "".join(line.text for line in lines[-count:])
                    if wanted not in "".join(tight[-count:-1]) and keeps_packed(row.must, text):
                        return count
                    break
        return 0

    def _row(self, number: int) -> SignatureRow:
        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = next(iter(self._index.signatures([number])))
        return row

    def _near(self) -> Nearly:
        if self._nearly is None:
            from diagnose.matching.nearly import Nearly  # noqa: PLC0415 (only when exact stages do not decide)

            self._nearly = Nearly(self._index, self._candidates)
        return self._nearly

    def _verified(self, number: int, record: Record, normals: list[str], joined: str) -> Hit | None:
        row = self._row(number)
        if row.must and not keeps_packed(row.must, "".join(line.text for line in record.lines)):
            return None
        for stage in (exact, normalised, structural):
            hit = stage(row, record, normals)
            if hit is not None and keeps(row.must, hit.text):
                return hit if holds(hit, row) else None
        if is_telling(row.normal):
            return wrapped(row, record, normals, joined) or self._near().find(row, record, normals)
        return None


_normal = lru_cache(maxsize=2048)(normalise)


def _unexplained(record: Record, normals: Sequence[str], hits: Iterable[Hit | None]) -> list[str]:
    """Return the normal forms of the lines that no signature explains for sure."""
    explained = {hit.line for hit in hits if hit and hit.how in SURE and hit.share >= EXPLAINED}
    return [
        normal
        for line, normal in zip(record.lines, normals, strict=True)
        if line.number not in explained
    ]
