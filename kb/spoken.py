"""What descriptions and scopes read of an index: the lexicon, phrasings and profiles."""

from __future__ import annotations

import math

from kb.database import Database, listed, numbers, unpacked
from kb.rows import Expression, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from kb.words import Phrases, Vocabulary

SMOOTHING = 0.3
"""Share of the general language in the language model of an insight."""

UNHEARD = math.log(SMOOTHING)
"""Log-odds of a term that the description of an insight does not hold."""


class Spoken(Database):
    """Reader of the words of an index."""

    def vocabulary(self) -> Vocabulary:
        """Return the prepared lexicon; its synonyms are read when a text may hold them."""
        from kb.words import Vocabulary  # noqa: PLC0415 (only for descriptions)

        return Vocabulary(
            _Phrases(self._db, "written"),
            _Phrases(self._db, "stemmed"),
            self.stop_words(),
            frozenset(listed(self.meta["negations"])),
            frozenset(listed(self.meta["contrasts"])),
        )

    def stop_words(self) -> frozenset[str]:
        """Return the words that say nothing by themselves."""
        return frozenset(listed(self.meta["stop"]))

    def scope(self) -> Scope:
        """Return the lexicon's words and expressions for products, versions and values."""
        found: dict[str, list[Expression]] = {}
        for name, *expression in unpacked(self.meta["expressions"]):
            found.setdefault(name, []).append(Expression._make(expression))
        alone = ("versions", "generations", "starts", "ends")
        return Scope(
            ours=listed(self.meta["ours"]),
            foreign={name: tuple(words) for name, *words in unpacked(self.meta["foreign"])},
            captures={kind: told for kind, told in found.items() if kind not in alone},
            **{name: found.get(name, []) for name in alone},
        )

    def term(self, term: str) -> tuple[float, Sequence[int]]:
        """Return the weight of a term and the numbers of the phrasings that contain it."""
        row = self._db.execute(
            "SELECT weight, postings FROM term WHERE term = ?", (term,)
        ).fetchone()
        return (0.0, ()) if row is None else (row[0], numbers(row[1]))

    def phrasing_weights(self) -> Sequence[float]:
        """Return the total weight of each phrasing, by its number."""
        return memoryview(self._listed_numbers("phrasings")).cast("d")

    def phrasing(self, number: int) -> tuple[str, str, float, int, str]:
        """Return (finding id, state, total weight, terms, text) of one phrasing."""
        query = "SELECT finding, state, weight, terms, text FROM phrasing WHERE number = ?"
        row: tuple[str, str, float, int, str] = self._db.execute(query, (number,)).fetchone()
        return row

    def profile(self, term: str) -> tuple[Sequence[int], Sequence[float]]:
        """Return the insights whose descriptions hold a term, and its log-odds over `UNHEARD` there.

        Insights are numbered in order of id, see `kb.index.Index.insight_ids`.
        """
        query = "SELECT insights, weights FROM profile WHERE term = ?"
        row = self._db.execute(query, (term,)).fetchone()
        return ((), ()) if row is None else (numbers(row[0]), memoryview(row[1]).cast("d"))


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
