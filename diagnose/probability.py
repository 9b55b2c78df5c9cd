"""Probabilities in words, the same in all front ends."""

from __future__ import annotations

UNKNOWN = "something this base does not know"
"""The hypothesis that none of the base's causes holds, in words."""


def percent(probability: float) -> str:
    """Return a probability as a reader takes it; never a false 0 % or 100 %."""
    if not probability >= 0.01:
        return "< 1 %"
    return "> 99 %" if probability > 0.99 else f"{round(100 * probability)} %"


def leading(first: str, probability: float, unknown: float) -> tuple[str, float]:
    """Return the most probable of the first cause and `UNKNOWN`, with its probability."""
    return (first, probability) if first and probability > unknown else (UNKNOWN, unknown)
