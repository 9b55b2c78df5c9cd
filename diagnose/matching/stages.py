"""The stages of matching that are sure: to the letter, normalised, structural; and what they find."""

from __future__ import annotations

from functools import lru_cache

from diagnose.matching.denied import is_denied
from kb.named import NamedTuple
from kb.text import fold, is_telling, normalise, plain_quotes, unescape

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from diagnose.reading.read import Line
    from diagnose.reading.records import Record
    from kb.index import SignatureRow

SURE = {"exact": 1.0, "normalised": 0.998, "structural": 0.99}
"""Stage -> how sure it is that the signature really was there; for fuzzy matches see `sureness`."""

FUZZY_DOUBT = 0.6
"""How much of what a fuzzy score lacks is doubt; at `diagnose.matching.nearly.ACCEPT` it leaves 0.9."""

SMALL_WORD = 3
"""Words of so many letters ("a", "the") hardly matter when they are missing."""

MISSING = " is missing"
CHANGED = " -> "
"""How `Hit.differs` says that words are missing or replaced."""


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


def exact(row: SignatureRow, record: Record, _: Sequence[str]) -> Hit | None:
    """Find a text to the letter; of several places the first where it is not denied."""
    denied = None
    for line in record.lines:
        at = line.text.find(row.text)
        while at >= 0:
            end = at + len(row.text)
            if _stands_alone(line.text, at, end):
                hit = hit_of(row, "exact", 1.0, line, (at, end))
                if not is_denied(line.text, at, end):
                    return hit
                denied = denied or hit
            at = line.text.find(row.text, at + 1)
    return denied


def normalised(row: SignatureRow, record: Record, normals: Sequence[str]) -> Hit | None:
    """Find a text with all made equal that varies without meaning."""
    telling = is_telling(row.normal)
    for line, normal in zip(record.lines, normals, strict=True):
        if row.normal in normal and (
            normal == row.normal or (telling and f" {row.normal} " in f" {normal} ")
        ):
            return hit_of(row, "normalised", SURE["normalised"], line)
    return None


def structural(row: SignatureRow, record: Record, _: Sequence[str]) -> Hit | None:
    """Find a text with the parts that vary left open."""
    if not row.template:
        return None
    word = _longest_word(row.template)
    for line in record.lines:
        text, folded = _folded(line.text)
        if word in folded and (match := _pattern(row.template).search(text)):
            return hit_of(
                row,
                "structural",
                SURE["structural"],
                line,
                differs=what_differs(row.text, match[0]),
            )
    return None


def wrapped(row: SignatureRow, record: Record, normals: Sequence[str], joined: str) -> Hit | None:
    """Find a text broken over lines: between words, or within one by a mail client or terminal."""
    if packed(row.normal) not in packed(joined):
        return None
    head = row.normal.split()[0]
    start = next((i for i, normal in enumerate(normals) if head in normal.split()), 0)
    text = " ".join(line.text.strip() for line in record.lines[start : start + 6])
    if not keeps_packed(row.must, text):
        return None
    line = record.lines[start]
    return hit_of(row, "normalised", SURE["normalised"], line)._replace(text=text[:2000])


def holds(hit: Hit, row: SignatureRow) -> bool:
    """Say whether the words around what was found leave it standing."""
    start, end = hit.span
    if hit.how != "exact":  # its span is the whole line
        start = hit.text.casefold().find(row.text.casefold())
        end = start + len(row.text)
    return start < 0 or not is_denied(hit.text, start, end)


def hit_of(
    row: SignatureRow,
    how: str,
    score: float,
    line: Line,
    span: tuple[int, int] | None = None,
    differs: str = "",
) -> Hit:
    """Return a hit in a line; without a span it is the whole line."""
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


def keeps(must: tuple[str, ...], text: str) -> bool:
    """Say whether a text holds all that a signature demands."""
    if not must:
        return True
    told = plain_quotes(unescape(text)).casefold()
    return all(plain_quotes(part).casefold() in told for part in must)


@lru_cache(maxsize=1024)
def packed(normal: str) -> str:
    """Return a normal form without what may get lost where a line is broken."""
    return normal.replace(" ", "").replace("_", "")


def keeps_packed(must: tuple[str, ...], text: str) -> bool:
    """The same for a text that may be broken anywhere: white space does not count."""
    return keeps(tuple("".join(part.split()) for part in must), "".join(unescape(text).split()))


@lru_cache(maxsize=256)
def _folded(text: str) -> tuple[str, str]:
    """Return the part of a line in which templates are looked for, and its letters made equal."""
    part = unescape(text)[:4000]
    return part, fold(part)


@lru_cache(maxsize=8192)
def _longest_word(template: str) -> str:
    """Return what every text holds, its letters made equal, that a template matches."""
    return fold(max(template.replace("{}", " ").split(), key=len, default=""))


@lru_cache(maxsize=8192)
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


def what_differs(signature: str, text: str) -> str:
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
