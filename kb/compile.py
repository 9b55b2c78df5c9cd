"""From a validated base to the index file: everything that can be worked out beforehand is."""

from __future__ import annotations

import json
import math
import sqlite3
from array import array
from collections import defaultdict
from contextlib import closing
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, cast

from kb.collector import paused
from kb.edges import edges
from kb.index import FORMAT, SMOOTHING, UNHEARD
from kb.literal import needed
from kb.model import Command, Fact, Finding, Insight, Lexicon, Page, Signature, Symptom
from kb.postings import tables, text_of
from kb.scale import PRIOR, SPECIFICITY, STRENGTH
from kb.search import EXHAUSTIVE
from kb.version import __version__
from kb.words import Vocabulary, sentences, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kb.load import Base
    from kb.words import Phrases

EXPLAINED = 0.3
"""Weight of a word of the explanation; operators use the words of the phrasings."""

SYMPTOM_TERMS = 10.0
"""So many words are added for a symptom that an insight always produces."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE entity (id TEXT PRIMARY KEY, kind TEXT, text TEXT, base TEXT, record TEXT) WITHOUT ROWID;
CREATE TABLE command (id TEXT PRIMARY KEY, effect TEXT, versions TEXT, cost_s INT,
                      privileges TEXT) WITHOUT ROWID;
CREATE TABLE insight (id TEXT PRIMARY KEY, title TEXT, severity TEXT, because TEXT, prior REAL,
                      informs INT, windows TEXT, unless TEXT, reason TEXT,
                      base TEXT) WITHOUT ROWID;
CREATE TABLE finding (id TEXT PRIMARY KEY, kind TEXT, text TEXT, leak REAL, grp TEXT,
                      question TEXT, cost_s INT) WITHOUT ROWID;
CREATE TABLE synonym (form TEXT, first TEXT, place INT, words TEXT, canonical TEXT,
                      PRIMARY KEY (form, first, place)) WITHOUT ROWID;
CREATE TABLE named (name TEXT, words TEXT);
CREATE TABLE expression (name TEXT, pattern TEXT, needs TEXT);
CREATE TABLE trait (name TEXT, signature TEXT, value TEXT, PRIMARY KEY (name, signature)) WITHOUT ROWID;
CREATE TABLE listed (name TEXT PRIMARY KEY, numbers BLOB) WITHOUT ROWID;
CREATE TABLE signature (number INTEGER PRIMARY KEY, id TEXT, text TEXT, normal TEXT, constant TEXT,
                        template TEXT, must TEXT, near TEXT, exception TEXT, versions TEXT,
                        marks TEXT);
CREATE TABLE fact (id TEXT PRIMARY KEY, name TEXT, op TEXT, value TEXT) WITHOUT ROWID;
CREATE TABLE edge (source TEXT, target TEXT, kind TEXT, weight REAL, provenance TEXT, why TEXT, via TEXT);
CREATE TABLE gram (gram TEXT PRIMARY KEY, held INT, postings BLOB);
CREATE TABLE mark (words TEXT PRIMARY KEY, numbers BLOB) WITHOUT ROWID;
CREATE TABLE term (term TEXT PRIMARY KEY, weight REAL, postings BLOB) WITHOUT ROWID;
CREATE TABLE phrasing (number INTEGER PRIMARY KEY, finding TEXT, state TEXT, weight REAL,
                       terms INT, text TEXT);
CREATE TABLE profile (term TEXT PRIMARY KEY, insights BLOB, weights BLOB);
"""

INDICES = """
CREATE INDEX edge_source ON edge (source);
CREATE INDEX edge_target ON edge (target);
CREATE INDEX fact_name ON fact (name);
CREATE INDEX insight_prior ON insight (prior DESC, id);
CREATE INDEX insight_informs ON insight (id) WHERE informs <> 0;
CREATE INDEX insight_windows ON insight (id) WHERE windows <> '';
"""


def compile_index(
    base: Base, path: Path, *, sources: str = "", exhaustive: int = EXHAUSTIVE
) -> None:
    """Write the index of a base to an empty file.

    Args:
        base: what to compile.
        path: the file.
        sources: digest that it is cached by.
        exhaustive: a base of up to so many signatures is searched exhaustively.

    Raises:
        sqlite3.Error: the file cannot be written.
    """
    words = vocabulary(
        base.lexicon.synonyms, base.lexicon.stop, base.lexicon.negations, base.lexicon.contrasts
    )
    signatures = base.of(Signature)
    search = "exhaustive" if len(signatures) <= exhaustive else "nearest"
    with paused(), closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(SCHEMA)
        _many(db, "meta", (*_meta(base, words), ("sources", sources), ("search", search)))
        _many(db, "synonym", _synonyms(words))
        _many(db, "named", _named(base.lexicon))
        _many(db, "expression", _expressions(base.lexicon))
        _many(db, "entity", _entities(base))
        _many(db, "command", (_command(command) for command in base.of(Command)))
        _many(db, "insight", (_insight(base, insight) for insight in base.insights()))
        _many(db, "finding", (_finding(base, finding) for finding in base.of(Finding)))
        _many(db, "fact", ((fact.id, fact.name, fact.op, fact.value) for fact in base.of(Fact)))
        _many(
            db,
            "edge",
            (
                (e.source, e.target, e.kind, e.weight, e.provenance, e.why, e.via)
                for e in edges(base)
            ),
        )
        _signatures(db, signatures, exhaustive=search == "exhaustive")
        said = _Said(base, words)
        _phrasings(db, base.of(Symptom), said)
        _many(db, "profile", _profiles(base, said))
        db.executescript(INDICES)
        db.commit()


def _many(db: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    rows = iter(rows)
    for first in rows:
        marks = ", ".join("?" * len(first))
        db.executemany(f"INSERT INTO {table} VALUES ({marks})", chain((first,), rows))  # noqa: S608 (own table names)


def _meta(base: Base, words: Vocabulary) -> Iterator[tuple[str, str]]:
    yield "format", str(FORMAT)
    yield "version", __version__
    yield "digest", base.digest
    yield "insights", str(len(base.insights()))
    yield "signatures", str(len(base.of(Signature)))
    yield "bases", "\x1f".join(base.names)
    yield "pages", "\x1f".join(page.id for page in base.of(Page))
    for name in ("stop", "negations", "contrasts"):
        yield name, "\x1f".join(sorted(getattr(words, name)))


def _synonyms(words: Vocabulary) -> Iterator[tuple[str, str, int, str, str]]:
    for form, phrases in (("written", words.phrases), ("stemmed", words.stemmed)):
        for first, entries in cast("dict[str, Phrases]", phrases).items():
            for place, (parts, canonical) in enumerate(entries):
                yield form, first, place, " ".join(parts), canonical


def _named(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Yield the words for other products by product; those for this base's under no name."""
    for name, words in (("", lexicon.ours), *lexicon.foreign.items()):
        yield name, "\x1f".join(words)


def _expressions(lexicon: Lexicon) -> Iterator[tuple[str, str, str]]:
    """Yield the expressions by what they tell: a type of placeholder, or one of four words."""
    told = {
        "versions": lexicon.versions, "generations": lexicon.generations,
        "starts": lexicon.starts, "ends": lexicon.ends,
    }  # fmt: skip
    for name, patterns in (*told.items(), *lexicon.captures.items()):
        for pattern in patterns:
            yield name, pattern, needed(pattern)


def _entities(base: Base) -> Iterator[tuple[Any, ...]]:
    for entity_id, entity in base.entities.items():
        record = entity.model_dump(mode="json", exclude_defaults=True)
        if isinstance(entity, Insight):
            record["sources"] = [source.model_dump(mode="json") for source in entity.sources]
        yield (
            entity_id,
            base.kinds[entity_id],
            entity.label,
            base.origins[entity_id].base,
            json.dumps(record),
        )


def _insight(base: Base, insight: Insight) -> tuple[Any, ...]:
    windows: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    reason = ""
    if insight.versions:
        unless = insight.versions.unless
        windows = tuple(w for w in (insight.versions.possible, *insight.versions.also) if w)
        reason = insight.versions.reason
    return (
        insight.id, insight.title, insight.severity, insight.because, PRIOR[insight.prior],
        insight.informs, "\x1f".join(windows), "\x1f".join(unless), reason,
        base.origins[insight.id].base,
    )  # fmt: skip


def _command(command: Command) -> tuple[Any, ...]:
    usual = Command.model_fields["cost_s"].default
    cost = None if command.cost_s == usual else command.cost_s
    return (command.id, command.effect, command.versions or "", cost, command.privileges)


def _finding(base: Base, finding: Finding) -> tuple[Any, ...]:
    question, cost = "", 5
    if isinstance(finding, Symptom | Fact):
        question, cost = finding.question, finding.cost_s
    return (
        finding.id, base.kinds[finding.id], finding.label, SPECIFICITY[finding.specificity],
        finding.group or "", question, cost,
    )  # fmt: skip


def _signatures(db: sqlite3.Connection, signatures: list[Signature], *, exhaustive: bool) -> None:
    rows, traits = [], []
    texts = [text_of(signature) for signature in signatures]
    for number, (signature, normal, constant) in enumerate(texts):
        near, versions, marks = (
            "\x1f".join(signature.near), signature.versions or "", signature.marks or "",
        )  # fmt: skip
        rows.append((
            number, signature.id, signature.text, normal, constant,
            signature.template or "", "\x1f".join(signature.must), near, signature.exception or "",
            versions, marks,
        ))  # fmt: skip
        traits += [
            (name, signature.id, value)
            for name, value in (("near", near), ("versions", versions), ("marks", marks))
            if value
        ]
    _many(db, "signature", rows)
    _many(db, "trait", traits)
    for name, found in tables(texts, exhaustive=exhaustive)._asdict().items():
        _many(db, name, found)


class _Said:
    """The terms of what is said in a base; what is said of a symptom is read once."""

    def __init__(self, base: Base, words: Vocabulary) -> None:
        self._words = words
        self._symptoms = {
            symptom.id: [self.terms(text) for text in symptom.phrasings]
            for symptom in base.of(Symptom)
        }

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text, in order."""
        return [term for part in sentences(text, self._words) for term in part]

    def of(self, finding: str) -> list[list[str]] | None:
        """Return the terms of each phrasing of a symptom; None for another finding."""
        return self._symptoms.get(finding)


def _phrasings(db: sqlite3.Connection, symptoms: list[Symptom], terms: _Said) -> None:
    """Store every way to say a symptom; a term that few symptoms share weighs more (idf)."""
    said: list[tuple[str, str, list[str], str]] = []
    for symptom in symptoms:
        ways = [
            *zip(symptom.phrasings, terms.of(symptom.id) or (), repeat("present")),
            *((text, terms.terms(text), "absent") for text in symptom.denials),
        ]
        said += [
            (symptom.id, state, sorted(set(found)), text) for text, found, state in ways if found
        ]
    owners: dict[str, set[str]] = defaultdict(set)
    for owner, _, found, _ in said:
        for term in found:
            owners[term.lstrip("!")].add(owner)
    weight = {t: round(math.log(1 + len(symptoms) / (0.5 + len(o))), 4) for t, o in owners.items()}
    postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
    rows = []
    for number, (owner, state, found, text) in enumerate(said):
        total = sum(weight[term.lstrip("!")] for term in found)
        rows.append((number, owner, state, round(total, 4), len(found), text))
        for term in found:
            postings[term].append(number)
    _many(db, "phrasing", rows)
    _many(db, "listed", [("phrasings", array("d", [row[3] for row in rows]).tobytes())])
    _many(
        db, "term", ((t, weight[t.lstrip("!")], n.tobytes()) for t, n in sorted(postings.items()))
    )


def _profiles(base: Base, said: _Said) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield by term, for the insights whose descriptions hold it, by number, how much more a term is to be expected from each insight than in general.

    A unigram model of each insight's description, smoothed with the mean of all insights
    (Jelinek-Mercer; Zhai and Lafferty 2004), as log-odds over `UNHEARD`, the value of a term that
    the insight's description does not hold.
    """
    insights = base.insights()
    held: dict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("I"), array("d")))
    for number, insight in enumerate(insights):
        for term, share in _model(insight, said).items():
            numbers, shares = held[term]
            numbers.append(number)
            shares.append(share)
    for term, (numbers, shares) in sorted(held.items()):
        general = 0.0
        for share in shares:
            general += share / len(insights)
        weights = array(
            "d",
            (
                round(math.log(((1 - SMOOTHING) * s + SMOOTHING * general) / general) - UNHEARD, 4)
                for s in shares
            ),
        )
        yield term, numbers.tobytes(), weights.tobytes()


def _model(insight: Insight, said: _Said) -> dict[str, float]:
    """Return term -> share in what is said of an insight, its symptoms by their strength."""
    count: dict[str, float] = defaultdict(float)
    own = [(1.0, text) for text in (insight.title, insight.because, *insight.phrasings)]
    for weight, text in (*own, (EXPLAINED, insight.what)):
        for term in said.terms(text):
            count[term] += weight
    for edge in insight.indicates:
        terms = [term for phrasing in said.of(edge.finding) or () for term in phrasing]
        for term in terms:
            count[term] += SYMPTOM_TERMS * STRENGTH[edge.strength] / len(terms)
    total = sum(count.values())
    return {term: times / total for term, times in count.items()}
