"""How many questions until the right cause leads: simulated operators against this base.

Each operator has one cause, drawn by its prior, and a state of every symptom and fact, drawn from
the base's own table (noisy-OR of the cause with the leak). An operator opens with a complaint, one
symptom drawn from what the cause shows, unless ``--complaints 0``; then answers each question truly, or with
"don't know". The count ends when the right cause is first and leading (verdict established or
ambiguous). The chosen question is compared with one drawn at random from the same open questions,
and with a fixed order (by how often the base's causes show a finding).

Run: ``python -m benchmarks.questions [--operators 500] [--seed 1] [--complaints 1]``.
Exit status 1 when the target is missed.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import Evidence, Given, collect
from diagnose.findings import answered
from diagnose.diagnosis import ranked
from diagnose.questions import candidates, next_checks
from diagnose.rank import Posterior, infer
from diagnose.verdict import AMBIGUOUS
from diagnose.weigh import weigh
from kb.cache import open_index
from kb.index import Edge, Entity, FindingRow, Index, InsightRow

if TYPE_CHECKING:
    from collections.abc import Callable

DONT_KNOW = 0.2
MOST = 20
MEDIAN, P95 = 3, 6
"""The target, in questions."""


USUAL = 0.2
"""Findings with this leak are circumstances ("self-hosted"), not complaints."""


class Cached(Index):
    """An index whose rows are read once: the benchmark asks for the same ones very often."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.finding: Callable[[str], FindingRow | None] = cache(super().finding)  # type: ignore[method-assign]
        self.insights: Callable[[], list[InsightRow]] = cache(super().insights)  # type: ignore[method-assign]
        self.entity: Callable[[str], Entity | None] = cache(super().entity)  # type: ignore[method-assign]
        self._edges: Callable[[str, str, str | None], list[Edge]] = cache(super()._edges)  # type: ignore[method-assign]


class Operator(NamedTuple):
    """Who is asked."""

    cause: str
    complaints: tuple[str, ...]
    holds: frozenset[str]
    """Findings that are present."""


class Run(NamedTuple):
    """How one session went."""

    cause: str
    found_after: int
    """Questions until the right cause led; more than `MOST` when it never did."""
    asked: tuple[str, ...]
    stopped: bool
    right_at_end: bool


def operator(index: Index, chance: random.Random, complaints: int) -> Operator:
    """Draw a cause, what it shows, and what the operator says first."""
    rows = index.insights()
    cause = chance.choices(rows, weights=[row.prior for row in rows])[0].id
    weights = {edge.source: edge.weight for edge in index.edges_to(cause, "indicates")}
    spoiled = {edge.source: edge.weight for edge in index.edges_to(cause, "contradicts")}
    names = {fact.id: fact.name for fact in index.facts()}
    chances: dict[str, dict[str, float]] = {}
    for row in [*index.findings("symptom"), *index.findings("fact")]:
        p = (1.0 - (1.0 - row.leak) * (1.0 - weights.get(row.id, 0.0))) * spoiled.get(row.id, 1.0)
        chances.setdefault(names.get(row.id, row.id), {})[row.id] = p
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
    posterior = infer(weighed.odds, weighed.seen, weighed.factors)
    first = ranked(posterior, weighed, index)[0]
    return posterior, first if posterior.probability[first] >= AMBIGUOUS else ""


Choice = "Callable[[Posterior, Evidence, Index, random.Random], str]"


def best(posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random) -> str:
    return next((q.id for q in next_checks(posterior, evidence, index, 1)), "")


def at_random(posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random) -> str:
    found = [c.row.id for c in candidates(posterior, evidence, index)]
    return chance.choice(found) if found else ""


def in_fixed_order(posterior: Posterior, evidence: Evidence, index: Index, chance: random.Random) -> str:
    found = [c.row.id for c in candidates(posterior, evidence, index)]
    usual = {f: sum(e.weight for e in index.edges_from(f, "indicates")) for f in found}
    return min(found, key=lambda f: (-usual[f], f), default="")


def session(who: Operator, choose: Callable[..., str], empty: Evidence, index: Index, chance: random.Random) -> Run:
    """Ask one operator until the questions run out."""
    said = [f for c in who.complaints if (f := answered(index, c, "present"))]
    evidence = empty._replace(findings={f.id: f for f in said})
    asked: list[str] = []
    after = MOST + 1
    while True:
        posterior, first = state(evidence, index)
        if first == who.cause:
            after = min(after, len(asked))
            break
        question = choose(posterior, evidence, index, chance) if len(asked) < MOST else ""
        if not question:
            break
        asked.append(question)
        if chance.random() < DONT_KNOW:
            said_now = answered(index, question, "unknown")
        else:
            said_now = answered(index, question, "present" if question in who.holds else "absent")
        if said_now is not None:
            evidence = evidence._replace(findings={**evidence.findings, question: said_now})
    return Run(who.cause, after, tuple(asked), len(asked) < MOST, first == who.cause)


def measured(name: str, choose: Callable[..., str], index: Index, options: argparse.Namespace) -> list[Run]:
    """Run all operators with one way of choosing and print the result."""
    chance = random.Random(options.seed)
    people = [operator(index, chance, options.complaints) for _ in range(options.operators)]
    empty = collect(Given(), index)
    runs = [session(who, choose, empty, index, chance) for who in people]
    counts = sorted(run.found_after for run in runs)
    median, p95 = statistics.median(counts), counts[int(0.95 * (len(counts) - 1))]
    missed = sum(count > MOST for count in counts)
    print(f"{name:14} median {median:4.1f}   95th percentile {p95:3}   never {missed:3} of {len(runs)}")
    return runs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operators", type=int, default=500)
    parser.add_argument("--complaints", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hard", action="store_true", help="print which causes take longest")
    options = parser.parse_args()
    index = Cached(open_index().path)
    runs = measured("best", best, index, options)
    if options.hard:
        for cause, n in Counter(r.cause for r in runs).most_common():
            c=sorted(r.found_after for r in runs if r.cause == cause)
            print("  ", cause, n, c)
        return 0
    measured("random order", at_random, index, options)
    measured("fixed order", in_fixed_order, index, options)
    counts = sorted(run.found_after for run in runs)
    met = statistics.median(counts) <= MEDIAN and counts[int(0.95 * (len(counts) - 1))] <= P95
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
