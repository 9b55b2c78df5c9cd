"""Ranking in a crowd: the posterior of `diagnose.rank` where findings touch very many causes.

Causes that every finding is equally likely under are exchangeable, so they are taken together:
what a set of causes weighs depends only on how many it has of each class, and the sum over the
choices within a class is an elementary symmetric polynomial of its odds. Cost follows the number
of classes, which follows the findings that are present, and once the number of causes touched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations
from operator import mul

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


class Crowd(NamedTuple):
    """Odds of all causes with the factors on them, and of those that no finding speaks for in sum."""

    odds: Mapping[str, float]
    shared: float
    silent: tuple[float, float, float]
    """Sums of the odds, their squares and their cubes."""


class Sets(NamedTuple):
    """All sets of up to three classes, with P(everything that is present | they hold)."""

    kinds: list[tuple[float, ...]]
    """The classes, the likeliest first."""
    found: list[tuple[tuple[int, ...], float]]
    """(numbers of classes in order, probability)."""


class World:
    """All sets of at most three causes, with some of the findings left out."""

    def __init__(
        self,
        crowd: Crowd,
        spoken: frozenset[str],
        seen: Sequence[Seen],
        sets: Sets | None = None,
    ) -> None:
        self.seen = seen
        self.odds, self.shared = crowd.odds, crowd.shared
        self.everywhere = (1.0,) * len(seen)
        self.kind = {cause: _spared(cause, seen) for cause in spoken}
        sums: dict[tuple[float, ...], list[float]] = {self.everywhere: [*crowd.silent]}
        for cause, kind in self.kind.items():
            own, powers = self.odds[cause], sums.setdefault(kind, [0.0, 0.0, 0.0])
            for number in range(3):
                powers[number] += own ** (number + 1)
        self.classes = {kind: _class(*powers) for kind, powers in sorted(sums.items())}
        self.empty = self.seen_by(())
        self.sets = sets or self._sets()
        self.total, self.shares = self._summed()

    def seen_by(self, kinds: Sequence[tuple[float, ...]]) -> float:
        """Return P(everything that is present | one cause of each of these classes holds)."""
        found = 1.0
        for number, finding in enumerate(self.seen):
            found *= 1.0 - finding.damp * math.prod(kind[number] for kind in kinds)
        return found

    def _sets(self) -> Sets:
        damp = [finding.damp for finding in self.seen]
        weight = {kind: held.one * self.seen_by((kind,)) for kind, held in self.classes.items()}
        kinds = sorted(weight, key=lambda kind: (-weight[kind], kind))
        found: list[tuple[tuple[int, ...], float]] = []
        for i, one in enumerate(kinds):
            damped = list(map(mul, damp, one))
            found.append(((i,), math.prod([1.0 - left for left in damped])))
            for j, two in enumerate(kinds[i:], i):
                both = list(map(mul, damped, two))
                found.append(((i, j), math.prod([1.0 - left for left in both])))
                for k, three in enumerate(kinds[j:MOST_CLASSES], j):
                    spared = map(mul, both, three)
                    found.append(((i, j, k), math.prod([1.0 - left for left in spared])))
        return Sets(kinds, found)

    def _summed(self) -> tuple[float, dict[tuple[float, ...], Share]]:
        """Return the weight of all sets, and the shares of each class."""
        classes = [self.classes[kind] for kind in self.sets.kinds]
        total = 0.0
        shares = [[0.0, 0.0, 0.0] for _ in classes]
        for numbers, likely in self.sets.found:
            runs = _runs(numbers)
            for number, times in runs:
                rest = likely
                for other, often in runs:
                    if other != number:
                        rest *= classes[other][often - 1]
                shares[number][times - 1] += rest
            total += rest * classes[number][times - 1]
        total = self.empty + self.shared * total
        scaled = [Share(*(self.shared * share for share in found)) for found in shares]
        return total, dict(zip(self.sets.kinds, scaled, strict=True))

    def weight(self, cause: str) -> float:
        """Return the weight of all sets that hold a cause."""
        own, kind = self.odds[cause], self.kind.get(cause, self.everywhere)
        share = self.shares[kind]
        one = self.classes[kind].one - own
        two = self.classes[kind].two - own * one
        return own * (share.alone + share.pair * one + share.three * two)

    def exactly(self, causes: Sequence[str]) -> float:
        """Return the weight of the sets that hold these causes and none that a finding speaks for."""
        kinds = [self.kind[cause] for cause in causes]
        outside = (1.0, *self.classes[self.everywhere])
        likely = sum(
            outside[n] * self.seen_by((*kinds, *(self.everywhere,) * n))
            for n in range(4 - len(causes))
        )
        return self.shared * likely * math.prod(self.odds[cause] for cause in causes)


def _crowd(
    odds: Mapping[str, float],
    factors: Sequence[Factor],
    others: Sequence[tuple[float, int]],
    spoken: frozenset[str],
) -> Crowd:
    scaled = dict(odds)
    for factor in factors:
        for cause, value in factor.factors.items():
            if cause in scaled:
                scaled[cause] *= value
    silent = [(value, 1) for cause, value in scaled.items() if cause not in spoken]
    one, two, three = (
        sum(count * value**power for value, count in (*silent, *others)) for power in (1, 2, 3)
    )
    return Crowd(scaled, math.prod(factor.shared for factor in factors), (one, two, three))


def _runs(numbers: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return (number, how often it stands there) of up to three numbers in order."""
    if len(numbers) == 1:
        return ((numbers[0], 1),)
    if numbers[0] == numbers[-1]:
        return ((numbers[0], len(numbers)),)
    if len(numbers) == 2:
        return (numbers[0], 1), (numbers[1], 1)
    first, second, third = numbers
    if first == second:
        return (first, 2), (third, 1)
    if second == third:
        return (first, 1), (second, 2)
    return (first, 1), (second, 1), (third, 1)


def _spared(cause: str, seen: Sequence[Seen]) -> tuple[float, ...]:
    """Return for each finding P(the cause does not produce it)."""
    return tuple(1.0 - finding.produced.get(cause, 0.0) for finding in seen)


def _class(one: float, two: float, three: float) -> Class:
    """Return the elementary symmetric polynomials from the sums of powers (Newton)."""
    pairs = (one * one - two) / 2.0
    return Class(one, max(pairs, 0.0), max((pairs * one - one * two + three) / 3.0, 0.0))


class Effects(Mapping[str, dict[str, float]]):
    """What leaving one finding out changes, worked out for the causes that are looked at."""

    def __init__(
        self,
        odds: Mapping[str, float],
        seen: Sequence[Seen],
        factors: Sequence[Factor],
        others: Sequence[tuple[float, int]],
    ) -> None:
        self._prior, self._others = odds, others
        self._seen, self._factors = seen, factors
        spoken = {cause for finding in seen for cause in finding.produced}
        spoken |= {c for finding in seen if finding.instead for c in finding.instead.produced}
        self._spoken = frozenset(spoken & odds.keys())
        self._crowd = _crowd(odds, factors, others, self._spoken)
        self.world = World(self._crowd, self._spoken, seen)
        self._left: dict[str, World] = {}
        self._names = list(dict.fromkeys([*(f.id for f in seen), *(f.id for f in factors)]))
        scaled = {cause for factor in factors for cause in factor.factors}
        self._touched = sorted((spoken | scaled) & odds.keys())

    def __getitem__(self, cause: str) -> dict[str, float]:
        if cause not in self._prior:
            raise KeyError(cause)
        now = _logit(self.world.weight(cause), self.world.total)
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
            crowd = self._crowd
            if len(factors) < len(self._factors):
                crowd = _crowd(self._prior, factors, self._others, self._spoken)
            same = seen == [*self._seen]
            sets = self.world.sets if same else None
            left = self._left[name] = World(crowd, self._spoken, seen, sets)
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
    effect = Effects(odds, seen, factors, others)
    world = effect.world
    probability = {cause: world.weight(cause) / world.total for cause in odds}
    return Posterior(probability, world.empty / world.total, effect, _named(world, probability))


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
