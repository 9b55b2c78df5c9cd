"""What ranking reads of an index: findings, facts and the edges between entities."""

from __future__ import annotations

from kb.database import Database
from kb.rows import Edge, FactRow, FindingRow, Observer, Open

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

MOST_KNOWN = 10_000
"""Entities whose edges are kept in memory."""

_FINDINGS = "SELECT id, kind, text, leak, grp, question FROM finding"


class Bearings(Database):
    """Reader of what speaks for what in an index."""

    def __init__(self, path: str, data: bytes = b"") -> None:
        """Open the file read-only, or take its content, as `Database` does.

        Raises:
            sqlite3.Error: the file is missing, broken or of another format.
        """
        super().__init__(path, data)
        self._findings: dict[str, FindingRow | None] = {}
        self._from: dict[str, list[Edge]] = {}

    def finding(self, finding_id: str) -> FindingRow | None:
        """Return a finding by id, or None."""
        if finding_id not in self._findings:
            query = f"{_FINDINGS} WHERE id = ?"
            row = self._db.execute(query, (finding_id,)).fetchone()
            self._findings[finding_id] = None if row is None else FindingRow(*row)
        return self._findings[finding_id]

    def askable(self, insights: Sequence[str]) -> list[Open]:
        """Return what a person can be asked for and bears on these insights, in order of id.

        Args:
            insights: their ids, at most `kb.database.MOST_ASKED`.
        """
        query = (
            "SELECT id, kind, leak, grp, cost_s, name, insights, likely"
            " FROM bearing WHERE id IN (SELECT source FROM edge WHERE target IN ({})"
            " AND kind IN ('indicates', 'contradicts')) ORDER BY id"
        )
        return [Open._make((*row[:6], _weights(*row[6:]))) for row in self._asked(query, insights)]

    def findings(self, kind: str | None = None) -> list[FindingRow]:
        """Return all findings, or those of one kind, in order of id."""
        query = f"{_FINDINGS} WHERE ?1 IS NULL OR kind = ?1 ORDER BY id"
        return [FindingRow(*row) for row in self._db.execute(query, (kind,))]

    def edges_from(self, entity_id: str, kind: str | None = None) -> list[Edge]:
        """Return the edges that leave an entity, in stored order."""
        if entity_id not in self._from:
            if len(self._from) >= MOST_KNOWN:
                self._from.clear()
            self._from[entity_id] = self._edges("source", entity_id)
        return [edge for edge in self._from[entity_id] if kind is None or edge.kind == kind]

    def edges_to(self, entity_id: str, kind: str | None = None) -> list[Edge]:
        """Return the edges that reach an entity, in stored order."""
        return [
            edge for edge in self._edges("target", entity_id) if kind is None or edge.kind == kind
        ]

    def _edges(self, column: str, entity_id: str) -> list[Edge]:
        query = (
            f"SELECT source, target, kind, weight, provenance, why, via FROM edge"  # noqa: S608 (two literals)
            f" WHERE {column} = ? ORDER BY rowid"
        )
        return [Edge._make(row) for row in self._db.execute(query, (entity_id,))]

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

    def observers(self, findings: Iterable[str]) -> dict[str, list[Observer]]:
        """Return finding -> reading commands that observe it, the cheapest first, ties by id."""
        query = (
            "SELECT target, command.id, versions, cost_s, privileges"
            " FROM edge JOIN command ON command.id = source"
            " WHERE target IN ({}) AND edge.kind = 'observes' AND effect = 'reads'"
            " GROUP BY target, command.id ORDER BY cost_s, command.id"
        )
        found: dict[str, list[Observer]] = {}
        for target, *row in self._asked(query, sorted(findings)):
            found.setdefault(target, []).append(Observer._make(row))
        return found

    def facts(self, name: str | None = None) -> list[FactRow]:
        """Return the comparisons on one value, or all."""
        query = "SELECT id, name, op, value FROM fact WHERE ?1 IS NULL OR name = ?1 ORDER BY id"
        return [FactRow(*row) for row in self._db.execute(query, (name,))]


def _weights(insights: str, weights: bytes) -> dict[str, float]:
    """Return insight -> weight, as they are stored."""
    return dict(zip(insights.split("\x1f"), memoryview(weights).cast("d"), strict=True))
