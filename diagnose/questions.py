"""The next check: which answer would tell the causes apart best, for its cost and risk.

Expected information gain over the joint posterior of the causes, in bits, per minute of the
operator's time; reading commands only.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from diagnose.verdict import ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.collect import Evidence
    from diagnose.rank import Posterior
    from kb.index import FindingRow, Index

WORTH = 0.02
"""Questions that promise less than so many bits are not asked."""

COST_FLOOR = 10.0
"""Seconds any question costs, however quickly it is answered."""

CONSIDERED = 8
"""Causes whose findings are considered as questions."""

SETS = 400
"""Sets of causes over which the gain is computed; the rest weigh next to nothing."""


class Answer(NamedTuple):
    """One answer and where it leads."""

    answer: str
    then: str


class Question(NamedTuple):
    """A question whose answer would help."""

    id: str
    question: str
    command: str
    """Id of a reading command that answers it, or empty when a person must look."""
    effect: str
    cost_s: int
    gain_bits: float
    outcomes: tuple[Answer, ...]


def next_checks(
    posterior: Posterior, evidence: Evidence, index: Index, limit: int
) -> list[Question]:
    """Return the questions most worth asking, best first, ties by id."""
    sets = posterior.sets[:SETS]
    total = sum(weight for _, weight in sets)
    first = ordered(posterior.probability)[:CONSIDERED]
    asked = evidence.findings.keys() | evidence.unread
    taken = {row.group for f in evidence.findings.values()
             if f.state == "present" and (row := index.finding(f.id)) and row.group}  # fmt: skip
    ids = {edge.source for cause in first for edge in index.edges_to(cause, "indicates")}
    found = []
    for finding_id in sorted(ids - asked):
        row = index.finding(finding_id)
        if row is None or row.kind == "signature" or row.group in taken:
            continue
        produced = {edge.target: edge.weight for edge in index.edges_from(row.id, "indicates")}
        question = _question(row, produced, [(c, w / total) for c, w in sets], index)
        if question is not None:
            found.append((question.gain_bits / max(question.cost_s, COST_FLOOR), question))
    found.sort(key=lambda entry: (-entry[0], entry[1].id))
    return _varied([question for _, question in found], index, limit)


def _varied(questions: Sequence[Question], index: Index, limit: int) -> list[Question]:
    """Keep one question of a group: the others would ask the same."""
    kept: list[Question] = []
    groups: set[str] = set()
    for question in questions:
        row = index.finding(question.id)
        group = (row.group if row else "") or question.id
        if group not in groups:
            groups.add(group)
            kept.append(question)
    return kept[:limit]


def _question(
    row: FindingRow,
    produced: dict[str, float],
    sets: Sequence[tuple[tuple[str, ...], float]],
    index: Index,
) -> Question | None:
    likely = [
        1.0 - (1.0 - row.leak) * math.prod(1.0 - produced.get(c, 0.0) for c in causes)
        for causes, _ in sets
    ]
    yes = sum(weight * p for (_, weight), p in zip(sets, likely, strict=True))
    if not 0.0 < yes < 1.0:
        return None
    gain = _entropy([yes, 1.0 - yes]) - sum(
        weight * _entropy([p, 1.0 - p]) for (_, weight), p in zip(sets, likely, strict=True)
    )
    if gain < WORTH:
        return None
    command = _command(row.id, index)
    outcomes = (
        Answer("yes", _leads(sets, [p / yes for p in likely])),
        Answer("no", _leads(sets, [(1.0 - p) / (1.0 - yes) for p in likely])),
    )
    cost = row.cost_s
    if command:
        entity = index.entity(command)
        cost = entity.record.get("cost_s", cost) if entity else cost
    return Question(row.id, row.question, command, "reads", cost, round(gain, 3), outcomes)


def _command(finding_id: str, index: Index) -> str:
    for edge in index.edges_to(finding_id, "observes"):
        entity = index.entity(edge.source)
        if entity is not None and entity.record["effect"] == "reads":
            return entity.id
    return ""


def _leads(sets: Sequence[tuple[tuple[str, ...], float]], ratios: Sequence[float]) -> str:
    """Return the cause that leads after an answer, with its probability."""
    marginal: dict[str, float] = {}
    for (causes, weight), ratio in zip(sets, ratios, strict=True):
        for cause in causes:
            marginal[cause] = marginal.get(cause, 0.0) + weight * ratio
    best = ordered(marginal)[:1]
    return f"{best[0]} ({round(100 * min(marginal[best[0]], 1.0))} %)" if best else "no cause of this base"


def _entropy(shares: Sequence[float]) -> float:
    return -sum(share * math.log2(share) for share in shares if share > 0.0)
