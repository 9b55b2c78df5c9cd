"""Telling literals: by which bytes the lines of a long log are picked that may hold a signature.

One word often serves for many signatures, and few short literals are searched at several times the
speed of many long ones. A word that turns out to stand everywhere in a log is given up for others,
at last for the longest piece of the signature that does not vary. In a large base a word is not
enough: its lines must hold such a piece.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import partial
from itertools import chain

from kb import literal
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kb.index import Index, Scope

SMALL = 1_000
"""In a base of up to so many signatures words are shared."""

RARE = 1 / 500
"""Share of the lines in which a word may stand to be chosen."""

HOT = 1 / 300
"""A literal in a larger share of the lines is given up where others tell as much."""

FEW = 10
"""So many sightings at the start of a log may be chance."""

MOST_SHARED = 300
"""So many runs a word should stand for at most: each is looked for in the lines that hold it."""

_NO_WORD = b""
_LAST = (-math.inf, _NO_WORD)
"""The place of a word that tells nothing, after all others."""

_WORD = re.compile(rb"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


class Telling:
    """Chooses the literals for one log, and others when some tell nothing."""

    def __init__(self) -> None:
        self._common: set[bytes] = set()
        self.chosen = self._choice()
        """The literals, in order; the same for the same past."""

    def give_up(self, found: Iterable[bytes]) -> bool:
        """Do without literals that stand everywhere; say whether that changes the choice."""
        before = self.chosen
        self._common.update(found)
        self.chosen = self._choice()
        return self.chosen != before

    def needed(self, chosen: bytes) -> Sequence[bytes]:  # noqa: ARG002
        """Return of what a line with a literal must hold one; nothing = the literal is enough."""
        return ()

    def _choice(self) -> list[bytes]:
        raise NotImplementedError


def telling(index: Index, scope: Scope) -> Callable[[bytes], Telling]:
    """Return what chooses the literals for a log that begins with the bytes given.

    A base wants to see its signatures, and how lives begin and end.
    """
    if index.signature_count > SMALL:
        marks = (max(needs, key=len) for needs in _lives(scope))
        lasting = {*index.runs(ordinary=False), *marks}
        return partial(Runs, lasting, frozenset(index.runs(ordinary=True)))
    return partial(Shared, wanted(index, scope))


class Wanted(NamedTuple):
    """How the lines of one signature, or of a mark of life, can be told."""

    words: tuple[bytes, ...]
    run: bytes
    """The longest piece that does not vary, in lower case."""
    ordinary: bool
    """Once it was seen it says nothing more."""


def wanted(index: Index, scope: Scope) -> list[Wanted]:
    """Return what a small base wants to see."""
    marks = index.traits("marks")
    leaks = {row.id: row.leak for row in index.findings("signature")}
    stop = index.stop_words()
    found = []
    for row in index.signatures():
        words = [word for word in literal.words(row.constant) if word not in stop]
        run = literal.longest_run(row.template or row.text).encode()
        ordinary = literal.is_ordinary(leaks.get(row.id, 1.0), marks=row.id in marks)
        if run:
            found.append(Wanted(tuple(word.encode() for word in words), run, ordinary))
    found += [Wanted(tuple(n), max(n, key=len), ordinary=False) for n in _lives(scope)]
    return found


def _lives(scope: Scope) -> Iterator[list[bytes]]:
    """Yield for each way in which a life begins or ends the words that its lines hold."""
    for expression in (*scope.starts, *scope.ends):
        needs = [word.encode() for word in re.findall(r"[a-z0-9]{4,}", expression.needs)]
        if needs:
            yield needs


class Runs(Telling):
    """Chooses of every run the word that most of them share, of words that are rare in the log.

    Ordinary runs that stand everywhere are not looked for.
    """

    def __init__(self, lasting: Iterable[bytes], ordinary: frozenset[bytes], start: bytes) -> None:
        """Prepare to choose.

        Args:
            lasting: runs that are always wanted.
            ordinary: runs that are wanted as long as they are rare.
            start: what of the log was read in full: what is common there was seen.
        """
        told = start.lower()
        lines = told.count(b"\n")
        counts = Counter(_WORD.findall(told))
        rare = ordinary - _frequent(ordinary, told, counts, max(FEW, HOT * lines))
        self._lasting = frozenset(lasting)
        self._runs = {_NO_WORD: [*self._lasting | rare]}
        common = b" ".join(word for word, count in counts.items() if count > RARE * lines)
        shared = Counter(chain.from_iterable(map(_WORD.findall, self._runs[_NO_WORD])))
        self._places = {
            word: (count if count <= MOST_SHARED else -count, word)
            if len(word) >= literal.LEAST and word not in common
            else _LAST
            for word, count in shared.items()
        }
        super().__init__()

    def needed(self, chosen: bytes) -> Sequence[bytes]:
        """Return the runs for which a literal was chosen."""
        return self._runs[chosen]

    def _choice(self) -> list[bytes]:
        self._places.update((one, _LAST) for one in self._common & self._places.keys())
        given_up = self._runs.keys() & {*self._common, _NO_WORD}
        for run in sorted(chain.from_iterable(map(self._runs.pop, given_up))):
            _, word = max(map(self._places.__getitem__, _WORD.findall(run)), default=_LAST)
            if word or run in self._lasting or run not in self._common:
                self._runs.setdefault(word or run, []).append(run)
        return sorted(self._runs)


def _frequent(
    runs: Iterable[bytes], told: bytes, counts: Mapping[bytes, int], most: float
) -> set[bytes]:
    """Return the runs that stand more often in a text; they can when all of their words do."""
    common = {word for word, count in counts.items() if count > most}
    return {
        run
        for run in runs
        if common.issuperset(_WORD.findall(run)[1:-1]) and told.count(run) > most
    }


class Shared(Telling):
    """Chooses few words that together stand in all that is wanted."""

    def __init__(self, listed: Sequence[Wanted], start: bytes) -> None:
        """Prepare to choose.

        Args:
            listed: what is wanted.
            start: the beginning of the log, from which the share of common words is estimated.
        """
        self._wanted = listed
        lines = max(start.count(b"\n"), 1)
        counts = Counter(_WORD.findall(start.lower()))
        self._rates = {word: count / lines for word, count in counts.items()}
        super().__init__()

    def _choice(self) -> list[bytes]:
        alone: set[bytes] = set()
        shared: dict[bytes, set[int]] = defaultdict(set)
        left = set()
        for number, one in enumerate(self._wanted):
            words = [word for word in one.words if self._tells(word)]
            for word in words:
                shared[word].add(number)
            if words:
                left.add(number)
            elif not (one.ordinary and one.run in self._common):
                alone.add(one.run)
        return sorted(alone | self._covering(shared, left))

    def _tells(self, word: bytes) -> bool:
        return word not in self._common and self._rates.get(word, 0.0) <= RARE

    def _covering(self, shared: Mapping[bytes, set[int]], left: set[int]) -> set[bytes]:
        """Return few words that stand in all that is left, the one for most of it first."""
        chosen = set()
        open_to = {word: set(numbers) for word, numbers in shared.items()}
        while left:
            best = max(open_to, key=lambda word: (len(open_to[word]), len(word), word))
            chosen.add(best)
            taken = open_to.pop(best)
            left = left - taken
            for word in {word for number in taken for word in self._wanted[number].words}:
                if word in open_to:
                    open_to[word] -= taken
        return chosen
