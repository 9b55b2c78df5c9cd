"""Matching: which signatures of the base stand in a log record, how exactly, and what differs.

Four stages, each weaker than the one before: to the letter (exact); with case, white space,
numbers, ids, quotes, escapes and line wraps made equal (normalised); with the parts that vary
left open (structural); with words missing or changed (fuzzy). What is looked at comes from
`diagnose.candidates`, so that cost does not grow with the base.
"""

from __future__ import annotations

from functools import lru_cache

from diagnose.candidates import PROVED, candidates, contained_in
from kb.named import NamedTuple
from kb.text import grams, is_telling, normalise, plain_quotes, unescape

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from diagnose.read import Line
    from diagnose.records import Record
    from kb.index import Index, SignatureRow

ACCEPT = 0.84
"""Least blend of containment and alignment that makes a fuzzy match."""

NEAR = 0.7
"""Least mean of n-gram cosine and alignment for a line that is, as a whole, a damaged copy; only in
a base of more than `PROVED` signatures, see there."""

UNLIKE, UNLIKE_WITHIN = 0.08, 0.05
"""What a word counts, against `NEAR` and `ACCEPT`, in whose place stands one that is not alike:
messages that differ by a word are different messages."""

ALIKE = 60.0
"""Least ratio of two words of which one may be the other with typing errors."""

SURE = {"exact": 1.0, "normalised": 0.998, "structural": 0.99}
"""Stage -> how sure it is that the signature really was there; for fuzzy matches see `sureness`."""

FUZZY_DOUBT = 0.6
"""How much of what a fuzzy score lacks is doubt; at `ACCEPT` it leaves 0.9."""

EXPLAINED = 0.5
"""A line is explained by a signature that is so much of it, found in another way than fuzzily."""

SMALL_WORD = 3
"""Words of so many letters ("a", "the") hardly matter when they are missing."""

MISSING = " is missing"
CHANGED = " -> "
"""How `Hit.differs` says that words are missing or replaced."""

LONG = 4096
"""Of a line of more characters only the surroundings of telling words are looked at."""

AROUND = 300
MOST_PARTS = 8
"""So many characters to both sides of a signature's longest word, at so many places."""

MAX_REMEMBERED = 20_000
"""Distinct normal forms of records whose signatures are kept, because logs repeat themselves."""


class Hit(NamedTuple):
    """A signature seen in a record."""

    signature: str
    how: str
    score: float
    """1 = to the letter; for fuzzy matches the blend of containment and alignment."""
    source: str
    line: int
    span: tuple[int, int]
    """Columns of the match in the line's message; the whole message where words differ."""
    text: str
    """The line as it was read."""
    differs: str
    share: float
    """How much of the line the signature is, 0 to 1."""


def sureness(hit: Hit) -> float:
    """Return how sure it is that the signature really was there, 0 to 1."""
    if hit.how in SURE:
        return SURE[hit.how]
    gaps = [gap.removesuffix(MISSING) for gap in hit.differs.split("; ") if gap.endswith(MISSING)]
    small = all(len(word) <= SMALL_WORD for gap in gaps for word in gap.split())
    return 0.98 if small and CHANGED not in hit.differs else 1.0 - FUZZY_DOUBT * (1.0 - hit.score)


class Matcher:
    """Finds signatures; remembers what it has already looked at."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rows: dict[int, SignatureRow] = {}
        self._candidates = candidates(index)
        self._is_large = index.signature_count > PROVED
        self._contained = contained_in(index)
        self._templates: dict[int, re.Pattern[str]] = {}
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
        packed = [_packed(normal) for normal in normals]
        joined = " ".join(normals)
        for number in sorted(self._candidates.whole(joined) | self._candidates.likely([joined])):
            row = self._row(number)
            wanted = _packed(row.normal)
            if not is_telling(row.normal) or wanted in packed[-1]:
                continue
            for count in range(2, len(lines) + 1):
                if wanted in "".join(packed[-count:]):
                    text = "".join(line.text for line in lines[-count:])
                    if wanted not in "".join(packed[-count:-1]) and _keeps_packed(row.must, text):
                        return count
                    break
        return 0

    def _row(self, number: int) -> SignatureRow:
        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = next(iter(self._index.signatures([number])))
        return row

    def _verified(self, number: int, record: Record, normals: list[str], joined: str) -> Hit | None:
        row = self._row(number)
        if row.must and not _keeps_packed(row.must, "".join(line.text for line in record.lines)):
            return None
        for stage in (self._exact, self._normalised, self._structural):
            hit = stage(row, record, normals)
            if hit is not None and _keeps(row.must, hit.text):
                return hit
        if is_telling(row.normal):
            return self._wrapped(row, record, normals, joined) or self._fuzzy(row, record, normals)
        return None

    @staticmethod
    def _exact(row: SignatureRow, record: Record, _: list[str]) -> Hit | None:
        for line in record.lines:
            at = line.text.find(row.text)
            while at >= 0:
                end = at + len(row.text)
                if _stands_alone(line.text, at, end):
                    return _hit(row, "exact", 1.0, line, (at, end))
                at = line.text.find(row.text, at + 1)
        return None

    @staticmethod
    def _normalised(row: SignatureRow, record: Record, normals: list[str]) -> Hit | None:
        telling = is_telling(row.normal)
        for line, normal in zip(record.lines, normals, strict=True):
            if normal == row.normal or (telling and f" {row.normal} " in f" {normal} "):
                return _hit(row, "normalised", SURE["normalised"], line)
        return None

    def _structural(self, row: SignatureRow, record: Record, _: list[str]) -> Hit | None:
        if not row.template:
            return None
        pattern = self._templates.get(row.number)
        if pattern is None:
            pattern = self._templates[row.number] = _pattern(row.template)
        for line in record.lines:
            if match := pattern.search(unescape(line.text)[:4000]):
                return _hit(
                    row,
                    "structural",
                    SURE["structural"],
                    line,
                    differs=_differs(row.text, match[0]),
                )
        return None

    @staticmethod
    def _wrapped(row: SignatureRow, record: Record, normals: list[str], joined: str) -> Hit | None:
        """A text broken over lines: between words, or within one by a mail client or terminal."""
        whole = f" {row.normal} " in f" {joined} "
        if not whole and _packed(row.normal) not in _packed(joined):
            return None
        head = row.normal.split()[0]
        start = next((i for i, normal in enumerate(normals) if head in normal.split()), 0)
        text = " ".join(line.text.strip() for line in record.lines[start : start + 6])
        if not _keeps_packed(row.must, text):
            return None
        line = record.lines[start]
        return _hit(row, "normalised", SURE["normalised"], line)._replace(text=text[:2000])

    def _fuzzy(self, row: SignatureRow, record: Record, normals: list[str]) -> Hit | None:
        wanted = _grams(row.normal)
        best: tuple[float, int] = (0.0, 0)
        for i, normal in enumerate(normals):
            if len(normal) < self._contained * len(wanted):
                continue  # it has fewer n-grams than must be shared
            contained = len(wanted & _grams(normal)) / len(wanted)
            if contained >= self._contained:
                score = self._copy(row, normal, contained)
                if score > best[0]:
                    best = (score, i)
        if not best[0]:
            return None
        line = record.lines[best[1]]
        if not _keeps(row.must, line.text):
            return None
        return _hit(row, "fuzzy", round(best[0], 3), line, differs=_differs(row.text, line.text))

    def _copy(self, row: SignatureRow, normal: str, contained: float) -> float:
        """Return how well a line holds a damaged copy of a signature, 0 when it does not."""
        cosine = (
            self._candidates.cosine(row.number, row.constant, normal) if self._is_large else 0.0
        )
        if 0.5 * contained + 0.5 < ACCEPT and 0.5 * cosine + 0.5 < NEAR:
            return 0.0  # no alignment is good enough
        aligned = _aligned(row.normal, normal)
        score, near = 0.5 * contained + 0.5 * aligned, 0.5 * cosine + 0.5 * aligned
        if score < ACCEPT and near < NEAR:
            return 0.0
        unlike = _unlike(row.constant, normal)
        held = score - UNLIKE_WITHIN * unlike >= ACCEPT or near - UNLIKE * unlike >= NEAR
        return score if held else 0.0


_normal = lru_cache(maxsize=2048)(normalise)


@lru_cache(maxsize=512)
def _grams(normal: str) -> set[str]:
    """Return `kb.text.grams`; the lines of tracebacks come again and again."""
    return grams(normal)


def _unexplained(record: Record, normals: Sequence[str], hits: Iterable[Hit | None]) -> list[str]:
    """Return the normal forms of the lines that no signature explains for sure."""
    explained = {hit.line for hit in hits if hit and hit.how in SURE and hit.share >= EXPLAINED}
    return [
        normal
        for line, normal in zip(record.lines, normals, strict=True)
        if line.number not in explained
    ]


def _hit(
    row: SignatureRow,
    how: str,
    score: float,
    line: Line,
    span: tuple[int, int] | None = None,
    differs: str = "",
) -> Hit:
    place = span or (0, len(line.text))
    text = line.text[:2000]
    share = min(1.0, len(row.normal) / max(len(normalise(text)), 1))
    return Hit(row.id, how, score, line.source, line.number, place, text, differs, share)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """A match must not begin or end within a word: ``Evicted`` is not in ``NotEvictedYet``."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (
        (text[start].isalnum() and (before.isalnum() or before == "_"))
        or (text[end - 1].isalnum() and (after.isalnum() or after == "_"))
    )


def _keeps(must: tuple[str, ...], text: str) -> bool:
    if not must:
        return True
    told = plain_quotes(unescape(text)).casefold()
    return all(plain_quotes(part).casefold() in told for part in must)


def _packed(normal: str) -> str:
    """Return a normal form without what may get lost where a line is broken."""
    return normal.replace(" ", "").replace("_", "")


def _keeps_packed(must: tuple[str, ...], text: str) -> bool:
    """The same for a text that may be broken anywhere: white space does not count."""
    return _keeps(tuple("".join(part.split()) for part in must), "".join(unescape(text).split()))


def _pattern(template: str) -> re.Pattern[str]:
    """Return the expression for a template: ``{}`` is any short text, white space any white space."""
    import re  # noqa: PLC0415 (only where no stage before decides)

    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in template.split("{}")]
    spaced = [
        (r"\s*" if piece[:1].isspace() else "")
        + part
        + (r"\s*" if piece[-1:].isspace() and piece.strip() else "")
        for piece, part in zip(template.split("{}"), parts, strict=True)
    ]
    return re.compile(r"[^\n]{1,160}?".join(spaced), re.IGNORECASE)


def _aligned(signature: str, text: str) -> float:
    """Return how well the letters of a signature are found in a text, in order."""
    from rapidfuzz import fuzz  # noqa: PLC0415 (only when exact stages do not decide)

    return 0.01 * fuzz.partial_ratio(signature, text)


def _unlike(signature: str, text: str) -> int:
    """Return how many words of a signature are replaced by words that are not alike."""
    import difflib  # noqa: PLC0415 (only for matches that are not exact)

    from rapidfuzz import fuzz  # noqa: PLC0415

    old, new = signature.split(), text.split()
    count = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "replace":
            ratios = [[fuzz.ratio(one, other) for other in new[c:d]] for one in old[a:b]]
            lost = sum(max(row) < ALIKE for row in ratios)
            count += min(lost, sum(max(column) < ALIKE for column in zip(*ratios, strict=True)))
    return count


def _differs(signature: str, text: str) -> str:
    """Say which words of the signature are missing or replaced in the text."""
    import difflib  # noqa: PLC0415 (only for matches that are not exact)

    old, new = signature.split(), unescape(text).split()
    blocks = difflib.SequenceMatcher(
        None, [w.casefold() for w in old], [w.casefold() for w in new], autojunk=False
    )
    said = []
    for tag, a, b, c, d in blocks.get_opcodes():
        if tag == "replace":
            said.append(f"{' '.join(old[a:b])}{CHANGED}{' '.join(new[c:d])[:80]}")
        elif tag == "delete":
            said.append(f"{' '.join(old[a:b])}{MISSING}")
    return "; ".join(said)[:300]
