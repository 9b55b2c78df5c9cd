"""Damaged messages looked up among very many signatures, side by side with RapidFuzz over all.

Run: ``python -m benchmarks.fuzzy [--signatures 100000] [--queries 300] [--short]``.

Messages and damage are those of `benchmarks.messages`; one is found when the first answer has its
normal form. Times are CPU time of one process after loading; ratios are to
``process.extract(WRatio)``, asked in turn. The last table has what the whole matcher accepts at
1,000 signatures, of messages that are in the base and of others. ``--short`` only sees that
everything runs. Otherwise the exit status is 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import rapidfuzz
from rapidfuzz import fuzz, process, utils

from benchmarks import bases
from benchmarks.measure import machine, table
from benchmarks.messages import HOLE, LEVELS, asked, corrupted, messages
from benchmarks.sizes import Size
from diagnose.match import Matcher
from diagnose.nearest import Looked
from diagnose.read import Tally, text_lines
from diagnose.records import records
from kb.compile import compile_index
from kb.index import Index
from kb.text import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


GOALS = {
    "nearest, numpy": Goal(1.5, 5.0, (99, 86, 68)),
    "nearest, without numpy": Goal(15.0, float("inf"), (96, 82, 60)),
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

    def nearest(looked: Looked) -> Callable[[str], str]:
        def ask(line: str) -> str:
            found = looked.nearest(normalise(line))
            return found[0].constant if found else ""

        return ask

    numpy = importlib.util.find_spec("numpy") is not None
    mine = {"nearest, numpy": True} if numpy else {}
    return [
        *map(Way, FEWER, (whole, ratio)),
        *(
            Way(name, nearest(Looked(index, numpy=with_numpy)))
            for name, with_numpy in {**mine, "nearest, without numpy": False}.items()
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


def lookups(count: int, queries: int, folder: Path) -> tuple[str, list[str]]:
    """Return the table of all ways at so many signatures, and what missed its goal."""
    texts = messages(count)
    index, built = compiled(count, folder)
    size = Path(index.path).stat().st_size / 2**20
    stored = {row.id: row.constant for row in index.signatures()}
    keys = [stored[f"g-signature-{number}"] for number in range(count)]
    normals = [normalise(text.replace(HOLE, " ")) for text in texts]
    rows, missed, reference = [], [], 0.0
    for way in ways(texts, index):
        found = measured(way, texts, normals if way.name in FEWER else keys, queries)
        p50, p99 = (found.times[int(len(found.times) * share)] * 1000 for share in (0.5, 0.99))
        reference = reference or p50
        goal = GOALS.get(way.name)
        if goal and (p50 > goal.p50_ms or p99 > goal.p99_ms or _short_of(found, goal)):
            missed.append(way.name)
        rows.append([
            way.name, f"{p50:.2f}", f"{p99:.2f}", f"1/{reference / p50:.0f}",
            *(f"{share:.0f}" for share in found.recall),
        ])  # fmt: skip
    head = [f"{count:,} signatures", "p50 ms", "p99 ms", "ratio", *(f"{n} %" for n in LEVELS)]
    built_in = f"index of {size:.0f} MiB, built in {built:.1f} s of CPU time"
    return f"{table(head, rows)}\n\n{built_in}", missed


def _short_of(found: Found, goal: Goal) -> bool:
    return any(got < least for got, least in zip(found.recall, goal.recall, strict=True))


def accepting(count: int, foreign: int, queries: int, folder: Path) -> tuple[str, list[str]]:
    """Return the table of what the matcher accepts, and what missed its goal."""
    everything = messages(count + foreign)
    texts, others = messages(count), set(everything)
    base = bases.base(Size(count, 1, 0))
    compile_index(base, folder / "accepting.index")
    matcher = Matcher(Index(str(folder / "accepting.index")))
    others -= set(texts)
    chance = random.Random(3)
    rows, missed = [], []
    for level, least in ACCEPTED.items():
        lines = asked(texts, level, queries)
        right = sum(_first(matcher, line) == f"g-signature-{number}" for number, line in lines)
        wrong = sum(
            bool(_first(matcher, corrupted(text, LEVELS[level], chance))) for text in sorted(others)
        )
        own, false = 100 * right / len(lines), 100 * wrong / max(len(others), 1)
        if own < least or false > WRONG:
            missed.append(f"accepted, {level}")
        rows.append([level, f"{own:.1f}", f"{least:.0f}", f"{false:.1f}", f"{WRONG:.0f}"])
    head = [f"accepted at {count:,}", "of its own %", "at least", "of others %", "at most"]
    return table(head, rows), missed


def _first(matcher: Matcher, line: str) -> str:
    """Return the signature that a line holds most surely."""
    found = [h for r in records(text_lines(line, "error", Tally())) for h in matcher.hits(r)]
    return max(found, key=lambda hit: hit.score).signature if found else ""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the tables, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--signatures", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--short", action="store_true")
    args = parser.parse_args(argv)
    count, queries = (300, 3) if args.short else (args.signatures, args.queries)
    few = 60 if args.short else ACCEPTING
    with tempfile.TemporaryDirectory() as folder:
        found, missed = lookups(count, queries, Path(folder))
        print(f"{found}\n")
        accepted, more = accepting(few, 10 if args.short else FOREIGN, queries, Path(folder))
    print(f"{accepted}\n\n{machine()}, RapidFuzz {rapidfuzz.__version__}")
    if (missed := missed + more) and not args.short:
        print(f"\nmissed: {', '.join(missed)}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
