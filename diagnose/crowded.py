"""Ranking in a crowd: the posterior of `diagnose.rank` where findings touch very many causes.

Causes that every finding is equally likely under are exchangeable, so they are taken together:
what a set of causes weighs depends only on how many it has of each class, and the sum over the
choices within a class is an elementary symmetric polynomial of its odds. Cost follows the number
of classes, which follows the findings that are present, and once the number of causes touched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations, combinations_with_replacement

from diagnose.rank import Factor, Posterior, Seen
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_CLASSES = 40
"""Three causes at once are thought of only within so many classes, the likeliest ones."""

MOST_NAMED = 24
"""Sets of causes are listed for so many causes, the most probable ones."""


class Class(NamedTuple):
    """Causes that produce the same findings equally often, by the sums over their odds."""

    one: float
    two: float
    """Over all pairs, the products of their odds."""
    three: float


class Share(NamedTuple):
    """What turns the odds of a cause into its weight, by its class."""

    alone: float
    """With no other cause of its class."""
    pair: float
    three: float


class World:
    """All sets of at most three causes, with some of the findings left out."""

    def __init__(
        self,
        odds: Mapping[str, float],
        seen: Sequence[Seen],
        factors: Sequence[Factor],
        others: Sequence[tuple[float, int]],
    ) -> None:
        self.seen = seen
        self.shared = math.prod(factor.shared for factor in factors)
        self.odds = _scaled(odds, factors)
        self.kind = {cause: _spared(cause, seen) for cause in self.odds}
        everywhere = (1.0,) * len(seen)
        sums: dict[tuple[float, ...], list[float]] = {everywhere: [0.0, 0.0, 0.0]}
        for prior, count in others:
            _add(sums[everywhere], prior, count)
        for cause, value in self.odds.items():
            _add(sums.setdefault(self.kind[cause], [0.0, 0.0, 0.0]), value, 1)
        self.classes = {kind: _class(*powers) for kind, powers in sorted(sums.items())}
        self.empty = self.seen_by(())
        self.total, self.shares = self._summed()

    def seen_by(self, kinds: Sequence[tuple[float, ...]]) -> float:
        """Return P(everything that is present | one cause of each of these classes holds)."""
        found = 1.0
        for number, finding in enumerate(self.seen):
            found *= 1.0 - finding.damp * math.prod(kind[number] for kind in kinds)
        return found

    def _summed(self) -> tuple[float, dict[tuple[float, ...], Share]]:
        """Return the weight of all sets, and the shares of each class."""
        total = self.empty
        shares = {kind: [0.0, 0.0, 0.0] for kind in self.classes}
        for kinds in self._sets():
            likely = self.shared * self.seen_by(kinds)
            count = {kind: kinds.count(kind) for kind in kinds}
            total += likely * math.prod(self.classes[k][n - 1] for k, n in count.items())
            for kind, times in count.items():
                rest = (self.classes[k][n - 1] for k, n in count.items() if k != kind)
                shares[kind][times - 1] += likely * math.prod(rest)
        return total, {kind: Share(*found) for kind, found in shares.items()}

    def _sets(self) -> Iterator[tuple[tuple[float, ...], ...]]:
        kinds = list(self.classes)
        yield from ((kind,) for kind in kinds)
        yield from combinations_with_replacement(kinds, 2)
        if len(kinds) > MOST_CLASSES:
            weight = {kind: self.classes[kind].one * self.seen_by((kind,)) for kind in kinds}
            kinds = sorted(kinds, key=lambda kind: (-weight[kind], kind))[:MOST_CLASSES]
        yield from combinations_with_replacement(kinds, 3)

    def weight(self, cause: str) -> float:
        """Return the weight of all sets that hold a cause."""
        own, kind = self.odds[cause], self.kind[cause]
        share = self.shares[kind]
        one = self.classes[kind].one - own
        two = self.classes[kind].two - own * one
        return own * (share.alone + share.pair * one + share.three * two)

    def exactly(self, causes: Sequence[str]) -> float:
        """Return the weight of the sets that hold these causes and none that a finding speaks for."""
        kinds = [self.kind[cause] for cause in causes]
        everywhere = (1.0,) * len(self.seen)
        outside = (1.0, *self.classes[everywhere])
        likely = sum(
            outside[n] * self.seen_by((*kinds, *(everywhere,) * n)) for n in range(4 - len(causes))
        )
        return self.shared * likely * math.prod(self.odds[cause] for cause in causes)


def _scaled(odds: Mapping[str, float], factors: Sequence[Factor]) -> dict[str, float]:
    scaled = dict(odds)
    for factor in factors:
        for cause, value in factor.factors.items():
            if cause in scaled:
                scaled[cause] *= value
    return scaled


def _spared(cause: str, seen: Sequence[Seen]) -> tuple[float, ...]:
    """Return for each finding P(the cause does not produce it)."""
    return tuple(1.0 - finding.produced.get(cause, 0.0) for finding in seen)


def _add(powers: list[float], odds: float, count: int) -> None:
    for number in range(3):
        powers[number] += count * odds ** (number + 1)


def _class(one: float, two: float, three: float) -> Class:
    """Return the elementary symmetric polynomials from the sums of powers (Newton)."""
    pairs = (one * one - two) / 2.0
    return Class(one, max(pairs, 0.0), max((pairs * one - one * two + three) / 3.0, 0.0))


class Effects(Mapping[str, dict[str, float]]):
    """What leaving one finding out changes, worked out for the causes that are looked at."""

    def __init__(
        self,
        world: World,
        seen: Sequence[Seen],
        factors: Sequence[Factor],
        make: Mapping[str, float],
        others: Sequence[tuple[float, int]],
    ) -> None:
        self._world = world
        self._seen, self._factors, self._others = seen, factors, others
        self._prior = make
        self._left: dict[str, World] = {}
        self._names = list(dict.fromkeys([*(f.id for f in seen), *(f.id for f in factors)]))
        touched = {cause for finding in seen for cause in finding.produced}
        touched |= {c for finding in seen if finding.instead for c in finding.instead.produced}
        touched |= {cause for factor in factors for cause in factor.factors}
        self._touched = sorted(touched & make.keys())

    def __getitem__(self, cause: str) -> dict[str, float]:
        if cause not in self._prior:
            raise KeyError(cause)
        now = _logit(self._world.weight(cause), self._world.total)
        return {name: now - self._without(name, cause) for name in self._names}

    def __iter__(self) -> Iterator[str]:
        return iter(self._touched)

    def __len__(self) -> int:
        return len(self._touched)

    def _without(self, name: str, cause: str) -> float:
        left = self._left.get(name)
        if left is None:
            seen = [other for f in self._seen if (other := f if f.id != name else f.instead)]
            factors = [factor for factor in self._factors if factor.id != name]
            left = self._left[name] = World(self._prior, seen, factors, self._others)
        return _logit(left.weight(cause), left.total)


def infer(
    odds: Mapping[str, float],
    seen: Sequence[Seen],
    factors: Sequence[Factor],
    others: Sequence[tuple[float, int]] = (),
) -> Posterior:
    """Return the posterior as `diagnose.rank.infer` does.

    Args:
        odds: as there, of the causes that are looked at.
        seen: as there.
        factors: as there.
        others: (prior odds, number of causes) for causes that no finding touches.
    """
    world = World(odds, seen, factors, others)
    probability = {cause: world.weight(cause) / world.total for cause in odds}
    effect = Effects(world, seen, factors, odds, others)
    sets = _named(world, probability)
    return Posterior(probability, world.empty / world.total, effect, sets)


def _named(world: World, probability: Mapping[str, float]) -> list[tuple[tuple[str, ...], float]]:
    """Return the sets of the most probable causes that findings speak for."""
    spoken = {cause for finding in world.seen for cause in finding.produced} & world.odds.keys()
    first = sorted(spoken, key=lambda cause: (-probability[cause], cause))[:MOST_NAMED]
    found: list[tuple[tuple[str, ...], float]] = [((), world.empty / world.total)]
    found += [
        (causes, world.exactly(causes) / world.total)
        for size in range(1, 4)
        for causes in combinations(sorted(first), size)
    ]
    return sorted(found, key=lambda entry: (-entry[1], entry[0]))


def _logit(part: float, total: float) -> float:
    """Return the log-odds of ``part`` in ``total``, finite at the ends."""
    tiny = 1e-12 * total
    return math.log(max(part, tiny) / max(total - part, tiny))
