"""The index: what the engine reads at run time, one read-only SQLite file.

Only the standard library is needed to read it, and only what a question touches is read. The
file is made by `kb.compile` and found by `kb.cache`.
"""

from __future__ import annotations

from kb.bearings import Bearings
from kb.database import listed, unpacked
from kb.rows import (
    Account,
    CommandRow,
    Edge,
    Entity,
    Expression,
    FactRow,
    FindingRow,
    InsightRow,
    Observer,
    Open,
    Scope,
    SignatureRow,
    StepRow,
)
from kb.signatures import Signatures
from kb.spoken import Spoken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

__all__ = [
    "Account",
    "CommandRow",
    "Edge",
    "Entity",
    "Expression",
    "FactRow",
    "FindingRow",
    "Index",
    "InsightRow",
    "Observer",
    "Open",
    "Scope",
    "SignatureRow",
    "StepRow",
]

_INSIGHTS = "SELECT id, title, severity, because, prior, informs, windows, unless, reason, base FROM insight"


def _insight(row: Sequence[Any]) -> InsightRow:
    return InsightRow._make((*row[:5], bool(row[5]), listed(row[6]), listed(row[7]), *row[8:]))


_COMMAND = (
    "command.id, kind, language, text, argv, purpose, holes, effect, risk, risk_note, privileges,"
    " place, command.versions, replaced_by, cost_s, outcomes, expect,"
    " command.verify, command.rollback, note"
)
_STEP = "step.versions, why, confirms, refutes, step.verify, step.rollback, mitigates"


def _command(row: Sequence[Any]) -> CommandRow:
    found = [*row]
    found[4] = listed(found[4])
    for table in (6, 13, 15):
        found[table] = unpacked(found[table])
    return CommandRow._make(found)


class Index(Bearings, Signatures, Spoken):
    """Reader of one index file. Not shared between threads."""

    def __init__(self, path: str, data: bytes = b"") -> None:
        """Open the file read-only, or take its content, as `Database` does.

        Raises:
            sqlite3.Error: the file is missing, broken or of another format.
        """
        super().__init__(path, data)
        self._insights: list[InsightRow] | None = None

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
        if self._insights is not None:
            return {row.id for row in self._insights if row.informs}
        return {name for (name,) in self._db.execute("SELECT id FROM insight WHERE informs <> 0")}

    def insight_ids(self) -> list[str]:
        """Return the ids of all insights, in order."""
        return self._listed_numbers("insights").decode().splitlines()

    def account(self, insight_id: str) -> Account | None:
        """Return what is told of an insight, or None."""
        query = (
            "SELECT provenance, what, no_checks, no_fixes, escalate, involves, sources"
            " FROM account WHERE id = ?"
        )
        row = self._db.execute(query, (insight_id,)).fetchone()
        if row is None:
            return None
        return Account._make((*row[:5], listed(row[5]), unpacked(row[6])))

    def command(self, command_id: str) -> CommandRow | None:
        """Return a command by id, or None."""
        query = f"SELECT {_COMMAND} FROM command WHERE id = ?"  # noqa: S608 (a literal)
        row = self._db.execute(query, (command_id,)).fetchone()
        return None if row is None else _command(row)

    def steps(self, insight_id: str, role: str) -> list[tuple[CommandRow, StepRow]]:
        """Return the commands that are ``checks`` or ``fixes`` of an insight, in order."""
        query = (
            f"SELECT {_COMMAND}, {_STEP} FROM step JOIN command ON command.id = step.command"  # noqa: S608
            " WHERE insight = ? AND role = ? ORDER BY number"
        )
        rows = self._db.execute(query, (insight_id, role))
        size = len(CommandRow._fields)
        return [
            (_command(row[:size]), StepRow._make((*row[size:-1], bool(row[-1])))) for row in rows
        ]

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
