"""From a validated base to the index file: everything that can be worked out beforehand is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from kb import entries
from kb.collector import paused
from kb.database import FORMAT, packed
from kb.literal import needed, runs
from kb.model import Insight, Lexicon, Page, Signature, Symptom
from kb.postings import tables, text_of
from kb.profiles import Said, phrasings, profiles
from kb.search import EXHAUSTIVE
from kb.tables import INDICES, SCHEMA
from kb.version import __version__
from kb.words import Vocabulary, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kb.base import Base
    from kb.words import Phrases


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
    with closing(sqlite3.connect(path)) as db:
        _compiled(base, db, sources, exhaustive)


def compiled(base: Base, *, sources: str = "") -> bytes:
    """Return the index of a base, as `compile_index` writes it, for where no file can hold it."""
    with closing(sqlite3.connect(":memory:")) as db:
        _compiled(base, db, sources, EXHAUSTIVE)
        return db.serialize()


def _compiled(base: Base, db: sqlite3.Connection, sources: str, exhaustive: int) -> None:
    words = vocabulary(
        base.lexicon.synonyms, base.lexicon.stop, base.lexicon.negations, base.lexicon.contrasts
    )
    signatures = base.of(Signature)
    search = "exhaustive" if len(signatures) <= exhaustive else "nearest"
    with paused():
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(SCHEMA)
        _many(db, "meta", (*_meta(base, words), ("sources", sources), ("search", search)))
        _many(db, "synonym", _synonyms(words))
        _many(db, "entity", _entities(base))
        for table, rows in entries.rows(base):
            _many(db, table, rows)
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
        for first, listed in cast("dict[str, Phrases]", phrases).items():
            for place, (parts, canonical) in enumerate(listed):
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
