"""Damaged messages looked up among very many signatures, side by side with RapidFuzz over all.

Run: ``python -m benchmarks.fuzzy [--signatures 100000] [--queries 300] [--short]``.

Messages and damage are those of `benchmarks.messages`; one is found when the first answer has its
normal form. Times are CPU time of one process after loading; ratios are to
``process.extract(WRatio)``. The last rows have what the whole matcher accepts at 1,000 signatures,
of messages that are in the base and of others.
"""

from __future__ import annotations

import importlib.util
import math
import operator
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz, process, utils

from benchmarks import bases
from benchmarks.messages import HOLE, LEVELS, asked, corrupted, messages
from benchmarks.rows import Row, absent, parser, said
from benchmarks.sizes import Size
from diagnose.matching.match import Matcher
from diagnose.matching.nearest import Looked
from diagnose.reading.read import Tally, text_lines
from diagnose.reading.records import records
from kb.compile import compile_index
from kb.index import Index
from kb.text import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

REFERENCE = "`process.extract(WRatio)`, text as it is"
FEWER = {REFERENCE: 20, "`process.extract(ratio)`, normal forms": 4}
"""Slow ways are asked so many times less."""

ACCEPTING = 1_000
"""Signatures of the base in which wrong acceptance is counted."""

FOREIGN = 500


class Goal(NamedTuple):
    """What must be reached at 100,000 signatures."""

    p50_ms: float
    p99_ms: float
    recall: tuple[int, int, int]
    """Percent on the three levels."""


WITH, WITHOUT = "nearest, numpy", "nearest, without numpy"
GOALS = {
    WITH: Goal(1.5, 5.0, (99, 86, 68)),
    WITHOUT: Goal(15.0, float("inf"), (96, 82, 60)),
}
WRONG, ACCEPTED = 5.0, {"light": 95.0, "medium": 80.0}
"""Percent: at most so many others are accepted, at least so many of the base's own."""


class Way(NamedTuple):
    """One way to look a line up: from the line to the normal form of the best, or empty."""

    name: str
    ask: Callable[[str], str]


class Found(NamedTuple):
    """What one way comes to."""

    times: list[float]
    recall: list[float]


def compiled(count: int, folder: Path) -> tuple[Index, float]:
    """Return the index of a base of so many signatures, and the seconds that it took."""
    base = bases.base(Size(count, 1, 0))
    path = folder / f"{count}.index"
    start = time.process_time()
    compile_index(base, path, exhaustive=0)
    return Index(str(path)), time.process_time() - start


def ways(texts: Sequence[str], index: Index) -> list[Way]:
    """Return all ways, the reference first."""
    plain = [utils.default_process(text) for text in texts]
    normals = [normalise(text.replace(HOLE, " ")) for text in texts]

    def whole(line: str) -> str:
        found = process.extract(utils.default_process(line), plain, scorer=fuzz.WRatio, limit=1)
        return normals[found[0][2]] if found else ""

    def ratio(line: str) -> str:
        found = process.extract(normalise(line), normals, scorer=fuzz.ratio, limit=1)
        return normals[found[0][2]] if found else ""

    kinds = {WITHOUT: False}
    if importlib.util.find_spec("numpy"):
        kinds = {WITH: True, **kinds}

    def nearest(looked: Looked) -> Callable[[str], str]:
        def ask(line: str) -> str:
            found = looked.nearest(normalise(line))
            return found[0].constant if found else ""

        return ask

    return [
        *map(Way, FEWER, (whole, ratio)),
        *(
            Way(name, nearest(Looked(index, numpy=with_numpy)))
            for name, with_numpy in kinds.items()
        ),
    ]


def measured(way: Way, texts: Sequence[str], keys: Sequence[str], queries: int) -> Found:
    """Ask one way on every level."""
    times, recall = [], []
    way.ask(texts[0])  # loads what the first query loads
    for level in LEVELS:
        lines = asked(texts, level, max(queries // FEWER.get(way.name, 1), 1))
        right = 0
        for number, line in lines:
            start = time.thread_time()
            found = way.ask(line)
            times.append(time.thread_time() - start)
            right += found == keys[number]
        recall.append(100 * right / len(lines))
    return Found(sorted(times), recall)


def lookups(count: int, queries: int, folder: Path) -> Iterator[Row]:
    """Yield the rows of all ways at so many signatures."""
    texts = messages(count)
    index, seconds = compiled(count, folder)
    size = Path(index.path).stat().st_size / 2**20
    yield Row(f"index of {count:,} signatures, {size:.0f} MiB", f"{seconds:.1f} s")
    stored = {row.id: row.constant for row in index.signatures()}
    keys = [stored[f"g-signature-{number}"] for number in range(count)]
    normals = [normalise(text.replace(HOLE, " ")) for text in texts]
    reference = 0.0
    asked_of = ways(texts, index)
    for way in asked_of:
        found = measured(way, texts, normals if way.name in FEWER else keys, queries)
        p50, p99 = (found.times[int(len(found.times) * share)] * 1000 for share in (0.5, 0.99))
        reference = reference or p50
        yield from _rows(way.name, found, (p50, p99), reference)
    if WITH not in [way.name for way in asked_of]:
        yield absent(WITH, "numpy is not installed")


def _rows(name: str, found: Found, times: tuple[float, float], reference: float) -> Iterator[Row]:
    """Yield what one way comes to: its median, its worst of a hundred, and how often it is right."""
    (p50, p99), goal = times, GOALS.get(name)
    recall = " / ".join(f"{share:.0f}" for share in found.recall)
    yield Row(
        name, f"{p50:.2f} ms", f"{p50 / reference:.4f}", f"{goal.p50_ms} ms" if goal else "",
        missed=bool(goal and p50 > goal.p50_ms),
    )  # fmt: skip
    yield Row(
        f"{name}: 99 of 100", f"{p99:.2f} ms", "",
        f"{goal.p99_ms} ms" if goal and math.isfinite(goal.p99_ms) else "",
        missed=bool(goal and p99 > goal.p99_ms),
    )  # fmt: skip
    yield Row(
        f"{name}: first is right, {' / '.join(LEVELS)}", f"{recall} %", "",
        f"{' / '.join(map(str, goal.recall))} %" if goal else "",
        missed=bool(goal) and any(map(operator.lt, found.recall, goal.recall if goal else ())),
    )  # fmt: skip


def accepting(count: int, foreign: int, queries: int, folder: Path) -> Iterator[Row]:
    """Yield the rows of what the matcher accepts."""
    texts, others = messages(count), set(messages(count + foreign))
    compile_index(bases.base(Size(count, 1, 0)), folder / "accepting.index")
    matcher = Matcher(Index(str(folder / "accepting.index")))
    others -= set(texts)
    chance = random.Random(3)
    for level, least in ACCEPTED.items():
        lines = asked(texts, level, queries)
        right = sum(_first(matcher, line) == f"g-signature-{number}" for number, line in lines)
        wrong = sum(
            bool(_first(matcher, corrupted(text, LEVELS[level], chance))) for text in sorted(others)
        )
        own, false = 100 * right / len(lines), 100 * wrong / max(len(others), 1)
        name = f"accepted at {count:,} signatures, {level}"
        yield Row(f"{name}: of its own", f"{own:.1f} %", "", f"{least:.0f} %", "", own < least)
        yield Row(f"{name}: of others", f"{false:.1f} %", "", f"{WRONG:.0f} %", "", false > WRONG)


def _first(matcher: Matcher, line: str) -> str:
    """Return the signature that a line holds most surely."""
    found = [h for r in records(text_lines(line, "error", Tally())) for h in matcher.hits(r)]
    return max(found, key=lambda hit: hit.score).signature if found else ""


def measured_all(count: int, queries: int, few: int, foreign: int) -> Iterator[Row]:
    """Yield all rows."""
    with tempfile.TemporaryDirectory() as folder:
        yield from lookups(count, queries, Path(folder))
        yield from accepting(few, foreign, queries, Path(folder))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, signatures=100_000, queries=300).parse_args(argv)
    sizes = (300, 3, 60, 10) if args.short else (args.signatures, args.queries, ACCEPTING, FOREIGN)
    return said(measured_all(*sizes), args)


if __name__ == "__main__":
    raise SystemExit(main())
