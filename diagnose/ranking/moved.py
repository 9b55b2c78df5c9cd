"""How an answer moved the ranking, in plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.probability import UNKNOWN, leading, percent

if TYPE_CHECKING:
    from diagnose.result import Diagnosis

SHOWN = 3
"""Causes that are named."""

LEAST = 0.005
"""Changes of a probability below this are none."""


def leader(diagnosis: Diagnosis) -> tuple[str, float]:
    """Return what is most probable, the first cause or `UNKNOWN`, with its probability."""
    first = diagnosis.causes[0] if diagnosis.causes else None
    name, probability = (first.insight, first.probability) if first else ("", 0.0)
    return leading(name, probability, diagnosis.unknown_probability)


def moved(before: Diagnosis, after: Diagnosis) -> list[str]:
    """Return one line on the verdict and one for everything that leads or led."""
    old, new = _shares(before), _shares(after)
    verdict = f"verdict: {after.verdict}"
    if before.verdict != after.verdict:
        verdict = f"verdict: {before.verdict} -> {after.verdict}"
    first = [cause.insight for cause in after.causes[:SHOWN]]
    first += [cause.insight for cause in before.causes[:1]]
    first += [name for name, _ in (leader(after), leader(before)) if name == UNKNOWN]
    return [verdict, *(_line(name, old.get(name), new.get(name)) for name in dict.fromkeys(first))]


def _shares(diagnosis: Diagnosis) -> dict[str, float]:
    shares = {cause.insight: cause.probability for cause in diagnosis.causes}
    return {**shares, UNKNOWN: diagnosis.unknown_probability}


def _line(name: str, old: float | None, new: float | None) -> str:
    """Return a line without ``name: value``, which would be masked where a name ends in a secret's."""
    if old is None:
        return f"{name} (now {percent(new or 0.0)})"
    if new is None:
        return f"{name} ({percent(old)} -> no longer listed)"
    if abs(new - old) < LEAST:
        return f"{name} ({percent(new)}, as before)"
    return f"{name} ({percent(old)} -> {percent(new)})"
