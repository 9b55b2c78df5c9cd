"""Proof of the knowledge: every case and every quiet log against every insight.

A case is a text with what must, or must not, come out. The figures of cases that are held out are
kept apart: they are never looked at while tuning.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import Given, collect
from diagnose.diagnosis import settle
from diagnose.result import FOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kb.index import Index
    from kb.load import Base
    from kb.model import Case

BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0001)
"""Edges of the bins of the reliability table."""


FIRST, IN_THREE = 0.85, 0.96
FOREIGN_ESTABLISHED, FOREIGN_AMBIGUOUS = 0.02, 0.08
"""What a base with enough cases must reach on those that are not held out."""

ENOUGH = 100
"""Fewer positives than this prove no share."""


class Outcome(NamedTuple):
    """What came out for one case."""

    case: str
    insight: str
    """The insight the case belongs to, or empty for foreign ones."""
    kind: str
    form: str
    held_out: bool
    instead: str
    verdict: str
    ranking: tuple[str, ...]
    probability: float
    """Of the first cause."""
    signatures: frozenset[str]


class Figures(NamedTuple):
    """Shares over one fold; counts where a share would mislead."""

    fold: str
    positives: int
    first: float
    """Share of positives whose insight is ranked first."""
    in_three: float
    foreign: int
    """Texts of problems that no insight of the base covers."""
    foreign_established: float
    foreign_ambiguous: float
    near_misses: int
    near_established: float


class Confusion(NamedTuple):
    """Two insights that were taken for one another."""

    truth: str
    taken_for: str
    cases: tuple[str, ...]
    told_apart_by: str
    """The finding that tells them apart, or empty: then the base owes one."""


class Problem(NamedTuple):
    """One failed promise of the base."""

    where: str
    message: str

    def __str__(self) -> str:
        """Return it on one line."""
        return f"{self.where}: {self.message}"


class Bin(NamedTuple):
    """One line of the reliability table."""

    low: float
    high: float
    cases: int
    mean: float
    """Mean posterior of the first cause."""
    right: float
    """Share in which it was right."""


class Report(NamedTuple):
    """The whole proof."""

    cases: int
    quiet: int
    figures: tuple[Figures, ...]
    by_insight: tuple[tuple[str, int, int, int], ...]
    """(insight, positives, first, in the first three), without held-out cases."""
    confusions: tuple[Confusion, ...]
    reliability: tuple[Bin, ...]
    never_firing: tuple[str, ...]
    """Signatures of the base that no case shows."""
    problems: tuple[Problem, ...]


def given_of(case: Case) -> Given:
    """Return a case as an input."""
    pairs = [
        item.split(None, 1) if item.startswith("fact ") else item.split("=", 1)
        for item in case.given
    ]

    def values(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in pairs if key == name)

    facts = [value.split("=", 1) for value in values("fact")]
    return Given(
        errors=(case.text,),
        symptoms=values("symptom"),
        no_symptoms=values("no-symptom"),
        facts=tuple((name, value) for name, value in facts),
        version=next(iter(values("prefect-version")), ""),
    )


def outcomes(base: Base, index: Index) -> list[Outcome]:
    """Run every case."""
    return [
        _outcome(stem if stem in base.entities else "", case, index)
        for stem, cases in base.cases.items()
        for case in cases
    ]


def _outcome(insight: str, case: Case, index: Index) -> Outcome:
    evidence = collect(given_of(case), index)
    verdict, order, probability = settle(evidence, index)
    return Outcome(
        case=case.id,
        insight=insight,
        kind=case.kind,
        form=case.form,
        held_out=case.held_out,
        instead=case.instead or "",
        verdict=verdict,
        ranking=tuple(order),
        probability=probability[order[0]] if order else 0.0,
        signatures=frozenset(
            found.id
            for found in evidence.findings.values()
            if found.kind == "signature" and found.state == "present"
        ),
    )


def prove(base: Base, index: Index) -> Report:
    """Run everything and say what is not as promised."""
    found = outcomes(base, index)
    tuned = [outcome for outcome in found if not outcome.held_out]
    held = [outcome for outcome in found if outcome.held_out]
    confusions = _confusions(tuned, base)
    quiet = [(path, _quiet(path, index)) for path in base.quiet]
    problems = [
        *_failures(tuned),
        *_short_of(_figures("tuned", tuned)),
        *(
            Problem(
                f"{c.truth} / {c.taken_for}",
                "are confused and no finding is said to tell them apart",
            )
            for c in confusions
            if not c.told_apart_by
        ),
        *(
            Problem(path.name, f"a healthy log was given the verdict {verdict} ({first})")
            for path, (verdict, first) in quiet
            if verdict in FOUND
        ),
    ]
    return Report(
        cases=len(found),
        quiet=len(quiet),
        figures=tuple(
            figures
            for name, fold in (("tuned", tuned), ("held out", held))
            if (figures := _figures(name, fold)).positives
        ),
        by_insight=_by_insight(tuned),
        confusions=tuple(confusions),
        reliability=reliability(tuned),
        never_firing=_never(found, base),
        problems=tuple(problems),
    )


def _quiet(path: Path, index: Index) -> tuple[str, str]:
    verdict, order, _ = settle(collect(Given(logs=(path,)), index), index)
    return verdict, order[0] if order else ""


def _failures(found: Sequence[Outcome]) -> list[Problem]:
    """What is wrong with single cases: a confident answer that is not the truth."""
    problems = []
    for outcome in found:
        first = outcome.ranking[0] if outcome.ranking else ""
        if (
            outcome.kind == "near-miss"
            and outcome.verdict == "established"
            and first == outcome.insight
        ):
            problems.append(
                Problem(outcome.case, f"is a near miss of {first}, which is established")
            )
        wrong = outcome.kind == "positive" and outcome.insight not in outcome.ranking[:3]
        if wrong and outcome.verdict == "established":
            message = f"{first} is established and {outcome.insight} not among the first three"
            problems.append(Problem(outcome.case, message))
    return problems


def _short_of(figures: Figures) -> list[Problem]:
    """Say which promise of the whole base is not kept."""
    promises = (
        ("right first", figures.first, figures.first >= FIRST, FIRST),
        ("in first three", figures.in_three, figures.in_three >= IN_THREE, IN_THREE),
        ("foreign established", figures.foreign_established,
         figures.foreign_established <= FOREIGN_ESTABLISHED, FOREIGN_ESTABLISHED),
        ("foreign ambiguous", figures.foreign_ambiguous,
         figures.foreign_ambiguous <= FOREIGN_AMBIGUOUS, FOREIGN_AMBIGUOUS),
    )  # fmt: skip
    return [
        Problem("the whole base", f"{name} is {value:.1%}, promised is {promise:.0%}")
        for name, value, kept, promise in promises
        if not kept and figures.positives >= ENOUGH
    ]


def _confusions(found: Sequence[Outcome], base: Base) -> list[Confusion]:
    """Pairs in which a positive of one was answered with the other."""
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for outcome in found:
        first = outcome.ranking[0] if outcome.ranking else ""
        if outcome.kind == "positive" and first != outcome.insight and outcome.verdict in FOUND:
            pairs[outcome.insight, first].append(outcome.case)
    apart = {
        frozenset((insight.id, twin.insight)): twin.finding
        for insight in base.insights()
        for twin in insight.look_alikes
    }
    return [
        Confusion(truth, taken, tuple(cases), apart.get(frozenset((truth, taken)), ""))
        for (truth, taken), cases in sorted(pairs.items())
    ]


def _figures(fold: str, found: Sequence[Outcome]) -> Figures:
    positives = [o for o in found if o.kind == "positive"]
    foreign = [o for o in found if o.kind == "foreign" and not o.instead]
    near = [o for o in found if o.kind == "near-miss"]
    return Figures(
        fold=fold,
        positives=len(positives),
        first=_share(o.ranking[:1] == (o.insight,) for o in positives),
        in_three=_share(o.insight in o.ranking[:3] for o in positives),
        foreign=len(foreign),
        foreign_established=_share(o.verdict == "established" for o in foreign),
        foreign_ambiguous=_share(o.verdict == "ambiguous" for o in foreign),
        near_misses=len(near),
        near_established=_share(
            o.verdict == "established" and o.ranking[:1] == (o.insight,) for o in near
        ),
    )


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return sum(values) / len(values) if values else 0.0


def _by_insight(found: Sequence[Outcome]) -> tuple[tuple[str, int, int, int], ...]:
    count: Counter[str] = Counter()
    first: Counter[str] = Counter()
    three: Counter[str] = Counter()
    for outcome in found:
        if outcome.kind == "positive":
            count[outcome.insight] += 1
            first[outcome.insight] += outcome.ranking[:1] == (outcome.insight,)
            three[outcome.insight] += outcome.insight in outcome.ranking[:3]
    return tuple(
        (insight, count[insight], first[insight], three[insight]) for insight in sorted(count)
    )


def reliability(found: Sequence[Outcome]) -> tuple[Bin, ...]:
    """Compare the posterior of the first cause with how often it was right, over all cases."""
    bins = []
    for low, high in pairwise(BINS):
        inside = [o for o in found if o.ranking and low <= o.probability < high]
        if inside:
            right = [o.ranking[0] == _truth(o) for o in inside]
            mean = sum(o.probability for o in inside) / len(inside)
            bins.append(Bin(low, min(high, 1.0), len(inside), mean, _share(right)))
    return tuple(bins)


def _truth(outcome: Outcome) -> str:
    return outcome.insight if outcome.kind == "positive" else outcome.instead


def _never(found: Sequence[Outcome], base: Base) -> tuple[str, ...]:
    fired = {name for outcome in found for name in outcome.signatures}
    return tuple(
        i for i, kind in sorted(base.kinds.items()) if kind == "signature" and i not in fired
    )
