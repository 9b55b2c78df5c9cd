"""From a validated base to the index file: everything that can be worked out beforehand is."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import defaultdict
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from kb.collector import paused
from kb.database import FORMAT, packed
from kb.edges import edges
from kb.literal import needed, runs
from kb.model import Command, Fact, Finding, Insight, Lexicon, Page, Signature, Symptom
from kb.postings import tables, text_of
from kb.profiles import Said, phrasings, profiles
from kb.scale import PRIOR, SPECIFICITY
from kb.search import EXHAUSTIVE
from kb.tables import INDICES, SCHEMA
from kb.version import __version__
from kb.words import Vocabulary, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kb.edges import Edge
    from kb.load import Base
    from kb.words import Phrases

SEEN_S = 5
"""Seconds that it takes to see whether a line stands in a text that is there."""


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
        _many(db, "entity", _entities(base))
        _many(db, "command", (_command(command) for command in base.of(Command)))
        _many(db, "step", chain.from_iterable(map(_steps, base.insights())))
        _many(db, "insight", (_insight(base, insight) for insight in base.insights()))
        _many(db, "finding", (_finding(base, finding) for finding in base.of(Finding)))
        _many(db, "fact", ((fact.id, fact.name, fact.op, fact.value) for fact in base.of(Fact)))
        found = list(edges(base))
        _many(
            db,
            "edge",
            ((e.source, e.target, e.kind, e.weight, e.provenance, e.why, e.via) for e in found),
        )
        _many(db, "bearing", _bearings(base, found))
        _signatures(db, signatures, exhaustive=search == "exhaustive")
        said = Said(base, words)
        for name, rows in phrasings(base.of(Symptom), said)._asdict().items():
            _many(db, name, rows)
        _many(db, "profile", profiles(base, said))
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
    yield "ours", "\x1f".join(base.lexicon.ours)
    yield "foreign", packed([(name, *words) for name, words in base.lexicon.foreign.items()])
    yield "expressions", packed([*_expressions(base.lexicon)])


def _synonyms(words: Vocabulary) -> Iterator[tuple[str, str, int, str, str]]:
    for form, phrases in (("written", words.phrases), ("stemmed", words.stemmed)):
        for first, entries in cast("dict[str, Phrases]", phrases).items():
            for place, (parts, canonical) in enumerate(entries):
                yield form, first, place, " ".join(parts), canonical


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
        insight.provenance, insight.what, insight.no_checks or "", insight.no_fixes or "",
        insight.escalate, "\x1f".join(involves.reference for involves in insight.involves),
        packed([(source.url, source.says, source.seen) for source in insight.sources]),
    )  # fmt: skip


def _steps(insight: Insight) -> Iterator[tuple[Any, ...]]:
    for number, check in enumerate(insight.checks):
        confirms, refutes = check.confirms or "", check.refutes or ""
        yield (
            insight.id, "checks", number, check.command, "", check.why, confirms, refutes, "", "",
            False,
        )  # fmt: skip
    for number, fix in enumerate(insight.fixes):
        yield (
            insight.id, "fixes", number, fix.command, fix.versions or "", fix.why, "", "",
            fix.verify or "", fix.rollback or "", fix.mitigates,
        )  # fmt: skip


def _command(command: Command) -> tuple[Any, ...]:
    return (
        command.id, command.effect, command.versions or "", command.cost_s, command.privileges,
        command.kind, command.language, command.text, "\x1f".join(command.argv), command.purpose,
        packed([(hole.name, hole.type, hole.describes) for hole in command.placeholders]),
        command.risk, command.risk_note or "", command.where,
        packed([(other.command, other.versions) for other in command.replaced_by]),
        packed([(o.answer, o.means, o.finding or "", o.state) for o in command.outcomes]),
        command.expect or "", command.verify or "", command.rollback or "", command.note or "",
    )  # fmt: skip


def _finding(base: Base, finding: Finding) -> tuple[Any, ...]:
    return (
        finding.id, base.kinds[finding.id], finding.label, SPECIFICITY[finding.specificity],
        finding.group or "", *_asked(finding),
    )  # fmt: skip


def _asked(finding: Finding) -> tuple[str, int]:
    """Return the question about a finding, and the seconds that its answer takes."""
    if isinstance(finding, Symptom | Fact):
        return finding.question, finding.cost_s
    return "", SEEN_S


def _bearings(base: Base, found: Iterable[Edge]) -> Iterator[tuple[Any, ...]]:
    """Yield for each finding that can be asked for how likely it is under each insight alone.

    These are the symptoms and facts that bear on insights, and the lines of logs that a reading
    command shows.
    """
    likely: dict[str, dict[str, float]] = defaultdict(dict)
    reading = {command.id for command in base.of(Command) if command.effect == "reads"}
    shown = {edge.target for edge in found if edge.kind == "observes" and edge.source in reading}
    lines = (signature for signature in base.of(Signature) if signature.id in shown)
    askable: list[Finding] = [*base.of(Symptom), *base.of(Fact), *lines]
    leaks = {finding.id: SPECIFICITY[finding.specificity] for finding in askable}
    weighed = [edge for edge in found if edge.source in leaks]
    for edge in weighed:
        if edge.kind == "indicates":
            leak = leaks[edge.source]
            likely[edge.source][edge.target] = 1.0 - (1.0 - leak) * (1.0 - edge.weight)
    for edge in weighed:
        if edge.kind == "contradicts":
            own = likely[edge.source]
            own[edge.target] = own.get(edge.target, leaks[edge.source]) * edge.weight
    for finding in askable:
        if own := likely[finding.id]:
            yield (
                finding.id, base.kinds[finding.id], leaks[finding.id], finding.group or "",
                _asked(finding)[1], finding.name if isinstance(finding, Fact) else "",
                "\x1f".join(own), array("d", own.values()).tobytes(),
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
    _many(db, "listed", runs(signatures))
    for name, found in tables(texts, exhaustive=exhaustive)._asdict().items():
        _many(db, name, found)
