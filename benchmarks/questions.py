"""How many questions until the right cause leads: simulated operators against this base.

Each operator has one cause, drawn by its prior, and a state of every finding that can be asked for
(symptoms, facts, lines that a check shows), drawn from the base's own table (noisy-OR of the cause
with the leak, times what contradicts it). An operator
opens with ``--complaints`` symptoms drawn from what the cause shows; two by default, as nine in
ten of the base's own cases in plain words tell at least two. Then each question is answered truly,
or with "don't know". The count ends when the right cause is first and leads (posterior from
`AMBIGUOUS` on). The chosen question is compared with one drawn at random from all that would help,
and with a fixed order (what the base's causes show most often first). As one question may ask for
several statements, how many it asks for, and how long an operator looks for the answers (`cost_s`
of the base), are told of the chosen ones.

Run: ``python -m benchmarks.questions [--operators 400] [--seed 1] [--complaints 2] [--short]``.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
from functools import cache
from multiprocessing import Pool
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from benchmarks.operators import operator
from benchmarks.rows import Row, parser, said
from diagnose.asking.gain import Candidate, candidates
from diagnose.asking.questions import next_checks
from diagnose.collect import Evidence, collect
from diagnose.diagnosis import ranked
from diagnose.findings import answered
from diagnose.given import Given
from diagnose.ranking.rank import Posterior, infer
from diagnose.ranking.verdict import AMBIGUOUS
from diagnose.ranking.weigh import weigh
from kb.cache import open_index
from kb.index import Edge, FactRow, Index

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from benchmarks.operators import Operator

DONT_KNOW = 0.2
MOST = 20
MEDIAN, P95 = 3, 6
"""The target, in questions."""


class Cached(Index):
    """An index whose rows are read once: the benchmark asks for the same ones very often."""

    @cache  # noqa: B019 (one index for the whole run)
    def facts(self, name: str | None = None) -> list[FactRow]:
        return super().facts(name)

    @cache  # noqa: B019
    def _edges(self, column: str, entity_id: str) -> list[Edge]:
        return super()._edges(column, entity_id)


class Asking(NamedTuple):
    """What one question asks for."""

    findings: tuple[str, ...]
    seconds: int = 0
    """To find the answers, where the choice tells it."""


class Course(NamedTuple):
    """How it went with one operator."""

    questions: int
    """Until the right cause led; more than `MOST` when it never did."""
    statements: tuple[int, ...]
    """Findings that each of them asked for."""
    seconds: int
    """Of looking for the answers."""

    def after(self, asking: Asking) -> Course:
        """Return the course with one question more."""
        statements = (*self.statements, len(asking.findings))
        return Course(self.questions + 1, statements, self.seconds + asking.seconds)


Choice: TypeAlias = "Callable[[Posterior, Evidence, Index, random.Random], Asking | None]"


def state(evidence: Evidence, index: Index) -> tuple[Posterior, str]:
    """Return the posterior and the first cause, or nothing when none leads."""
    weighed = weigh(evidence, index)
    posterior = infer(weighed.odds, weighed.seen, weighed.factors, weighed.others)
    first = ranked(posterior, weighed, index)[0]
    return posterior, first if posterior.probability[first] >= AMBIGUOUS else ""


def best(
    posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random
) -> Asking | None:
    """Choose as the program does."""
    del chance
    question = next(iter(next_checks(posterior, evidence, index, 1)), None)
    if question is None:
        return None
    return Asking((question.id, *(finding for finding, _ in question.also)), question.cost_s)


def at_random(
    posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random
) -> Asking | None:
    """Choose any of the questions that would help."""
    found = candidates(posterior, evidence, index)
    return Asking(_ids(chance.choice(found))) if found else None


def in_fixed_order(
    posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random
) -> Asking | None:
    """Choose the question about what the base's causes show most often."""
    del chance
    found = [_ids(members) for members in candidates(posterior, evidence, index)]
    first = min(found, key=lambda ids: (-_usual(ids[0], index), ids), default=None)
    return Asking(first) if first else None


def _ids(members: Iterable[Candidate]) -> tuple[str, ...]:
    return tuple(member.row.id for member in members)


def _usual(finding: str, index: Index) -> float:
    return sum(edge.weight for edge in index.edges_from(finding, "indicates"))


def session(
    who: Operator, choose: Choice, empty: Evidence, index: Index, chance: random.Random
) -> Course:
    """Ask one operator until the right cause leads."""
    evidence = _told(empty, index, who.complaints, "present")
    course = Course(0, (), 0)
    while True:
        posterior, first = state(evidence, index)
        if first == who.cause:
            return course
        asking = choose(posterior, evidence, index, chance) if course.questions < MOST else None
        if asking is None:
            return course._replace(questions=MOST + 1)
        question = asking.findings
        course = course.after(asking)
        if chance.random() < DONT_KNOW:
            evidence = _told(evidence, index, question, "unknown")
            continue
        holds = [finding for finding in question if finding in who.holds]
        evidence = _told(evidence, index, holds, "present")
        evidence = _told(evidence, index, [f for f in question if f not in holds], "absent")


def _told(evidence: Evidence, index: Index, findings: Iterable[str], said: str) -> Evidence:
    new = {f: a for f in findings if (a := answered(index, f, said))}
    return evidence._replace(findings={**evidence.findings, **new})


def courses(choose: Choice, options: argparse.Namespace) -> list[Course]:
    """Return how it went with all operators with one way of choosing, the fewest questions first."""
    jobs = [
        (choose, options.seed, number, options.complaints) for number in range(options.operators)
    ]
    with Pool() as pool:
        return sorted(pool.starmap(_one, jobs, chunksize=10))


def _one(choose: Choice, seed: int, number: int, complaints: int) -> Course:
    chance = random.Random(f"{seed} {number}")
    who = operator(_index(), chance, complaints)
    return session(who, choose, _empty(), _index(), chance)


@cache
def _index() -> Cached:
    return Cached(open_index().path)


@cache
def _empty() -> Evidence:
    return collect(Given(), _index())


def percentile(counts: Sequence[int], share: float) -> int:
    """Return the smallest count that at least this share of sorted counts does not exceed."""
    return counts[math.ceil(share * len(counts)) - 1]


def measured(options: argparse.Namespace) -> Iterator[Row]:
    """Yield the rows of each way of choosing."""
    ways = {
        "the one it chooses": best,
        "in random order": at_random,
        "in fixed order": in_fixed_order,
    }
    for name, choose in ways.items():
        found = courses(choose, options)
        counts = [course.questions for course in found]
        median, p95 = percentile(counts, 0.5), percentile(counts, 0.95)
        judged, never = choose is best, sum(count > MOST for count in counts)
        yield Row(
            f"questions {name}, {len(counts):,} operators: median", _shown(median), "",
            f"{MEDIAN}" if judged else "", missed=judged and median > MEDIAN,
        )  # fmt: skip
        yield Row(
            f"questions {name}: 95 of 100", f"{_shown(p95)} (never {never})", "",
            f"{P95}" if judged else "", missed=judged and p95 > P95,
        )  # fmt: skip
        if judged:
            yield from _effort(name, found)


def _effort(name: str, found: Sequence[Course]) -> Iterator[Row]:
    """Yield what stands behind the number of questions: how much each asks for, and the looking."""
    statements = [number for course in found for number in course.statements] or [0]
    seconds = statistics.fmean(course.seconds for course in found)
    yield Row(f"questions {name}: statements in one, mean", f"{statistics.fmean(statements):.1f}")
    yield Row(f"questions {name}: looking for an operator, mean", f"{seconds:.0f} s")


def _shown(count: int) -> str:
    return f"{count}" if count <= MOST else f"more than {MOST}"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, operators=400, complaints=2, seed=1).parse_args(argv)
    args.operators = 4 if args.short else args.operators
    return said(measured(args), args)


if __name__ == "__main__":
    sys.exit(main())
