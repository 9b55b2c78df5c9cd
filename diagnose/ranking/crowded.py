"""Ranking in a crowd: the posterior of `diagnose.ranking.rank` where findings touch very many causes.

Causes that every finding is equally likely under are taken together, see `diagnose.ranking.classes`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations
from operator import mul, truediv

from diagnose.ranking.classes import Crowd, Sets, World, elementary
from diagnose.ranking.rank import Factor, Posterior, Seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from diagnose.ranking.classes import Class

MOST_NAMED = 24
"""Sets of causes are listed for so many causes, the most probable ones."""


class Effects(Mapping[str, Mapping[str, float]]):
    """What leaving one finding out changes, worked out where it is looked at."""

    def __init__(
        self,
        odds: Mapping[str, float],
        seen: Sequence[Seen],
        factors: Sequence[Factor],
        others: Sequence[tuple[float, int]],
    ) -> None:
        self._prior, self._others = odds, others
        self._seen, self._factors = seen, factors
        self._instead = [finding.instead for finding in seen if finding.instead]
        both = (*seen, *self._instead)
        spoken = {cause for finding in both for cause in finding.produced}
        self._spoken = frozenset(spoken & odds.keys())
        crowd = _crowd(odds, factors, others, self._spoken)
        sets = Sets(crowd, self._spoken, both)
        likely = [1.0] * len(sets.members)
        empty = 1.0
        for finding, column in zip(seen, sets.seen, strict=False):
            likely = list(map(mul, likely, column))
            empty *= 1.0 - finding.damp
        self.world = World(sets, crowd, likely, empty)
        self._left: dict[str, World] = {}
        self.names = tuple(dict.fromkeys([*(f.id for f in seen), *(f.id for f in factors)]))
        scaled = {cause for factor in factors for cause in factor.factors}
        self._touched = sorted((spoken | scaled) & odds.keys())

    def __getitem__(self, cause: str) -> Mapping[str, float]:
        if cause not in self._prior:
            raise KeyError(cause)
        return _Effect(self, cause)

    def __iter__(self) -> Iterator[str]:
        return iter(self._touched)

    def __len__(self) -> int:
        return len(self._touched)

    def of(self, name: str, cause: str) -> float:
        """Return what leaving out a finding takes from the log-odds of a cause."""
        if name not in self._left:
            self._left[name] = self._without(name)
        left = self._left[name]
        now = _logit(self.world.weight(cause), self.world.total)
        return now - _logit(left.weight(cause), left.total)

    def _without(self, name: str) -> World:
        """Return the world in which a finding was not seen, or what counts instead was."""
        sets = self.world.sets
        likely, empty = self.world.likely, self.world.empty
        for number, finding in enumerate(self._seen):
            if finding.id != name:
                continue
            likely = list(map(truediv, likely, sets.seen[number]))
            empty /= 1.0 - finding.damp
            if finding.instead:
                place = len(self._seen) + self._instead.index(finding.instead)
                likely = list(map(mul, likely, sets.seen[place]))
                empty *= 1.0 - finding.instead.damp
        factors = [factor for factor in self._factors if factor.id != name]
        if len(factors) == len(self._factors):
            return World(sets, self.world.crowd, likely, empty, self.world)
        crowd = _crowd(self._prior, factors, self._others, self._spoken)
        return World(sets, crowd, likely, empty)


class _Effect(Mapping[str, float]):
    """The effects of all findings on one cause; each takes a whole posterior without the finding."""

    def __init__(self, effects: Effects, cause: str) -> None:
        self._effects, self._cause = effects, cause

    def __getitem__(self, name: str) -> float:
        if name not in self._effects.names:
            raise KeyError(name)
        return self._effects.of(name, self._cause)

    def __iter__(self) -> Iterator[str]:
        return iter(self._effects.names)

    def __len__(self) -> int:
        return len(self._effects.names)


def infer(
    odds: Mapping[str, float],
    seen: Sequence[Seen],
    factors: Sequence[Factor],
    others: Sequence[tuple[float, int]] = (),
) -> Posterior:
    """Return the posterior as `diagnose.ranking.rank.infer` does.

    Args:
        odds: as there, of the causes that are looked at.
        seen: as there.
        factors: as there.
        others: (prior odds, number of causes) for causes that no finding touches.
    """
    effect = Effects(odds, seen, factors, others)
    world = effect.world
    probability = {cause: world.weight(cause) / world.total for cause in odds}
    spoken = {cause for finding in seen for cause in finding.produced} & odds.keys()
    first = sorted(spoken, key=lambda cause: (-probability[cause], cause))[:MOST_NAMED]
    named = _named(world, sorted(first), _outside(world, spoken))
    return Posterior(probability, world.empty / world.total, effect, named)


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


def _outside(world: World, spoken: Set[str]) -> Class:
    """Return all causes that nothing that is present speaks for, as one class."""
    rest = [world.crowd.odds[cause] for cause in world.sets.kind.keys() - spoken]
    sums = [
        silent + sum(own**power for own in rest)
        for power, silent in enumerate(world.crowd.silent, 1)
    ]
    return elementary(*sums)


def _named(
    world: World, causes: Sequence[str], outside: Class
) -> list[tuple[tuple[str, ...], float]]:
    """Return the sets of these causes with their probability, most probable first."""
    places = {members: place for place, members in enumerate(world.sets.members)}
    numbers = {cause: world.number(cause) for cause in causes}
    found: list[tuple[tuple[str, ...], float]] = [((), world.empty / world.total)]
    for size in range(1, 4):
        for held in combinations(causes, size):
            place = places.get(tuple(sorted([numbers[cause] for cause in held])))
            if place is not None:
                found.append((held, world.exactly(held, place, outside) / world.total))
    return sorted(found, key=lambda entry: (-entry[1], entry[0]))


def _logit(part: float, total: float) -> float:
    """Return the log-odds of ``part`` in ``total``, finite at the ends."""
    tiny = 1e-12 * total
    return math.log(max(part, tiny) / max(total - part, tiny))
