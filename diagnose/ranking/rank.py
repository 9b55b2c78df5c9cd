"""Ranking: exact posterior of the causes, given what was found.

The model is the two-layer noisy-OR network of QMR-DT (Shwe et al. 1991, Methods of Information in
Medicine 30:241-255): causes are independent a priori, each produces each of its findings with the
probability on the edge, and a finding also comes from outside with its leak. Findings that were
seen unsurely enter as soft evidence (Pearl 1988, section 2.2.2). One restriction keeps inference
exact and fast: at most `MOST_AT_ONCE` causes hold together. Causes that no finding touches are
summed in closed form, so cost follows the edges touched and not the size of the base.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import chain, combinations, islice
from operator import mul, truediv

from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_AT_ONCE = 3
"""Largest number of causes that are thought to hold together."""

MOST_TOUCHED = 40
"""Sets of up to so many causes are listed one by one; of more, see `diagnose.ranking.crowded`."""

NONE: frozenset[str] = frozenset()


class Seen(NamedTuple):
    """A finding that is present: ``P(seen | causes) = 1 - damp * prod(1 - p)`` over the causes."""

    id: str
    damp: float
    """(1 - leak) * (1 - P(reported though not there) / P(reported when there))."""
    produced: Mapping[str, float]
    """Cause -> probability that it alone produces the finding."""
    instead: Seen | None = None
    """What would count if this finding were left out: the next of its group."""


class Factor(NamedTuple):
    """A finding that multiplies the odds of causes: absent, contradicting or of another kind."""

    id: str
    """That of a `Seen` when it is the same finding."""
    factors: Mapping[str, float]
    shared: float = 1.0
    """Factor on every state of the world in which some cause of the base holds."""


class Posterior(NamedTuple):
    """What follows from the evidence."""

    probability: dict[str, float]
    """Cause -> P(it holds); these need not sum to 1."""
    unknown: float
    """P(none of the base's causes holds)."""
    effect: Mapping[str, Mapping[str, float]]
    """Cause -> finding -> change of the cause's log-odds when that finding alone is left out."""
    sets: list[tuple[tuple[str, ...], float]]
    """Sets of touched causes with their probability, most probable first."""


def infer(
    odds: Mapping[str, float],
    seen: Sequence[Seen],
    factors: Sequence[Factor],
    others: Sequence[tuple[float, int]] = (),
    *,
    briefly: bool = False,
) -> Posterior:
    """Return the exact posterior.

    Args:
        odds: cause -> prior odds, p / (1 - p); causes that are ruled out are not in it.
        seen: findings that are present, at most one for each group.
        factors: everything that scales the odds of single causes.
        others: (prior odds, number of causes) for causes that are not named and not touched.
        briefly: only probabilities, neither effects nor sets, which are most of the work.
    """
    touched = _touched(odds, seen, factors)
    if others or len(touched) > MOST_TOUCHED:
        from diagnose.ranking import crowded  # noqa: PLC0415 (only in large bases)

        return crowded.infer(odds, seen, factors, others)
    rest = _symmetric([odds[cause] for cause in odds if cause not in touched])
    sets = _sets(tuple(touched))
    findings: list[Seen | Factor] = [*seen, *factors]
    touched_alone = _Column(sets.products(1.0, odds), 1.0)
    for finding in findings:
        touched_alone = touched_alone.times(_bearing(finding, sets))
    weights = sets.with_others(touched_alone, rest)
    total, of_cause = weights.total, sets.of_cause(weights)
    probability = {cause: weight / total for cause, weight in of_cause.items()}
    alone = sets.by_size(touched_alone)
    for cause in odds:
        if cause not in probability:
            probability[cause] = _untouched(odds[cause], alone, rest) / total
    if briefly:
        return Posterior(probability, weights.nothing / total, {}, [])
    effect = _effects(findings, weights, sets)
    named = zip(sets.names(), [weights.nothing, *weights.sets[1:]], strict=True)
    by_weight = sorted(((causes, weight / total) for causes, weight in named), key=_by_weight)
    return Posterior(probability, weights.nothing / total, effect, by_weight)


def _effects(
    findings: Sequence[Seen | Factor], weights: _Column, sets: _Sets
) -> dict[str, dict[str, float]]:
    """Return cause -> finding -> change of the cause's log-odds when that finding is left out."""
    total, of_cause = weights.total, sets.of_cause(weights)
    now = {cause: _logit(weight, total) for cause, weight in of_cause.items()}
    effect: dict[str, dict[str, float]] = {cause: {} for cause in of_cause}
    for name in dict.fromkeys(finding.id for finding in findings):
        left = _without([finding for finding in findings if finding.id == name], weights, sets)
        left_total = left.total
        for cause, weight in sets.of_cause(left).items():
            effect[cause][name] = now[cause] - _logit(weight, left_total)
    return effect


def _touched(
    odds: Mapping[str, float], seen: Sequence[Seen], factors: Sequence[Factor]
) -> list[str]:
    names = {cause for finding in seen for cause in finding.produced}
    names |= {c for finding in seen if finding.instead for c in finding.instead.produced}
    names |= {cause for factor in factors for cause in factor.factors}
    return sorted(names & odds.keys())


def _symmetric(odds: Sequence[float]) -> list[float]:
    """Return the elementary symmetric polynomials e0, e1, ... of the odds (Newton's identities)."""
    powers = [sum(o**k for o in odds) for k in range(1, MOST_AT_ONCE + 1)]
    found = [1.0]
    for k in range(1, MOST_AT_ONCE + 1):
        found.append(
            sum((-1) ** (i - 1) * found[k - i] * powers[i - 1] for i in range(1, k + 1)) / k
        )
    return found


class _Column(NamedTuple):
    """One number for each set of causes, and one for the state in which no cause holds."""

    sets: list[float]
    nothing: float

    def times(self, other: _Column) -> _Column:
        """Return the products."""
        return _Column(list(map(mul, self.sets, other.sets)), self.nothing * other.nothing)

    def over(self, other: _Column) -> _Column:
        """Return the quotients."""
        return _Column(list(map(truediv, self.sets, other.sets)), self.nothing / other.nothing)

    @property
    def total(self) -> float:
        """The sum."""
        return self.nothing + sum(self.sets)


class _Sets:
    """All sets of at most `MOST_AT_ONCE` of the touched causes, the small ones first.

    The empty one stands for untouched causes alone. What is worked out for all sets is a column
    of numbers in this order: to multiply and sum columns takes a fraction of the time that it
    takes to go through the sets one by one.
    """

    def __init__(self, causes: Sequence[str]) -> None:
        self._causes = causes
        numbers = range(len(causes))
        self._of_size = [list(combinations(numbers, size)) for size in range(MOST_AT_ONCE + 1)]
        self._places: list[list[int]] = [[] for _ in causes]
        """For each cause the places of the sets with it."""
        for place, members in enumerate(chain.from_iterable(self._of_size)):
            for number in members:
                self._places[number].append(place)

    def names(self) -> Iterator[tuple[str, ...]]:
        """Yield the causes of each set."""
        for size in range(MOST_AT_ONCE + 1):
            yield from combinations(self._causes, size)

    def products(self, first: float, values: Mapping[str, float]) -> list[float]:
        """Return ``first`` times the values of all causes of each set; what has none counts 1."""
        own = [values.get(cause, 1.0) for cause in self._causes]
        found = part = [first]
        for sets in self._of_size[:-1]:  # each goes on with the causes after its last
            after = [own[members[-1] + 1 :] if members else own for members in sets]
            part = [one * value for one, more in zip(part, after, strict=True) for value in more]
            found = found + part
        return found

    def with_others(self, column: _Column, rest: Sequence[float]) -> _Column:
        """Return the column times the weight of the untouched causes that may hold as well.

        Args:
            column: for touched causes alone.
            rest: the symmetric polynomials of the odds of the untouched.
        """
        outside = [sum(rest[: MOST_AT_ONCE - size + 1]) for size in range(MOST_AT_ONCE + 1)]
        outside[0] -= rest[0]  # that no cause at all holds is a state of its own
        others = [o for o, sets in zip(outside, self._of_size, strict=True) for _ in sets]
        return column.times(_Column(others, 1.0))

    def by_size(self, column: _Column) -> list[float]:
        """Return the sum of the column over the sets of each size."""
        entries = iter(column.sets)
        return [sum(islice(entries, len(sets))) for sets in self._of_size]

    def of_cause(self, column: _Column) -> dict[str, float]:
        """Return for each cause the sum of the column over the sets with it."""
        pick = column.sets.__getitem__
        return {
            cause: sum(map(pick, places))
            for cause, places in zip(self._causes, self._places, strict=True)
        }


@lru_cache(maxsize=4)
def _sets(causes: tuple[str, ...]) -> _Sets:
    """Return all sets of these causes; one diagnosis after the other asks for the same."""
    return _Sets(causes)


def _bearing(finding: Seen | Factor, sets: _Sets) -> _Column:
    """Return by what a finding multiplies the weight of each set."""
    if isinstance(finding, Factor):
        return _Column(sets.products(finding.shared, finding.factors), 1.0)
    spared = {cause: 1.0 - p for cause, p in finding.produced.items()}
    unseen = sets.products(finding.damp, spared)
    return _Column([1.0 - p for p in unseen], 1.0 - finding.damp)


def _without(left_out: Sequence[Seen | Factor], weights: _Column, sets: _Sets) -> _Column:
    """Return the weights without a finding; it may speak for some causes and against others."""
    for finding in left_out:
        weights = weights.over(_bearing(finding, sets))
        if isinstance(finding, Seen) and finding.instead is not None:
            weights = weights.times(_bearing(finding.instead, sets))
    return weights


def _by_weight(entry: tuple[tuple[str, ...], float]) -> float:
    return -entry[1]


def _untouched(own: float, alone: Sequence[float], rest: Sequence[float]) -> float:
    """Return the weight of all sets that contain one given untouched cause.

    Args:
        own: its odds.
        alone: weight of all sets of touched causes, by size.
        rest: the symmetric polynomials of the odds of all untouched causes.
    """
    others = [1.0]  # the same without this one
    for k in range(1, MOST_AT_ONCE):
        others.append(rest[k] - own * others[k - 1])
    return own * sum(
        weight * sum(others[: MOST_AT_ONCE - size])
        for size, weight in enumerate(alone[:MOST_AT_ONCE])
    )


def _logit(part: float, total: float) -> float:
    """Return the log-odds of ``part`` in ``total``, finite at the ends."""
    tiny = 1e-12 * total
    return math.log(max(part, tiny) / max(total - part, tiny))
