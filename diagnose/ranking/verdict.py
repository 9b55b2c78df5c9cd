"""The verdict: how sure the whole answer is. All thresholds stand here.

They were chosen by five-fold cross-validation over the cases of the shipped base that are not
held out (`diagnose kb test --report` prints the reliability behind them); `ESTABLISHED_TOLD`, `WEAK_TOLD`
and `LIFTED` on public reports of strangers, of which no case was made.
"""

from __future__ import annotations

import math

from diagnose.ranking.context import RESEMBLES, elsewhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnose.collect import Evidence
    from diagnose.ranking.weigh import Weighed
    from kb.index import Index

ESTABLISHED = 0.80
"""Least posterior of the first cause for ``established``."""

ESTABLISHED_TOLD = 0.90
"""The same when the cause is known from plain words alone."""

AMBIGUOUS = 0.30
"""Least posterior of the first cause for ``ambiguous``."""

AMBIGUOUS_TOLD = 0.45
"""The same when the cause is known from plain words alone."""

WEAK = 0.06
"""Least posterior of the first cause for ``weak``; below it nothing is known."""

WEAK_TOLD = 0.15
"""The same when the cause is known from plain words alone, which always resemble something."""

GENERIC = 0.2
"""A finding with a higher leak stands in any healthy log."""

LIFTED = 3.0
"""Factor on its prior odds up to which such findings say nothing for the first cause: that some causes
are common is known without looking."""

TELLING = 0.05
"""A finding with a leak up to this says something; without one nothing is established."""

DIRECT = 0.05
"""An `info` insight is offered as the cause only on a finding with a leak up to this."""

UNIQUE = 0.001
"""A signature with a leak up to this is not mistaken for another product's."""

REPORT_ELSEWHERE = 0.8
"""From this share of a whole report that never names the products, nothing is established."""

WELL_DESCRIBED = math.e
"""Factor on the odds from which a description's resemblance is direct evidence."""

CONFIDENCE = ((0.95, "certain"), (0.70, "likely"), (0.25, "possible"), (0.0, "unlikely"))
"""Least posterior -> confidence word."""

VERDICTS = ("established", "ambiguous", "weak", "nothing_known", "out_of_scope")


def confidence(probability: float) -> str:
    """Return the confidence word for a posterior."""
    return next(word for least, word in CONFIDENCE if probability >= least)


def judge(
    first: str | None, probability: float, weighed: Weighed, evidence: Evidence, index: Index
) -> str:
    """Return the verdict on the first cause."""
    if evidence.foreign and not _unmistakable(evidence, index):
        return "out_of_scope"
    if first is None or not _speaks(first, probability, weighed, index):
        return "nothing_known"
    witnessed = _witnessed(first, weighed, evidence, index, TELLING)
    sure = ESTABLISHED if witnessed else ESTABLISHED_TOLD
    here = elsewhere(evidence) < REPORT_ELSEWHERE
    if probability >= sure and here and says_something(first, weighed, index, TELLING):
        return "established"
    if probability >= (AMBIGUOUS if witnessed else AMBIGUOUS_TOLD):
        return "ambiguous"
    least = WEAK if _witnessed(first, weighed, evidence, index, GENERIC) else WEAK_TOLD
    return "weak" if probability >= least else "nothing_known"


def _speaks(insight: str, probability: float, weighed: Weighed, index: Index) -> bool:
    """Say whether the evidence speaks for a cause at all."""
    odds = probability / max(1.0 - probability, 1e-9)
    lifted = odds >= LIFTED * weighed.odds.get(insight, 0.0)
    return lifted or says_something(insight, weighed, index, GENERIC)


def _witnessed(
    insight: str, weighed: Weighed, evidence: Evidence, index: Index, leak: float
) -> bool:
    """Say whether more than plain words speaks for a cause: a log, a value, an answer.

    It must be a finding with at most this leak.
    """
    return any(
        row.leak <= leak and evidence.findings[seen.id].how != "lexical"
        for seen in weighed.seen
        if insight in seen.produced and (row := index.finding(seen.id)) is not None
    )


def _unmistakable(evidence: Evidence, index: Index) -> bool:
    """Say whether a signature was seen that nothing but this base's products would print.

    The exception of a library is not: other products that use the library raise it as well.
    """
    present = [f.id for f in evidence.findings.values() if f.state == "present"]
    unique = {
        name
        for name in present
        if (row := index.finding(name)) and row.kind == "signature" and row.leak <= UNIQUE
    }
    return bool(unique) and any(
        row.id in unique and not row.exception for row in index.signatures()
    )


def says_something(insight: str, weighed: Weighed, index: Index, leak: float) -> bool:
    """Say whether something that is rare without a cause speaks for this one.

    That is a finding with at most this leak, or a description that resembles it most and well.
    """
    rows = (index.finding(seen.id) for seen in weighed.seen if insight in seen.produced)
    if any(row is not None and row.leak <= leak for row in rows):
        return True
    likeness = next((f.factors for f in weighed.factors if f.id == RESEMBLES), {})
    own = likeness.get(insight, 0.0)
    return own >= WELL_DESCRIBED and own >= max(likeness.values())


def ordered(probability: Mapping[str, float]) -> list[str]:
    """Return insight ids, most probable first, ties by id; so are differences of rounding alone."""
    return sorted(probability, key=lambda insight: (-float(f"{probability[insight]:.9g}"), insight))
