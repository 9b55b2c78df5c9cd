"""Context: what the whole of a report says, beside the findings in it.

A description resembles some insights more than others and this base as a whole more or less; the
products that a report names, and errors that nothing explains, speak for or against the base.
"""

from __future__ import annotations

import math

from diagnose.ranking.rank import Factor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnose.collect import Evidence

RESEMBLES = "description"
"""Pseudo-finding: how much the whole description resembles the insight's own."""

UNEXPLAINED = "unexplained-errors"
"""Pseudo-finding: errors in the input that no signature of the base explains."""

ELSEWHERE = "other-product"
"""Pseudo-finding: the input never names this base's products."""

RESEMBLANCE_SCALE = 0.6
"""Words depend on one another: differences of their log-odds count by this share, in a text of
more than `REPORT_TERMS` terms by less."""

LEVEL_START = 2.2
LEVEL_SCALE = 1.4
UNHEARD_COST = 13.0
"""Log-odds of "some cause of this base" for a description: ``LEVEL_START``, and ``LEVEL_SCALE``
times the level of its resemblance per square root of terms, less ``UNHEARD_COST`` times the share of
words that no insight's description holds. The last two are from a logistic regression over the
tuned cases, five-fold."""

LEVEL_ALONE = -0.5
SHORT_TERMS = 6
"""A single term tells of no trouble, and starts lower; so many more start at `LEVEL_START`."""

LEVEL_LIMITS = (-3.5, 3.5)
LEAST_LIKE = -9.0

ELSEWHERE_FACTOR = 0.1
"""Factor on the same odds when a whole report never names this base's products or their parts;
a shorter text counts in proportion, because a single error line names nothing."""

REPORT_TERMS = 14
REPORT_LINES = 12
"""A text of so many words, or lines, is a whole report."""

UNEXPLAINED_FACTOR = 0.45
"""Odds of "some cause of this base" are multiplied by this when unexplained errors are there."""

MOST_ALIKE = 100
"""In a large base a description touches so many insights, those that it resembles most."""


def resembling(evidence: Evidence, most: int, *, known: bool = False) -> list[Factor]:
    """A description counts through its words, and against this base through words it never uses.

    Args:
        evidence: what was given.
        most: in a base of more insights only those count that it resembles most.
        known: a line that hardly anything else prints stands in it: then no other words can say
            that it is not about this base.
    """
    if evidence.description is None:
        return []
    like = evidence.description.resemblance()
    best = max(like.scores.values(), default=0.0)
    root = math.sqrt(like.terms + 1)
    told = min(1.0, (like.terms - 1) / SHORT_TERMS)
    level = LEVEL_ALONE + (LEVEL_START - LEVEL_ALONE) * told + LEVEL_SCALE * like.level / root
    level -= UNHEARD_COST * like.unheard / (like.terms + 1)
    level = max(0.0 if known else LEVEL_LIMITS[0], min(LEVEL_LIMITS[1], level))
    scale = RESEMBLANCE_SCALE * min(1.0, math.sqrt(REPORT_TERMS / max(like.terms, 1)))
    scores = like.scores
    if len(scores) > most:
        first = sorted(scores, key=scores.__getitem__, reverse=True)[:MOST_ALIKE]  # ties by id
        scores = {insight: scores[insight] for insight in first}
    factors = {
        insight: math.exp(level + max(LEAST_LIKE, scale * (score - best)))
        for insight, score in scores.items()
    }
    return [Factor(RESEMBLES, factors)]


def elsewhere(evidence: Evidence) -> float:
    """Return how much of a whole report it is that never names this base's products, 0 to 1."""
    if evidence.ours:
        return 0.0
    terms = evidence.description.length if evidence.description else 0
    lines = evidence.lines - evidence.repeated - 1
    return min(1.0, max(terms / REPORT_TERMS, lines / REPORT_LINES))


def named_elsewhere(evidence: Evidence) -> list[Factor]:
    """A report that names nothing of this base's products is likely about something else."""
    share = elsewhere(evidence)
    return [Factor(ELSEWHERE, {}, shared=ELSEWHERE_FACTOR**share)] if share > 0.0 else []


def unexplained(evidence: Evidence, odds: Mapping[str, float]) -> list[Factor]:
    """Errors that no signature explains may be the trouble, and then it is none of this base's."""
    if not odds or not any(incident.unexplained for incident in evidence.incidents):
        return []
    return [Factor(UNEXPLAINED, {}, shared=UNEXPLAINED_FACTOR)]
