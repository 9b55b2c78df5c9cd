"""Simulated operators: each has one cause, what it shows, and what is complained of first.

They are drawn from the base itself: the cause by its prior, the state of every finding that can be
asked for from the strengths of the edges and the leaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random

    from kb.index import Index

USUAL = 0.2
"""Findings with this leak are circumstances ("self-hosted"), not complaints."""


class Operator(NamedTuple):
    """Who is asked."""

    cause: str
    complaints: tuple[str, ...]
    holds: frozenset[str]
    """Findings that are present."""


def operator(index: Index, chance: random.Random, complaints: int) -> Operator:
    """Draw a cause, what it shows, and what the operator says first."""
    rows = index.insights()
    cause = chance.choices(rows, weights=[row.prior for row in rows])[0].id
    weights = {edge.source: edge.weight for edge in index.edges_to(cause, "indicates")}
    chances: dict[str, dict[str, float]] = {}
    for row in index.askable([insight.id for insight in rows]):
        chances.setdefault(row.name or row.id, {})[row.id] = row.likely.get(cause, row.leak)
    holds = {f for p in chances.values() if (f := _drawn(p, chance))}
    shown = sorted(f for f in holds if f in weights and _is_complaint(f, index))
    said: list[str] = []
    while shown and len(said) < complaints:
        chosen = chance.choices(shown, weights=[weights[f] for f in shown])[0]
        shown.remove(chosen)
        said.append(chosen)
    return Operator(cause, tuple(said), frozenset(holds))


def _is_complaint(finding: str, index: Index) -> bool:
    """Say whether somebody would come with this: a symptom, and not one that is usual anyway."""
    row = index.finding(finding)
    return row is not None and row.kind == "symptom" and row.leak < USUAL


def _drawn(p: dict[str, float], chance: random.Random) -> str:
    """Draw which of the findings about one value holds, at most one, or none."""
    odds = {finding: q / (1.0 - q) for finding, q in p.items()}
    return chance.choices([*odds, ""], weights=[*odds.values(), 1.0])[0]
