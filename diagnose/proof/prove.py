"""Proof of the knowledge: every case and every quiet log against every insight.

A case is a text with what must, or must not, come out. The figures of cases that are held out are
kept apart: they are never looked at while tuning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import collect
from diagnose.diagnosis import settle
from diagnose.given import Given
from diagnose.proof.cases import outcomes
from diagnose.proof.figures import by_insight, confusions_of, figures_of, never_firing, reliability
from diagnose.result import FOUND

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from diagnose.proof.cases import Outcome
    from diagnose.proof.figures import Bin, Confusion, Figures
    from kb.base import Base
    from kb.index import Index

FIRST, IN_THREE = 0.85, 0.96
FOREIGN_ESTABLISHED, FOREIGN_AMBIGUOUS = 0.02, 0.08
"""What a base with enough cases must reach on those that are not held out."""

ENOUGH = 100
"""Fewer positives than this prove no share."""


class Problem(NamedTuple):
    """One failed promise of the base."""

    where: str
    message: str

    def __str__(self) -> str:
        """Return it on one line."""
        return f"{self.where}: {self.message}"


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


def prove(base: Base, index: Index) -> Report:
    """Run everything and say what is not as promised."""
    found = outcomes(base, index)
    tuned = [outcome for outcome in found if not outcome.held_out]
    held = [outcome for outcome in found if outcome.held_out]
    confusions = confusions_of(tuned, base)
    quiet = [(path, _quiet(path, index)) for path in base.quiet]
    problems = [
        *_failures(tuned),
        *_short_of(figures_of("tuned", tuned)),
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
            if (figures := figures_of(name, fold)).positives
        ),
        by_insight=by_insight(tuned),
        confusions=tuple(confusions),
        reliability=reliability(tuned),
        never_firing=never_firing(found, base),
        problems=tuple(problems),
    )


def _quiet(path: Path, index: Index) -> tuple[str, str]:
    settled = settle(collect(Given(logs=(path,)), index), index)
    return settled.verdict, next(iter(settled.causes), "")


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
