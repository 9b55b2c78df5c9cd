"""The verdict: how sure the whole answer is. All thresholds stand here.

They were chosen by five-fold cross-validation over the cases of the shipped base that are not
held out (`diagnose kb test --report` prints the reliability behind them).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diagnose.weigh import Weighed
    from kb.index import Index, Scope

ESTABLISHED = 0.80
"""Least posterior of the first cause for ``established``."""

AMBIGUOUS = 0.30
"""Least posterior of the first cause for ``ambiguous``."""

WEAK = 0.06
"""Least posterior of the first cause for ``weak``; below it nothing is known."""

TELLING = 0.05
"""A finding with a leak up to this says something; without one nothing is established."""

DIRECT = 0.05
"""An `info` insight is offered as the cause only on a finding with a leak up to this."""

CONFIDENCE = ((0.95, "certain"), (0.70, "likely"), (0.25, "possible"), (0.0, "unlikely"))
"""Least posterior -> confidence word."""

VERDICTS = ("established", "ambiguous", "weak", "nothing_known", "out_of_scope")


def confidence(probability: float) -> str:
    """Return the confidence word for a posterior."""
    return next(word for least, word in CONFIDENCE if probability >= least)


def judge(first: str | None, probability: float, weighed: Weighed, index: Index) -> str:
    """Return the verdict on the first cause, before scope is looked at."""
    if first is None or probability < WEAK:
        return "nothing_known"
    if probability >= ESTABLISHED and says_something(first, weighed, index, TELLING):
        return "established"
    return "ambiguous" if probability >= AMBIGUOUS else "weak"


def says_something(insight: str, weighed: Weighed, index: Index, leak: float) -> bool:
    """Say whether a finding that is rare without a cause speaks for this one."""
    rows = (index.finding(seen.id) for seen in weighed.seen if insight in seen.produced)
    return any(row is not None and row.leak <= leak for row in rows)


def is_foreign(text: str, scope: Scope) -> bool:
    """Say whether a text is about another product: it names one and none of this base's."""
    return not _names(scope.ours, text) and any(_names(words, text) for words in scope.foreign.values())


def _names(words: Sequence[str], text: str) -> bool:
    folded = text.casefold()
    return any(re.search(rf"(?<![\w-]){re.escape(word.casefold())}s?(?![\w-])", folded) for word in words)


def ordered(probability: Mapping[str, float]) -> list[str]:
    """Return insight ids, most probable first, ties by id."""
    return sorted(probability, key=lambda insight: (-probability[insight], insight))
