"""Incidents: abnormal records that say the same are one incident, counted, with first and last time."""

from __future__ import annotations

from diagnose.reading.heads import ENDINGS, EXCEPTION
from diagnose.reading.stamps import dated
from kb.named import NamedTuple
from kb.pattern import lazy
from kb.text import normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diagnose.matching.stages import Hit
    from diagnose.reading.records import Record

MOST = 10_000
"""Distinct incidents that are kept; a log with more is truncated and says so."""

ABNORMAL = ("WARNING", "ERROR", "CRITICAL")
"""Levels of records that are worth a look."""

_EXCEPTION = lazy(rf"[\s|+]*((?:[A-Za-z_]\w*\.)*[A-Z_]\w*{EXCEPTION})(?:: (.*)|:?\s*$)")

_WRAPPERS = frozenset(
    {"KeyError", "SystemExit", "ExceptionGroup", "BaseExceptionGroup", "RuntimeError"}
)


class Link(NamedTuple):
    """One exception of a chain."""

    name: str
    message: str

    def __str__(self) -> str:
        """Return it as a traceback's last line shows it."""
        return f"{self.name}: {self.message}" if self.message else self.name


class Incident(NamedTuple):
    """Abnormal records that say the same."""

    id: str
    text: str
    """What says most: the telling exception of the chain, else the message."""
    chain: tuple[Link, ...]
    signatures: tuple[str, ...]
    count: int  # type: ignore[assignment]  # the contract's word hides tuple.count
    first: float | None
    last: float | None
    source: str
    lines: tuple[int, int]
    unexplained: bool
    """No signature of the base stands in it."""


def chain(record: Record) -> tuple[Link, ...]:
    """Return the exceptions of a record in order, outermost wrapper last."""
    links = []
    traced = any("Traceback (most recent" in line.text for line in record.lines)
    for number, line in enumerate(record.lines):
        if not (traced or number == 0) or not any(ending in line.text for ending in ENDINGS):
            continue
        if match := _EXCEPTION.match(line.text):
            links.append(Link(match[1], (match[2] or "").strip()[:500]))
    return tuple(links)


def telling(links: Sequence[Link], hits: Sequence[Hit], leaks: dict[str, float]) -> str:
    """Return the link that says most: the one with the most specific signature, else the most concrete."""
    if not links:
        return ""
    by_line = {hit.text.strip(): leaks.get(hit.signature, 1.0) for hit in hits}

    def rank(entry: tuple[int, Link]) -> tuple[float, bool, bool, int]:
        number, link = entry
        leak = min((leak for text, leak in by_line.items() if str(link)[:60] in text), default=1.0)
        return (leak, link.name.rsplit(".", 1)[-1] in _WRAPPERS, not link.message, -number)

    return str(min(enumerate(links), key=rank)[1])


class Gathered:
    """Collects incidents from records in the order they are read."""

    def __init__(self, leaks: dict[str, float], until: float | None = None) -> None:
        self._leaks = leaks
        self._until = until
        self._known: dict[tuple[str, str], Incident] = {}
        self._more: dict[tuple[str, str], tuple[int, float | None, int]] = {}
        self.truncated = False

    def add(self, record: Record, hits: Sequence[Hit]) -> tuple[str, str] | None:
        """Add a record if it is abnormal or holds a signature that says something.

        Returns:
            The key of its incident, or None where it is none that is kept.
        """
        links = chain(record)
        abnormal = record.level in ABNORMAL or bool(links)
        if not abnormal and not any(self._leaks.get(hit.signature, 1.0) < 0.2 for hit in hits):
            return None
        said = telling(links, hits, self._leaks) or next(
            (line.text for line in record.lines if line.text.strip()), ""
        )
        key = (record.source, normalise(said)[:300])
        known = self._known.get(key)
        if known is None and len(self._known) >= MOST:
            self.truncated = True
            return None
        if known is None:
            self._known[key] = self._new(record, hits, links, said)
        else:
            self.again(key, record.time, record.lines[-1].number)
        return key

    def again(self, key: tuple[str, str], time: float | None, line: int, count: int = 1) -> None:
        """Count an incident so often more, the last time in a record that ends with a line."""
        before, last, end = self._more.get(key, (0, None, 0))
        self._more[key] = (before + count, *((time, line) if line >= end else (last, end)))

    def _new(
        self, record: Record, hits: Sequence[Hit], links: tuple[Link, ...], said: str
    ) -> Incident:
        serious = record.level in ("ERROR", "CRITICAL") or bool(links)
        return Incident(
            id=f"i{len(self._known) + 1}",
            text=said.strip()[:500],
            chain=links,
            signatures=tuple(hit.signature for hit in hits),
            count=1,
            first=record.time,
            last=record.time,
            source=record.source,
            lines=(record.line, record.lines[-1].number),
            unexplained=serious and not hits,
        )

    def incidents(self) -> dict[tuple[str, str], Incident]:
        """Return the incidents by source and normal form, in the order they were first seen."""
        for key, (count, last, line) in self._more.items():
            known = self._known[key]
            self._known[key] = known._replace(
                count=known.count + count, last=last, lines=(known.lines[0], line)
            )
        self._more.clear()
        return {key: self._dated(known) for key, known in self._known.items()}

    def _dated(self, known: Incident) -> Incident:
        """Return an incident with the year of its times, where the log names none."""
        first, last = (
            time if time is None else dated(time, self._until) for time in (known.first, known.last)
        )
        return known._replace(first=first, last=last)


def gathered(
    one: Mapping[tuple[str, str], Incident], two: Mapping[tuple[str, str], Incident]
) -> tuple[dict[tuple[str, str], Incident], bool]:
    """Return the incidents of what was read first and next, and whether they are too many."""
    both = dict(one)
    full = False
    for key, later in two.items():
        known = both.get(key)
        if known is not None:
            both[key] = known._replace(
                count=known.count + later.count,
                last=later.last,
                lines=(known.lines[0], later.lines[1]),
            )
        elif len(both) >= MOST:
            full = True
        else:
            both[key] = later._replace(id=f"i{len(both) + 1}")
    return both, full
