"""The index: what the engine reads at run time, one read-only SQLite file.

Only the standard library is needed to read it, and only what a question touches is read. The
file is made by `kb.compile` and found by `kb.cache`.
"""

from __future__ import annotations

import math
import sqlite3

from kb.rows import (
    CommandRow,
    Edge,
    Entity,
    Expression,
    FactRow,
    FindingRow,
    InsightRow,
    Scope,
    SignatureRow,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from kb.words import Phrases, Vocabulary

__all__ = [
    "FORMAT",
    "MOST_ASKED",
    "SMOOTHING",
    "UNHEARD",
    "CommandRow",
    "Edge",
    "Entity",
    "Expression",
    "FactRow",
    "FindingRow",
    "Index",
    "InsightRow",
    "Scope",
    "SignatureRow",
]

FORMAT = 11
"""Raised whenever the tables change; an index of another format is not read."""

SMOOTHING = 0.3
"""Share of the general language in the language model of an insight."""

MOST_ASKED = 500
"""SQLite takes a limited number of values in one query."""

UNHEARD = math.log(SMOOTHING)
"""Log-odds of a term that the description of an insight does not hold."""


_INSIGHTS = (
    "SELECT id, title, severity, because, prior, informs, windows, unless, reason, base FROM insight"
)


def _insight(row: Sequence[Any]) -> InsightRow:
    return InsightRow._make((*row[:5], bool(row[5]), _listed(row[6]), _listed(row[7]), *row[8:]))


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
        self._insights: list[InsightRow] | None = None
        self._findings: dict[str, FindingRow | None] = {}
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

    @property
    def bases(self) -> tuple[str, ...]:
        """Names of the bases, the shipped one first."""
        return _listed(self.meta["bases"])

    @property
    def pages(self) -> tuple[str, ...]:
        """Ids of the pages of the knowledge base."""
        return _listed(self.meta["pages"])

    @property
    def exhaustive(self) -> bool:
        """Whether texts are searched for every n-gram, or by `kb.search`."""
        return bool(self.meta["search"] == "exhaustive")

    def vocabulary(self) -> Vocabulary:
        """Return the prepared lexicon; its synonyms are read when a text may hold them."""
        from kb.words import Vocabulary  # noqa: PLC0415 (only for descriptions)

        return Vocabulary(
            _Phrases(self._db, "written"),
            _Phrases(self._db, "stemmed"),
            self.stop_words(),
            frozenset(_listed(self.meta["negations"])),
            frozenset(_listed(self.meta["contrasts"])),
        )

    def stop_words(self) -> frozenset[str]:
        """Return the words that say nothing by themselves."""
        return frozenset(_listed(self.meta["stop"]))

    def scope(self) -> Scope:
        """Return the lexicon's words and expressions for products, versions and values."""
        named = {
            name: _listed(words)
            for name, words in self._db.execute("SELECT name, words FROM named ORDER BY rowid")
        }
        found: dict[str, list[Expression]] = {}
        query = "SELECT name, pattern, needs FROM expression ORDER BY rowid"
        for name, *expression in self._db.execute(query):
            found.setdefault(name, []).append(Expression._make(expression))
        alone = ("versions", "generations", "starts", "ends")
        return Scope(
            ours=named.pop("", ()),
            foreign=named,
            captures={kind: listed for kind, listed in found.items() if kind not in alone},
            **{name: found.get(name, []) for name in alone},
        )

    @property
    def signature_count(self) -> int:
        """Number of signatures."""
        return int(self.meta["signatures"])

    @property
    def insight_count(self) -> int:
        """Number of insights."""
        return int(self.meta["insights"])

    def insights(self) -> list[InsightRow]:
        """Return all insights in order of id."""
        if self._insights is None:
            rows = self._db.execute(f"{_INSIGHTS} ORDER BY id")
            self._insights = [_insight(row) for row in rows]
        return self._insights

    def insight(self, insight_id: str) -> InsightRow | None:
        """Return an insight by id, or None."""
        return next(iter(self.insight_rows((insight_id,))), None)

    def insight_rows(self, ids: Iterable[str]) -> list[InsightRow]:
        """Return the insights with these ids, in order of id."""
        if self._insights is not None:
            wanted = frozenset(ids)
            return [row for row in self._insights if row.id in wanted]
        return [
            _insight(row) for row in self._asked(f"{_INSIGHTS} WHERE id IN ({{}})", sorted(ids))
        ]

    def windowed(self) -> list[InsightRow]:
        """Return the insights that are possible on some versions only."""
        return [_insight(row) for row in self._db.execute(f"{_INSIGHTS} WHERE windows <> ''")]

    def most_common(self, most: int) -> list[InsightRow]:
        """Return so many insights, the highest prior first, ties by id."""
        query = f"{_INSIGHTS} ORDER BY prior DESC, id LIMIT ?"
        return [_insight(row) for row in self._db.execute(query, (most,))]

    def priors(self) -> list[tuple[float, int]]:
        """Return (prior, number of insights that have it)."""
        query = "SELECT prior, count(*) FROM insight GROUP BY prior ORDER BY prior"
        return list(self._db.execute(query))

    def informing(self) -> set[str]:
        """Return the ids of the insights that explain rather than break."""
        return {name for (name,) in self._db.execute("SELECT id FROM insight WHERE informs <> 0")}

    def entity(self, entity_id: str) -> Entity | None:
        """Return an entity by id, or None."""
        import json  # noqa: PLC0415 (a short answer reads few records)

        query = "SELECT id, kind, text, base, record FROM entity WHERE id = ?"
        row = self._db.execute(query, (entity_id,)).fetchone()
        return None if row is None else Entity._make((*row[:4], json.loads(row[4])))

    def names(self, kind: str | None = None) -> list[tuple[str, str, str]]:
        """Return (id, kind, text) of all entities, or of one kind, in order of kind and id."""
        query = "SELECT id, kind, text FROM entity WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, id"
        return list(self._db.execute(query, (kind,)))

    def finding(self, finding_id: str) -> FindingRow | None:
        """Return a finding by id, or None."""
        if finding_id not in self._findings:
            query = "SELECT id, kind, text, leak, grp, question, cost_s FROM finding WHERE id = ?"
            row = self._db.execute(query, (finding_id,)).fetchone()
            self._findings[finding_id] = None if row is None else FindingRow(*row)
        return self._findings[finding_id]

    def askable(self, ids: Iterable[str]) -> list[FindingRow]:
        """Return the findings with these ids that a person can be asked for, in order of id."""
        query = (
            "SELECT id, kind, text, leak, grp, question, cost_s FROM finding"
            " WHERE id IN ({}) AND kind <> 'signature'"
        )
        return [FindingRow(*row) for row in self._asked(query, sorted(ids))]

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

    def sources(self, targets: Iterable[str], kind: str) -> set[str]:
        """Return where edges of a kind come from that reach one of these entities."""
        query = f"SELECT source FROM edge WHERE target IN ({{}}) AND kind = '{kind}'"  # noqa: S608
        return {source for (source,) in self._asked(query, sorted(targets))}

    def weights(self, sources: Iterable[str], kind: str) -> dict[str, list[tuple[str, float]]]:
        """Return source -> (target, weight) of its edges of a kind, in stored order."""
        query = (
            f"SELECT source, target, weight FROM edge WHERE source IN ({{}}) AND kind = '{kind}'"  # noqa: S608
            " ORDER BY rowid"
        )
        found: dict[str, list[tuple[str, float]]] = {}
        for source, target, weight in self._asked(query, sorted(sources)):
            found.setdefault(source, []).append((target, weight))
        return found

    def written(
        self, least: float, insights: Iterable[str] | None = None
    ) -> Iterator[tuple[str, str, str, float]]:
        """Return (signature, its group, insight, weight) where the insight nearly always writes it.

        Args:
            least: weight.
            insights: only what these produce; None = all.
        """
        query = (
            "SELECT finding.id, grp, target, weight FROM edge JOIN finding ON finding.id = source"
            " WHERE edge.kind = 'indicates' AND finding.kind = 'signature'"
        )
        if insights is None:
            rows: Iterable[Any] = self._db.execute(query)
        else:
            rows = self._asked(f"{query} AND target IN ({{}})", sorted(insights))
        return (row for row in rows if row[3] >= least)

    def observers(self, findings: Iterable[str]) -> dict[str, list[CommandRow]]:
        """Return finding -> reading commands that observe it, the cheapest first, ties by id."""
        query = (
            "SELECT target, command.id, versions, cost_s, privileges"
            " FROM edge JOIN command ON command.id = source"
            " WHERE target IN ({}) AND edge.kind = 'observes' AND effect = 'reads'"
            " GROUP BY target, command.id ORDER BY coalesce(cost_s, 20), command.id"
        )
        found: dict[str, list[CommandRow]] = {}
        for target, *row in self._asked(query, sorted(findings)):
            found.setdefault(target, []).append(CommandRow._make(row))
        return found

    def _asked(self, query: str, values: Sequence[str] | Sequence[int]) -> Iterator[Any]:
        """Yield the rows of a query about many values, which stand where it has braces."""
        for start in range(0, len(values), MOST_ASKED):
            part = values[start : start + MOST_ASKED]
            yield from self._db.execute(query.format(", ".join("?" * len(part))), part)

    def traits(self, name: str) -> dict[str, str]:
        """Return signature -> what only some have: ``near``, ``versions`` or ``marks``."""
        query = "SELECT signature, value FROM trait WHERE name = ? ORDER BY signature"
        return dict(self._db.execute(query, (name,)))

    def signatures(self, numbers: Iterable[int] | None = None) -> Iterator[SignatureRow]:
        """Yield signatures by number, or all of them."""
        query = "SELECT id, text, normal, constant, template, must, near, exception, versions, marks, number FROM signature"
        if numbers is None:
            rows: Iterable[Any] = self._db.execute(f"{query} ORDER BY number")
        else:
            rows = (
                row
                for number in numbers
                for row in self._db.execute(f"{query} WHERE number = ?", (number,))
            )
        for row in rows:
            yield SignatureRow._make((*row[:5], _listed(row[5]), _listed(row[6]), *row[7:]))

    def sizes(self) -> Sequence[int]:
        """Return the number of different n-grams of each signature, by its number."""
        return _numbers(self._listed_numbers("grams"))

    def grams(self, grams: Sequence[str]) -> dict[str, Sequence[int]]:
        """Return n-gram -> numbers of the signatures that contain it, where there are any."""
        query = "SELECT gram, postings FROM gram WHERE gram IN ({})"
        return {gram: _numbers(data) for gram, data in self._asked(query, grams)}

    def held(self, grams: Sequence[str]) -> dict[str, int]:
        """Return n-gram -> number of signatures that contain it, where there are any."""
        return dict(self._asked("SELECT gram, held FROM gram WHERE gram IN ({})", grams))

    def norms(self) -> Sequence[float]:
        """Return the norm of each signature for `kb.search`, by its number."""
        return memoryview(self._listed_numbers("norms")).cast("f")

    def constants(self, numbers: Sequence[int]) -> list[tuple[int, str]]:
        """Return (number, normal form of what does not vary) of signatures."""
        query = "SELECT number, constant FROM signature WHERE number IN ({})"
        return list(self._asked(query, numbers))

    def marked(self, words: Iterable[str]) -> set[int]:
        """Return the numbers of the signatures that have one of these words or pairs as mark."""
        query = "SELECT numbers FROM mark WHERE words IN ({})"
        found = self._asked(query, sorted(words))
        return {number for (stored,) in found for number in _numbers(stored)}

    def facts(self, name: str | None = None) -> list[FactRow]:
        """Return the comparisons on one value, or all."""
        query = "SELECT id, name, op, value FROM fact WHERE ?1 IS NULL OR name = ?1 ORDER BY id"
        return [FactRow(*row) for row in self._db.execute(query, (name,))]

    def fact_names(self, ids: Iterable[str]) -> dict[str, str]:
        """Return finding -> name of the value that it compares, for those of these that are facts."""
        return dict(self._asked("SELECT id, name FROM fact WHERE id IN ({})", sorted(ids)))

    def term(self, term: str) -> tuple[float, Sequence[int]]:
        """Return the weight of a term and the numbers of the phrasings that contain it."""
        row = self._db.execute(
            "SELECT weight, postings FROM term WHERE term = ?", (term,)
        ).fetchone()
        return (0.0, ()) if row is None else (row[0], _numbers(row[1]))

    def phrasing_weights(self) -> Sequence[float]:
        """Return the total weight of each phrasing, by its number."""
        return memoryview(self._listed_numbers("phrasings")).cast("d")

    def _listed_numbers(self, name: str) -> bytes:
        query = "SELECT numbers FROM listed WHERE name = ?"
        return bytes(self._db.execute(query, (name,)).fetchone()[0])

    def phrasing(self, number: int) -> tuple[str, str, float, int, str]:
        """Return (finding id, state, total weight, terms, text) of one phrasing."""
        query = "SELECT finding, state, weight, terms, text FROM phrasing WHERE number = ?"
        row: tuple[str, str, float, int, str] = self._db.execute(query, (number,)).fetchone()
        return row

    def profile(self, term: str) -> tuple[Sequence[int], Sequence[float]]:
        """Return the insights whose descriptions hold a term, and its log-odds over `UNHEARD` there.

        Insights are numbered in order of id, see `insight_ids`.
        """
        query = "SELECT insights, weights FROM profile WHERE term = ?"
        row = self._db.execute(query, (term,)).fetchone()
        return ((), ()) if row is None else (_numbers(row[0]), memoryview(row[1]).cast("d"))

    def insight_ids(self) -> list[str]:
        """Return the ids of all insights, in order."""
        return [name for (name,) in self._db.execute("SELECT id FROM insight ORDER BY id")]

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class _Phrases:
    """Synonyms by their first word, read as they are asked for."""

    def __init__(self, db: sqlite3.Connection, form: str) -> None:
        self._db = db
        self._form = form
        self._known: dict[str, Phrases] = {}

    def get(self, first: str, default: Phrases = ()) -> Phrases:
        """Return the synonyms that begin with a word, longest first."""
        if first not in self._known:
            query = (
                "SELECT words, canonical FROM synonym WHERE form = ? AND first = ? ORDER BY place"
            )
            self._known[first] = tuple(
                (tuple(words.split(" ")), canonical)
                for words, canonical in self._db.execute(query, (self._form, first))
            )
        return self._known[first] or default


def _numbers(stored: bytes) -> Sequence[int]:
    """Return a stored list of numbers of four bytes."""
    return memoryview(stored).cast("I")


def _listed(stored: str) -> tuple[str, ...]:
    """Return the parts of a stored list."""
    return tuple(part for part in stored.split("\x1f") if part)


def _quoted(path: str) -> str:
    """Return a path as the part of a ``file:`` URI that SQLite understands."""
    quoted = "".join(f"%{ord(c):02X}" if c in "%?#" else c for c in path.replace("\\", "/"))
    return f"/{quoted}" if quoted[1:2] == ":" else quoted
