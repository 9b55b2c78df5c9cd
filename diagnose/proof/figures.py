"""Figures over the outcomes of cases: shares, confusions, reliability."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from diagnose.result import FOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnose.proof.cases import Outcome
    from kb.base import Base

BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0001)
"""Edges of the bins of the reliability table."""


class Figures(NamedTuple):
    """Shares over one fold; counts where a share would mislead."""

    fold: str
    positives: int
    first: float
    """Share of positives whose insight is ranked first."""
    in_three: float
    foreign: int
    """Texts of problems that no insight of the base covers."""
    foreign_established: float
    foreign_ambiguous: float
    near_misses: int
    near_established: float


class Confusion(NamedTuple):
    """Two insights that were taken for one another."""

    truth: str
    taken_for: str
    cases: tuple[str, ...]
    told_apart_by: str
    """The finding that tells them apart, or empty: then the base owes one."""


class Bin(NamedTuple):
    """One line of the reliability table."""

    low: float
    high: float
    cases: int
    mean: float
    """Mean posterior of the first cause."""
    right: float
    """Share in which it was right."""


def confusions_of(found: Sequence[Outcome], base: Base) -> list[Confusion]:
    """Return pairs in which a positive of one was answered with the other."""
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for outcome in found:
        first = outcome.ranking[0] if outcome.ranking else ""
        if outcome.kind == "positive" and first != outcome.insight and outcome.verdict in FOUND:
            pairs[outcome.insight, first].append(outcome.case)
    apart = {
        frozenset((insight.id, twin.insight)): twin.finding
        for insight in base.insights()
        for twin in insight.look_alikes
    }
    return [
        Confusion(truth, taken, tuple(cases), apart.get(frozenset((truth, taken)), ""))
        for (truth, taken), cases in sorted(pairs.items())
    ]


def figures_of(fold: str, found: Sequence[Outcome]) -> Figures:
    """Return the shares of one fold."""
    positives = [o for o in found if o.kind == "positive"]
    foreign = [o for o in found if o.kind == "foreign" and not o.instead]
    near = [o for o in found if o.kind == "near-miss"]
    return Figures(
        fold=fold,
        positives=len(positives),
        first=_share(o.ranking[:1] == (o.insight,) for o in positives),
        in_three=_share(o.insight in o.ranking[:3] for o in positives),
        foreign=len(foreign),
        foreign_established=_share(o.verdict == "established" for o in foreign),
        foreign_ambiguous=_share(o.verdict == "ambiguous" for o in foreign),
        near_misses=len(near),
        near_established=_share(
            o.verdict == "established" and o.ranking[:1] == (o.insight,) for o in near
        ),
    )


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return sum(values) / len(values) if values else 0.0


def by_insight(found: Sequence[Outcome]) -> tuple[tuple[str, int, int, int], ...]:
    """Return (insight, positives, first, in the first three) for each insight."""
    count: Counter[str] = Counter()
    first: Counter[str] = Counter()
    three: Counter[str] = Counter()
    for outcome in found:
        if outcome.kind == "positive":
            count[outcome.insight] += 1
            first[outcome.insight] += outcome.ranking[:1] == (outcome.insight,)
            three[outcome.insight] += outcome.insight in outcome.ranking[:3]
    return tuple(
        (insight, count[insight], first[insight], three[insight]) for insight in sorted(count)
    )


def reliability(found: Sequence[Outcome]) -> tuple[Bin, ...]:
    """Compare the posterior of the first cause with how often it was right, over all cases."""
    bins = []
    for low, high in pairwise(BINS):
        inside = [o for o in found if o.ranking and low <= o.probability < high]
        if inside:
            right = [o.ranking[0] == _truth(o) for o in inside]
            mean = sum(o.probability for o in inside) / len(inside)
            bins.append(Bin(low, min(high, 1.0), len(inside), mean, _share(right)))
    return tuple(bins)


def _truth(outcome: Outcome) -> str:
    return outcome.insight if outcome.kind == "positive" else outcome.instead


def never_firing(found: Sequence[Outcome], base: Base) -> tuple[str, ...]:
    """Return the signatures of a base that no case shows."""
    fired = {name for outcome in found for name in outcome.signatures}
    return tuple(
        i for i, kind in sorted(base.kinds.items()) if kind == "signature" and i not in fired
    )
