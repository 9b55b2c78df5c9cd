"""How an answer moved the ranking, in plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.result import Diagnosis

SHOWN = 3
"""Causes that are named."""

LEAST = 0.005
"""Changes of a probability below this are none."""


def percent(probability: float) -> str:
    """Return a probability as people read it."""
    return f"{round(100 * probability)} %"


def moved(before: Diagnosis, after: Diagnosis) -> list[str]:
    """Return one line on the verdict and one for each cause that leads or led."""
    old = {cause.insight: cause.probability for cause in before.causes}
    new = {cause.insight: cause.probability for cause in after.causes}
    verdict = f"verdict: {after.verdict}"
    if before.verdict != after.verdict:
        verdict = f"verdict: {before.verdict} -> {after.verdict}"
    names = dict.fromkeys([*list(new)[:SHOWN], *list(old)[:1]])
    return [verdict, *(_line(name, old.get(name), new.get(name)) for name in names)]


def _line(name: str, old: float | None, new: float | None) -> str:
    if old is None:
        return f"{name}: now {percent(new or 0.0)}"
    if new is None:
        return f"{name}: {percent(old)} -> no longer listed"
    if abs(new - old) < LEAST:
        return f"{name}: {percent(new)}, as before"
    return f"{name}: {percent(old)} -> {percent(new)}"
