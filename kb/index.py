"""The index: what the engine reads at run time, one read-only SQLite file.

Only the standard library is needed to read it, and only what a question touches is read. The
file is made by `kb.compile` and found by `kb.cache`.
"""

from __future__ import annotations

import json
import math
import sqlite3
from array import array

from kb.named import TYPE_CHECKING, NamedTuple
from kb.words import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

FORMAT = 2
"""Raised whenever the tables change; an index of another format is not read."""

SMOOTHING = 0.3
"""Share of the general language in the language model of an insight."""

UNHEARD = math.log(SMOOTHING)
"""Log-odds of a term that the description of an insight does not hold."""


class InsightRow(NamedTuple):
    """What ranking needs to know of an insight."""

    id: str
    title: str
    severity: str
    because: str
    prior: float
    informs: bool
    windows: tuple[str, ...]
    """Specifiers of the versions on which it is possible; empty = all."""
    reason: str
    """Said when a version rules it out."""
    base: str


class FindingRow(NamedTuple):
    """What ranking needs to know of a signature, symptom or fact."""

    id: str
    kind: str
    text: str
    leak: float
    group: str
    question: str
    cost_s: int


class SignatureRow(NamedTuple):
    """What matching needs to know of a signature."""

    id: str
    text: str
    normal: str
    template: str
    must: tuple[str, ...]
    near: tuple[str, ...]
    exception: str
    versions: str
    marks: str
    number: int


class FactRow(NamedTuple):
    """A comparison that makes a value a finding."""

    id: str
    name: str
    op: str
    value: str


class Scope(NamedTuple):
    """How texts show what product and version they are about, and which values they name."""

    ours: list[str]
    foreign: dict[str, list[str]]
    versions: list[str]
    generations: list[str]
    captures: dict[str, list[str]]
    starts: list[str]
    ends: list[str]


class Edge(NamedTuple):
    """One typed edge; ``weight`` is a probability or a factor on the odds, by kind."""

    source: str
    target: str
    kind: str
    weight: float
    provenance: str
    why: str
    via: str = ""
    """The finding that tells look-alikes apart, or the versions of a step."""


class Entity(NamedTuple):
    """Any entity with its whole record, as written in the base."""

    id: str
    kind: str
    text: str
    base: str
    record: dict[str, Any]


class Index:
    """Reader of one index file. Not shared between threads."""

    def __init__(self, path: str) -> None:
        """Open the file read-only.

        Raises:
            sqlite3.Error: the file is missing, broken or of another format.
        """
        self.path = path
        self._db = sqlite3.connect(f"file:{_quoted(path)}?mode=ro&immutable=1", uri=True)
        self.meta = dict(self._db.execute("SELECT key, value FROM meta"))
        if self.meta.get("format") != str(FORMAT):
            message = "the index is of another format"
            raise sqlite3.DatabaseError(message)

    def is_whole(self) -> bool:
        """Say whether every page can be read; a machine that crashed may leave holes in a file."""
        try:
            return bool(self._db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.Error:
            return False

    @property
    def digest(self) -> str:
        """SHA-256 of the sources."""
        return str(self.meta["digest"])

    def vocabulary(self) -> Vocabulary:
        """Return the prepared lexicon."""
        data = json.loads(self.meta["vocabulary"])
        phrases, stemmed = (
            {
                first: tuple((tuple(words), canonical) for words, canonical in entries)
                for first, entries in data[key].items()
            }
            for key in ("phrases", "stemmed")
        )
        stop, negations, contrasts = (
            frozenset(data[k]) for k in ("stop", "negations", "contrasts")
        )
        return Vocabulary(phrases, stemmed, stop, negations, contrasts)

    def scope(self) -> Scope:
        """Return the lexicon's words and expressions for products, versions and values."""
        return Scope(**json.loads(self.meta["scope"]))

    def insights(self) -> list[InsightRow]:
        """Return all insights in order of id."""
        query = "SELECT id, title, severity, because, prior, informs, windows, reason, base FROM insight ORDER BY id"
        return [
            InsightRow._make((*row[:5], bool(row[5]), _listed(row[6]), *row[7:]))
            for row in self._db.execute(query)
        ]

    def entity(self, entity_id: str) -> Entity | None:
        """Return an entity by id, or None."""
        query = "SELECT id, kind, text, base, record FROM entity WHERE id = ?"
        row = self._db.execute(query, (entity_id,)).fetchone()
        return None if row is None else Entity._make((*row[:4], json.loads(row[4])))

    def names(self, kind: str | None = None) -> list[tuple[str, str, str]]:
        """Return (id, kind, text) of all entities, or of one kind, in order of kind and id."""
        query = "SELECT id, kind, text FROM entity WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, id"
        return list(self._db.execute(query, (kind,)))

    def finding(self, finding_id: str) -> FindingRow | None:
        """Return a finding by id, or None."""
        query = "SELECT id, kind, text, leak, grp, question, cost_s FROM finding WHERE id = ?"
        row = self._db.execute(query, (finding_id,)).fetchone()
        return None if row is None else FindingRow(*row)

    def findings(self, kind: str | None = None) -> list[FindingRow]:
        """Return all findings, or those of one kind, in order of id."""
        query = "SELECT id, kind, text, leak, grp, question, cost_s FROM finding WHERE ?1 IS NULL OR kind = ?1 ORDER BY id"
        return [FindingRow(*row) for row in self._db.execute(query, (kind,))]

    def edges_from(self, entity_id: str, kind: str | None = None) -> list[Edge]:
        """Return the edges that leave an entity, in stored order."""
        return self._edges("source", entity_id, kind)

    def edges_to(self, entity_id: str, kind: str | None = None) -> list[Edge]:
        """Return the edges that reach an entity, in stored order."""
        return self._edges("target", entity_id, kind)

    def _edges(self, column: str, entity_id: str, kind: str | None) -> list[Edge]:
        query = (
            f"SELECT source, target, kind, weight, provenance, why, via FROM edge"  # noqa: S608 (two literals)
            f" WHERE {column} = ?1 AND (?2 IS NULL OR kind = ?2) ORDER BY rowid"
        )
        return [Edge(*row) for row in self._db.execute(query, (entity_id, kind))]

    def signatures(self, numbers: Iterable[int] | None = None) -> Iterator[SignatureRow]:
        """Yield signatures by number, or all of them."""
        query = "SELECT id, text, normal, template, must, near, exception, versions, marks, number FROM signature"
        if numbers is None:
            rows: Iterable[Any] = self._db.execute(f"{query} ORDER BY number")
        else:
            rows = (
                row
                for number in numbers
                for row in self._db.execute(f"{query} WHERE number = ?", (number,))
            )
        for row in rows:
            yield SignatureRow._make((*row[:4], _listed(row[4]), _listed(row[5]), *row[6:]))

    def gram(self, gram: str) -> array[int]:
        """Return the numbers of the signatures that contain a character n-gram."""
        return self._numbers("SELECT postings FROM gram WHERE gram = ?", gram)

    def facts(self, name: str | None = None) -> list[FactRow]:
        """Return the comparisons on one value, or all."""
        query = "SELECT id, name, op, value FROM fact WHERE ?1 IS NULL OR name = ?1 ORDER BY id"
        return [FactRow(*row) for row in self._db.execute(query, (name,))]

    def term(self, term: str) -> tuple[float, array[int]]:
        """Return the weight of a term and the numbers of the phrasings that contain it."""
        row = self._db.execute(
            "SELECT weight, postings FROM term WHERE term = ?", (term,)
        ).fetchone()
        if row is None:
            return 0.0, array("I")
        return row[0], array("I", row[1])

    def phrasing(self, number: int) -> tuple[str, str, float, int, str]:
        """Return (finding id, state, total weight, terms, text) of one phrasing."""
        query = "SELECT finding, state, weight, terms, text FROM phrasing WHERE number = ?"
        row: tuple[str, str, float, int, str] = self._db.execute(query, (number,)).fetchone()
        return row

    def profile(self, term: str) -> list[tuple[str, float]]:
        """Return (insight id, log-odds over `UNHEARD`) for the insights whose descriptions hold a term."""
        query = "SELECT insight, weight FROM profile WHERE term = ? ORDER BY insight"
        return list(self._db.execute(query, (term,)))

    def _numbers(self, query: str, key: str) -> array[int]:
        row = self._db.execute(query, (key,)).fetchone()
        return array("I", row[0]) if row else array("I")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _listed(stored: str) -> tuple[str, ...]:
    """Return the parts of a stored list."""
    return tuple(part for part in stored.split("\x1f") if part)


def _quoted(path: str) -> str:
    """Return a path as the part of a ``file:`` URI that SQLite understands."""
    quoted = "".join(f"%{ord(c):02X}" if c in "%?#" else c for c in path.replace("\\", "/"))
    return f"/{quoted}" if quoted[1:2] == ":" else quoted
