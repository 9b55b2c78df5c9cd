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
from itertools import combinations
from operator import add, mul
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_AT_ONCE = 3
"""Largest number of causes that are thought to hold together."""

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
    effect: dict[str, dict[str, float]]
    """Cause -> finding -> change of the cause's log-odds when that finding alone is left out."""
    sets: list[tuple[tuple[str, ...], float]]
    """Sets of touched causes with their probability, most probable first."""


def infer(odds: Mapping[str, float], seen: Sequence[Seen], factors: Sequence[Factor]) -> Posterior:
    """Return the exact posterior.

    Args:
        odds: cause -> prior odds, p / (1 - p); causes that are ruled out are not in it.
        seen: findings that are present, at most one for each group.
        factors: everything that scales the odds of single causes.
    """
    touched = _touched(odds, seen, factors)
    rest = [odds[cause] for cause in odds if cause not in touched]
    sums = _Sums(touched, seen, factors)
    symmetric = _symmetric(rest)
    prior = [odds[cause] for cause in touched]
    for size in range(MOST_AT_ONCE + 1):
        outside = sum(symmetric[: MOST_AT_ONCE - size + 1])
        for numbers in combinations(range(len(touched)), size):
            sums.add(numbers, prior, outside if numbers else outside - 1.0)
    sums.finish(touched)
    return _posterior(odds, touched, sums, symmetric)


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


class _Products(NamedTuple):
    """Element-wise products over the causes of a set."""

    prior: float
    spared: list[float]
    """For each finding that is present: P(nothing produces it)."""
    others: list[float]
    """The same for what would count if it were left out."""
    scales: list[float]
    """For each factor."""


class _Sums:
    """Accumulates the weight of every set of causes, with everything and with one finding less."""

    def __init__(
        self, causes: Sequence[str], seen: Sequence[Seen], factors: Sequence[Factor]
    ) -> None:
        self.names = [finding.id for finding in seen] + [factor.id for factor in factors]
        damp = [finding.damp for finding in seen]
        self._spared = [[1.0 - f.produced.get(c, 0.0) for f in seen] for c in causes]
        others = [finding.instead for finding in seen]
        self._has_other = [other is not None for other in others]
        self._some_other = any(self._has_other)
        other_damp = [other.damp if other else 0.0 for other in others]
        self._other_spared = [
            [1.0 - other.produced.get(c, 0.0) if other else 1.0 for other in others] for c in causes
        ]
        self._scaled = [[f.factors.get(c, 1.0) for f in factors] for c in causes]
        self._products: dict[tuple[int, ...], _Products] = {
            (): _Products(1.0, damp, other_damp, [factor.shared for factor in factors])
        }
        """What the sets of fewer causes come to, for the sets that begin with them."""
        self._twins = [
            (i, j)
            for i, one in enumerate(seen)
            for j, two in enumerate(factors)
            if one.id == two.id
        ]
        """A finding that speaks for some causes and against others is left out as one."""
        count = len(self.names) + 1  # the last is "nothing left out"
        self.total = [0.0] * count
        self.of_cause = [[0.0] * count for _ in causes]
        self.empty = 0.0
        """Weight of the state in which no cause of the base holds."""
        self._weights: list[tuple[tuple[int, ...], float]] = []
        self.weights: list[tuple[tuple[str, ...], float]] = []
        self.alone = [0.0] * (MOST_AT_ONCE + 1)
        """Weight of all sets of touched causes, by size (for the causes no finding touches)."""

    def add(self, numbers: tuple[int, ...], prior: Sequence[float], outside: float) -> None:
        """Add one set of causes by number; ``outside`` weighs the untouched that may hold with it."""
        products = self._products_of(numbers, prior)
        scales = products.scales
        terms = [1.0 - left for left in products.spared]
        if self._some_other:
            pairs = zip(self._has_other, products.others, terms, strict=True)
            ratios = [(1.0 - other if has else 1.0) / term for has, other, term in pairs]
        else:
            ratios = [1.0 / term for term in terms]
        weight = products.prior * math.prod(terms)
        scaled = weight * math.prod(scales)
        self.alone[len(numbers)] += scaled
        if numbers:
            self._weights.append((numbers, scaled * outside))
        else:
            self.empty = weight
            self._weights.append(((), weight))
            kept = [1.0 for _ in scales]
            for i, j in self._twins:
                kept[j] = ratios[i]
            self._accumulate(weight, [*ratios, *kept, 1.0], ())
        if outside > 0.0:
            undone = [1.0 / scale for scale in scales]
            for i, j in self._twins:
                ratios[i] = undone[j] = ratios[i] * undone[j]
            self._accumulate(scaled * outside, [*ratios, *undone, 1.0], numbers)

    def _accumulate(self, weight: float, ratios: list[float], numbers: tuple[int, ...]) -> None:
        shares = [weight * ratio for ratio in ratios]
        self.total = list(map(add, self.total, shares))
        for n in numbers:
            self.of_cause[n] = list(map(add, self.of_cause[n], shares))

    def _products_of(self, numbers: tuple[int, ...], prior: Sequence[float]) -> _Products:
        """Return the products of a set from those of the set without its last cause."""
        if not numbers:
            return self._products[()]
        before, last = self._products[numbers[:-1]], numbers[-1]
        products = _Products(
            before.prior * prior[last],
            list(map(mul, before.spared, self._spared[last])),
            list(map(mul, before.others, self._other_spared[last])) if self._some_other else [],
            list(map(mul, before.scales, self._scaled[last])),
        )
        if len(numbers) < MOST_AT_ONCE:
            self._products[numbers] = products
        return products

    def finish(self, causes: Sequence[str]) -> None:
        """Sort the sets by weight and name their causes."""
        self._weights.sort(key=lambda entry: (-entry[1], entry[0]))
        self.weights = [(tuple(causes[n] for n in ns), weight) for ns, weight in self._weights]


def _posterior(
    odds: Mapping[str, float],
    touched: list[str],
    sums: _Sums,
    symmetric: list[float],
) -> Posterior:
    total = sums.total[-1]
    probability = {cause: sums.of_cause[n][-1] / total for n, cause in enumerate(touched)}
    for cause in odds:
        if cause not in probability:
            probability[cause] = _untouched(odds[cause], sums, symmetric) / total
    effect = {}
    for n, cause in enumerate(touched):
        now = _logit(sums.of_cause[n][-1], total)
        effect[cause] = {
            name: now - _logit(sums.of_cause[n][i], sums.total[i])
            for i, name in enumerate(sums.names)
        }
    sets = [(causes, weight / total) for causes, weight in sums.weights]
    return Posterior(probability, sums.empty / total, effect, sets)


def _untouched(own: float, sums: _Sums, symmetric: list[float]) -> float:
    """Return the weight of all sets that contain one given untouched cause."""
    others = [1.0]  # symmetric polynomials of the untouched causes without this one
    for k in range(1, MOST_AT_ONCE):
        others.append(symmetric[k] - own * others[k - 1])
    return own * sum(
        weight * sum(others[: MOST_AT_ONCE - size])
        for size, weight in enumerate(sums.alone[:MOST_AT_ONCE])
    )


def _logit(part: float, total: float) -> float:
    """Return the log-odds of ``part`` in ``total``, finite at the ends."""
    tiny = 1e-12 * total
    return math.log(max(part, tiny) / max(total - part, tiny))
