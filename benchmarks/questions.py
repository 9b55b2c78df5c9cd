"""How many questions until the right cause leads: simulated operators against this base.

Each operator has one cause, drawn by its prior, and a state of every finding that can be asked for
(symptoms, facts, lines that a check shows), drawn from the base's own table (noisy-OR of the cause
with the leak, times what contradicts it). An operator
opens with ``--complaints`` symptoms drawn from what the cause shows; two by default, as nine in
ten of the base's own cases in plain words tell at least two. Then each question is answered truly,
or with "don't know". The count ends when the right cause is first and leads (posterior from
`AMBIGUOUS` on). The chosen question is compared with one drawn at random from all that would help,
and with a fixed order (what the base's causes show most often first).

Run: ``python -m benchmarks.questions [--operators 400] [--seed 1] [--complaints 2] [--short]``.
"""

from __future__ import annotations

import math
import random
import sys
from functools import cache
from multiprocessing import Pool
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

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
from kb.index import Edge, Entity, FactRow, FindingRow, Index, InsightRow

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

DONT_KNOW = 0.2
MOST = 20
MEDIAN, P95 = 3, 6
"""The target, in questions."""


USUAL = 0.2
"""Findings with this leak are circumstances ("self-hosted"), not complaints."""


class Cached(Index):
    """An index whose rows are read once: the benchmark asks for the same ones very often."""

    @cache  # noqa: B019 (one index for the whole run)
    def finding(self, finding_id: str) -> FindingRow | None:
        return super().finding(finding_id)

    @cache  # noqa: B019
    def insights(self) -> list[InsightRow]:
        return super().insights()

    @cache  # noqa: B019
    def entity(self, entity_id: str) -> Entity | None:
        return super().entity(entity_id)

    @cache  # noqa: B019
    def facts(self, name: str | None = None) -> list[FactRow]:
        return super().facts(name)

    @cache  # noqa: B019
    def _edges(self, column: str, entity_id: str) -> list[Edge]:
        return super()._edges(column, entity_id)


Asking: TypeAlias = "tuple[str, ...]"
Choice: TypeAlias = "Callable[[Posterior, Evidence, Index, random.Random], Asking]"


class Operator(NamedTuple):
    """Who is asked."""

    cause: str
    complaints: tuple[str, ...]
    holds: frozenset[str]
    """Findings that are present."""


def operator(index: Index, chance: random.Random, complaints: int) -> Operator:
    """Draw a cause, what it shows, and what the operator says first."""
    rows = index.insights()
    cause = chance.choices(rows, weights=[row.prior for row in rows])[0].id
    weights = {edge.source: edge.weight for edge in index.edges_to(cause, "indicates")}
    chances: dict[str, dict[str, float]] = {}
    for row in index.askable([insight.id for insight in rows]):
        chances.setdefault(row.name or row.id, {})[row.id] = row.likely.get(cause, row.leak)
    holds = {f for p in chances.values() if (f := _drawn(p, chance))}
    shown = sorted(f for f in holds if f in weights and _is_complaint(f, index))
    said: list[str] = []
    while shown and len(said) < complaints:
        chosen = chance.choices(shown, weights=[weights[f] for f in shown])[0]
        shown.remove(chosen)
        said.append(chosen)
    return Operator(cause, tuple(said), frozenset(holds))


def _is_complaint(finding: str, index: Index) -> bool:
    """Say whether somebody would come with this: a symptom, and not one that is usual anyway."""
    row = index.finding(finding)
    return row is not None and row.kind == "symptom" and row.leak < USUAL


def _drawn(p: dict[str, float], chance: random.Random) -> str:
    """Draw which of the findings about one value holds, at most one, or none."""
    odds = {finding: q / (1.0 - q) for finding, q in p.items()}
    return chance.choices([*odds, ""], weights=[*odds.values(), 1.0])[0]


def state(evidence: Evidence, index: Index) -> tuple[Posterior, str]:
    """Return the posterior and the first cause, or nothing when none leads."""
    weighed = weigh(evidence, index)
    posterior = infer(weighed.odds, weighed.seen, weighed.factors, weighed.others)
    first = ranked(posterior, weighed, index)[0]
    return posterior, first if posterior.probability[first] >= AMBIGUOUS else ""


def best(posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random) -> Asking:
    """Choose as the program does."""
    del chance
    question = next(iter(next_checks(posterior, evidence, index, 1)), None)
    return (question.id, *(finding for finding, _ in question.also)) if question else ()


def at_random(
    posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random
) -> Asking:
    """Choose any of the questions that would help."""
    found = candidates(posterior, evidence, index)
    return _ids(chance.choice(found)) if found else ()


def in_fixed_order(
    posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random
) -> Asking:
    """Choose the question about what the base's causes show most often."""
    del chance
    found = [_ids(members) for members in candidates(posterior, evidence, index)]
    return min(found, key=lambda ids: (-_usual(ids[0], index), ids), default=())


def _ids(members: Iterable[Candidate]) -> Asking:
    return tuple(member.row.id for member in members)


def _usual(finding: str, index: Index) -> float:
    return sum(edge.weight for edge in index.edges_from(finding, "indicates"))


def session(
    who: Operator, choose: Choice, empty: Evidence, index: Index, chance: random.Random
) -> int:
    """Ask one operator, and return the questions until the right cause leads."""
    evidence = _told(empty, index, who.complaints, "present")
    for asked in range(MOST + 1):
        posterior, first = state(evidence, index)
        if first == who.cause:
            return asked
        question = choose(posterior, evidence, index, chance)
        if not question:
            break
        if chance.random() < DONT_KNOW:
            evidence = _told(evidence, index, question, "unknown")
            continue
        holds = [finding for finding in question if finding in who.holds]
        evidence = _told(evidence, index, holds, "present")
        evidence = _told(evidence, index, [f for f in question if f not in holds], "absent")
    return MOST + 1


def _told(evidence: Evidence, index: Index, findings: Iterable[str], said: str) -> Evidence:
    new = {f: a for f in findings if (a := answered(index, f, said))}
    return evidence._replace(findings={**evidence.findings, **new})


def counted(choose: Choice, options: argparse.Namespace) -> list[int]:
    """Return the sorted number of questions of all operators with one way of choosing."""
    jobs = [
        (choose, options.seed, number, options.complaints) for number in range(options.operators)
    ]
    with Pool() as pool:
        return sorted(pool.starmap(_one, jobs, chunksize=10))


def _one(choose: Choice, seed: int, number: int, complaints: int) -> int:
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
        counts = counted(choose, options)
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


def _shown(count: int) -> str:
    return f"{count}" if count <= MOST else f"more than {MOST}"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, operators=400, complaints=2, seed=1).parse_args(argv)
    args.operators = 4 if args.short else args.operators
    return said(measured(args), args)


if __name__ == "__main__":
    sys.exit(main())
