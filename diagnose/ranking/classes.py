"""All sets of at most three of very many causes, taken together by classes.

Causes that every finding is equally likely under are exchangeable: what a set of causes weighs
depends only on how many it has of each class, and the sum over the choices within a class is an
elementary symmetric polynomial of its odds. Cost follows the number of classes, which follows the
findings that are present, and once the number of causes touched.
"""

from __future__ import annotations

import math
from operator import mul

from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from diagnose.ranking.rank import Seen

    Kind: TypeAlias = tuple[float, ...]
    """For each finding P(a cause of the class does not produce it)."""

    Runs: TypeAlias = tuple[tuple[int, int], ...]
    """(number of a class, how many of its causes) of a set."""

MOST_CLASSES = 40
"""Three causes at once are thought of only within so many classes, the likeliest ones."""


class Crowd(NamedTuple):
    """Odds of all causes with the factors on them, and of those that no finding speaks for in sum."""

    odds: Mapping[str, float]
    shared: float
    silent: tuple[float, float, float]
    """Sums of the odds, their squares and their cubes."""


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


class Sets:
    """Which sets there are, by their classes; what is worked out for all sets is a column of numbers."""

    def __init__(self, crowd: Crowd, spoken: Iterable[str], seen: Sequence[Seen]) -> None:
        """List them.

        Args:
            crowd: the odds that make some classes likelier than others.
            spoken: causes that some finding speaks for.
            seen: the findings, also those that count only when another one is left out.
        """
        self.everywhere: Kind = (1.0,) * len(seen)
        self.kind = {cause: _spared(cause, seen) for cause in spoken}
        classes = self.classes(crowd)
        likely = {kind: held.one * _seen_by(seen, kind) for kind, held in classes.items()}
        self.kinds = sorted(classes, key=lambda kind: (-likely[kind], kind))
        self.number = {kind: number for number, kind in enumerate(self.kinds)}
        self.members = list(_members(len(self.kinds)))
        self.runs = [_runs(members) for members in self.members]
        self.seen = [
            _column(finding.damp, [kind[number] for kind in self.kinds])
            for number, finding in enumerate(seen)
        ]
        """For each finding P(it is present | the set)."""
        self._places: dict[int, list[tuple[int, int, Runs]]] = {}

    def classes(self, crowd: Crowd) -> dict[Kind, Class]:
        """Return the classes with these odds."""
        sums: dict[Kind, list[float]] = {self.everywhere: [*crowd.silent]}
        for cause, kind in self.kind.items():
            own, powers = crowd.odds[cause], sums.setdefault(kind, [0.0, 0.0, 0.0])
            for number in range(3):
                powers[number] += own ** (number + 1)
        return {kind: elementary(*powers) for kind, powers in sums.items()}

    def places(self, number: int) -> list[tuple[int, int, Runs]]:
        """Return (place, how many of its causes, the other classes) of the sets with a class."""
        if number not in self._places:
            self._places[number] = [
                (place, times, tuple(other for other in runs if other[0] != number))
                for place, runs in enumerate(self.runs)
                for found, times in runs
                if found == number
            ]
        return self._places[number]


class World:
    """The weights of all sets, given the odds and how likely each set makes what was seen."""

    def __init__(
        self,
        sets: Sets,
        crowd: Crowd,
        likely: Sequence[float],
        empty: float,
        same: World | None = None,
    ) -> None:
        """Sum up.

        Args:
            sets: all sets.
            crowd: the odds.
            likely: P(everything that is present | the set), a column.
            empty: the same when no cause holds.
            same: a world with the same sets and odds.
        """
        self.sets, self.crowd, self.likely, self.empty = sets, crowd, likely, empty
        if same is None:
            classes = sets.classes(crowd)
            self.classes = [classes[kind] for kind in sets.kinds]
            self.choices = [self._choices(runs) for runs in sets.runs]
        else:
            self.classes, self.choices = same.classes, same.choices
        self.total = empty + crowd.shared * sum(map(mul, likely, self.choices))
        self._shares: dict[int, Share] = {}

    def weight(self, cause: str) -> float:
        """Return the weight of all sets that hold a cause."""
        own = self.crowd.odds[cause]
        number = self.number(cause)
        share, held = self._share(number), self.classes[number]
        one = held.one - own
        two = held.two - own * one
        return own * (share.alone + share.pair * one + share.three * two)

    def exactly(self, causes: Sequence[str], place: int, outside: Class) -> float:
        """Return the weight of the sets that hold these causes and none that a finding speaks for.

        Args:
            causes: up to three that findings speak for.
            place: of the set of their classes.
            outside: all others.
        """
        more = sum((1.0, *outside)[: 4 - len(causes)])
        odds = math.prod([self.crowd.odds[cause] for cause in causes])
        return self.crowd.shared * self.likely[place] * odds * more

    def number(self, cause: str) -> int:
        """Return the number of the class of a cause."""
        return self.sets.number[self.sets.kind.get(cause, self.sets.everywhere)]

    def _choices(self, runs: Runs) -> float:
        """Return the sum over all choices of causes, of the products of their odds."""
        found = 1.0
        for number, times in runs:
            found *= self.classes[number][times - 1]
        return found

    def _share(self, number: int) -> Share:
        if number not in self._shares:
            found = [0.0, 0.0, 0.0]
            for place, times, others in self.sets.places(number):
                found[times - 1] += self.likely[place] * self._choices(others)
            self._shares[number] = Share(*(self.crowd.shared * share for share in found))
        return self._shares[number]


def _members(count: int) -> Iterator[tuple[int, ...]]:
    """Yield all sets of one to three of so many classes, in the order of a column."""
    for i in range(count):
        yield (i,)
        for j in range(i, count):
            yield i, j
            for k in range(j, min(count, MOST_CLASSES)):
                yield i, j, k


def _column(damp: float, spared: Sequence[float]) -> list[float]:
    """Return P(a finding is present | the set), by P(a cause of the class does not produce it)."""
    column: list[float] = []
    for i, one in enumerate(spared):
        column.append(1.0 - damp * one)
        for j, two in enumerate(spared[i:], i):
            both = damp * one * two
            column.append(1.0 - both)
            column += [1.0 - both * three for three in spared[j:MOST_CLASSES]]
    return column


def _runs(numbers: tuple[int, ...]) -> Runs:
    """Return (number, how often it stands there) of up to three numbers in order."""
    return tuple((number, numbers.count(number)) for number in dict.fromkeys(numbers))


def _spared(cause: str, seen: Sequence[Seen]) -> Kind:
    return tuple(1.0 - finding.produced.get(cause, 0.0) for finding in seen)


def _seen_by(seen: Sequence[Seen], kind: Kind) -> float:
    """Return P(all of these are present | one cause of the class holds)."""
    return math.prod([1.0 - f.damp * spared for f, spared in zip(seen, kind, strict=True)])


def elementary(one: float, two: float, three: float) -> Class:
    """Return the elementary symmetric polynomials from the sums of powers (Newton)."""
    pairs = (one * one - two) / 2.0
    return Class(one, max(pairs, 0.0), max((pairs * one - one * two + three) / 3.0, 0.0))
