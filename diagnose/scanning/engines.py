"""Engines: where any of many literals stands in a block of bytes, in one pass.

Several do the same. Literals are in lower case and found in any (of ASCII letters). Each engine
yields at least one place in every line that holds a literal, and which one of several literals that
overlap is its own affair: whoever asks tests the line.
"""

from __future__ import annotations

import math
import re
from operator import itemgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    class Engine(Protocol):
        """Finds literals."""

        overlapping: bool
        """It tells every place, also of literals that overlap."""

        def find(self, block: bytes, /) -> list[tuple[int, int, int]]:
            """Return (number of the literal, start, end), in order of the end."""


PACKED = 60
"""Up to so many literals `ahocorasick_rs` searches with vector instructions, at 2 GB/s and more."""

PASSES = 4
"""So many passes with few literals each are faster than one with all of them."""

DFA = 5_000
"""Up to so many literals its table of states, the faster one, stays within some 100 MB."""


class Automaton:
    """The default: `ahocorasick_rs`, leftmost-first, which alone lets it use vector instructions."""

    overlapping = False

    def __init__(self, literals: Sequence[bytes]) -> None:
        import ahocorasick_rs  # noqa: PLC0415 (only for long logs)

        kinds = ahocorasick_rs.Implementation
        count = len(literals)
        passes = math.ceil(count / PACKED) if count <= PASSES * PACKED else 1
        size = math.ceil(count / passes) if passes else 1
        self._passes = [
            (
                at,
                ahocorasick_rs.BytesAhoCorasick(
                    list(literals[at : at + size]),
                    matchkind=ahocorasick_rs.MatchKind.LeftmostFirst,
                    implementation=kinds.DFA if count <= DFA else kinds.ContiguousNFA,
                ),
            )
            for at in range(0, count, size)
        ]

    def find(self, block: bytes) -> list[tuple[int, int, int]]:
        """Return places of literals; those of one pass do not overlap."""
        found: list[tuple[int, int, int]] = []
        lowered = block.lower()
        for first, automaton in self._passes:
            more = automaton.find_matches_as_indexes(lowered)
            found += [(n + first, start, end) for n, start, end in more] if first else more
        if len(self._passes) > 1:
            found.sort(key=itemgetter(2))
        return found


class Streamed:
    """For many literals: Hyperscan in stream mode, from the extra ``scale``."""

    overlapping = True

    def __init__(self, literals: Sequence[bytes]) -> None:
        import hyperscan  # noqa: PLC0415 (an extra)

        count = len(literals)
        self._sizes = [len(literal) for literal in literals]
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_STREAM)
        self._database.compile(
            expressions=list(literals), ids=list(range(count)), elements=count,
            flags=[hyperscan.HS_FLAG_CASELESS] * count, literal=True,
        )  # fmt: skip
        self._found: list[tuple[int, int, int]] = []
        self._taken = self._take  # the stream does not hold its callback

    def _take(self, number: int, _start: int, end: int, _flags: int, _context: Any) -> None:
        self._found.append((number, end - self._sizes[number], end))

    def find(self, block: bytes) -> list[tuple[int, int, int]]:
        """Return all places, of literals that overlap as well."""
        self._found = []
        with self._database.stream(match_event_handler=self._taken) as stream:
            stream.scan(block)
        return self._found


class Plain:
    """The last resort: `re`."""

    overlapping = False

    def __init__(self, literals: Sequence[bytes]) -> None:
        self._numbers = {literal: number for number, literal in reversed([*enumerate(literals)])}
        self._pattern = re.compile(b"|".join(map(re.escape, literals)) or rb"(?!)")

    def find(self, block: bytes) -> list[tuple[int, int, int]]:
        """Return the places of literals that do not overlap."""
        numbers = self._numbers
        return [
            (numbers[match[0]], match.start(), match.end())
            for match in self._pattern.finditer(block.lower())
        ]


def engine(literals: Sequence[bytes]) -> Engine:
    """Return the fastest engine that is installed."""
    many = len(literals) > PASSES * PACKED
    wanted = (Streamed, Automaton) if many else (Automaton, Streamed)
    for kind in wanted:
        try:
            return kind(literals)
        except ImportError:
            continue
    return Plain(literals)
