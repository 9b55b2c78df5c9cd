"""Weighing: from findings to the numbers that ranking works on.

A finding that was seen with certainty ``s`` is reported, though it is not there, `DOUBT` times
``(1 - s) / s`` as often as when it is, at most as often: the weaker the match, the less it can say,
and one that is hardly seen says nothing (soft evidence).
"""

from __future__ import annotations

from collections import defaultdict

from diagnose.findings import SURELY
from diagnose.ranking.context import named_elsewhere, resembling, unexplained
from diagnose.ranking.rank import Factor, Seen
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.collect import Evidence
    from diagnose.findings import Finding
    from kb.index import Index, InsightRow

DOUBT = 0.12
"""Prior odds of a finding among those that are reported at all: certainty is the posterior, so its
odds are these times the ratio of true to false reports. With `context.LEVEL_START` and `describe.TRUST`
chosen for the cases and for reports of strangers that no case was made of."""

VISIBLE = 0.35
"""P(a line that a cause nearly always writes would stand in the part of the log that was given)."""

LEAST_ABSENT = 0.6
"""Only edges at least so strong make the absence of a line in a log speak."""

KNOWN = 0.01
"""A line with a leak up to this, surely seen, is known: it names where it is from."""

ALL_NAMED = 300
"""In a base of up to so many insights all are ranked one by one; in a larger one those that the
evidence touches and `MOST_COMMON` others, and the rest counts without names."""

MOST_COMMON = 20

EXPECTED = 1.0
"""Causes that nothing touches are expected to hold, at most, so many of all together: priors are
frequencies among people with one problem, and in a large base they come to more than one."""


class Weighed(NamedTuple):
    """Input of `rank.infer`, and what was left out of it and why."""

    odds: dict[str, float]
    seen: list[Seen]
    factors: list[Factor]
    ruled_out: dict[str, str]
    """Insight -> reason."""
    against: dict[str, list[tuple[Finding, float, str]]]
    """Insight -> (finding that contradicts it, factor on its odds, why)."""
    shadowed: dict[str, str]
    """Finding that adds nothing -> the finding of its group that counts instead."""
    others: tuple[tuple[float, int], ...] = ()
    """(prior odds, number of causes) for those that nothing touches and that are not in ``odds``."""


def weigh(evidence: Evidence, index: Index, also: str = "") -> Weighed:
    """Return the numbers for `rank.infer`; ``also`` is an insight that is named in any case."""
    present = [f for f in evidence.findings.values() if f.state == "present"]
    seen, shadowed = _seen(present, index)
    against, factors = _contradictions(present, index)
    factors += _absent(evidence, seen, index)
    known = any(_is_known(finding, index) for finding in present)
    factors += resembling(evidence, ALL_NAMED, known=known)
    factors += [] if known else named_elsewhere(evidence)
    odds, ruled_out, others = _prior(evidence, seen, factors, index, also)
    factors += unexplained(evidence, odds)
    return Weighed(odds, seen, factors, ruled_out, against, shadowed, others)


def _is_known(finding: Finding, index: Index) -> bool:
    """Say whether a finding is a line that was surely seen and that hardly anything else prints."""
    row = index.finding(finding.id)
    return finding.how in SURELY and row is not None and row.leak <= KNOWN


def _odds(probability: float) -> float:
    return probability / (1.0 - probability)


def _prior(
    evidence: Evidence, seen: Sequence[Seen], factors: Sequence[Factor], index: Index, also: str
) -> tuple[dict[str, float], dict[str, str], tuple[tuple[float, int], ...]]:
    """Return the odds of insights by name, what is ruled out, and (odds, number) of the rest."""
    if index.insight_count <= ALL_NAMED:
        rows = index.insights()
        ruled_out = {**_ruled_out(rows, evidence), **evidence.excluded}
        return {r.id: _odds(r.prior) for r in rows if r.id not in ruled_out}, ruled_out, ()
    touched = {cause for factor in factors for cause in factor.factors} | _produced(seen)
    windowed = index.windowed() if evidence.versions else []
    ruled_out = {**_ruled_out(windowed, evidence), **evidence.excluded}
    asked = index.insight_rows(touched | ruled_out.keys() | {also})
    named = {row.id: row for row in (*asked, *index.most_common(MOST_COMMON))}
    left = dict(index.priors())
    for row in named.values():
        left[row.prior] -= 1
    silent = [_odds(row.prior) for row in named.values() if row.id not in touched]
    silent += [_odds(prior) * count for prior, count in left.items()]
    scale = min(1.0, EXPECTED / max(sum(silent), EXPECTED))
    odds = {
        name: _odds(row.prior) * (1.0 if name in touched else scale)
        for name, row in sorted(named.items())
        if name not in ruled_out
    }
    return odds, ruled_out, tuple((scale * _odds(p), count) for p, count in left.items() if count)


def _produced(seen: Sequence[Seen]) -> set[str]:
    """Return the causes that produce something that is present."""
    both = [*seen, *(finding.instead for finding in seen if finding.instead)]
    return {cause for finding in both for cause in finding.produced}


def _ruled_out(rows: Sequence[InsightRow], evidence: Evidence) -> dict[str, str]:
    """A cause is ruled out when it is impossible on every version that was named.

    It is not where something present shows that it is possible all the same.
    """
    seen = evidence.versions
    if not seen:
        return {}
    from kb import versions  # noqa: PLC0415 (only where a version is known)

    present = {f.id for f in evidence.findings.values() if f.state == "present"}
    spans = [span for text in seen if (span := versions.parse(text)) is not None]
    if not spans:
        return {}
    return {
        row.id: f"{row.reason} (version seen: {', '.join(seen)})"
        for row in rows
        if row.windows
        and not any(versions.allows(window, span) for window in row.windows for span in spans)
        and present.isdisjoint(row.unless)
    }


def _seen(present: Sequence[Finding], index: Index) -> tuple[list[Seen], dict[str, str]]:
    """Build one `Seen` for each group, through the finding of it that says most."""
    groups: dict[str, list[tuple[float, Seen]]] = defaultdict(list)
    for finding in present:
        row = index.finding(finding.id)
        produced = {e.target: e.weight for e in index.edges_from(finding.id, "indicates")}
        if row is None or not produced:
            continue
        damp = (1.0 - row.leak) * (1.0 - _falsely(finding.sure))
        force = max(produced.values()) / (1.0 - damp)
        groups[row.group or row.id].append((force, Seen(finding.id, damp, produced)))
    seen, shadowed = [], {}
    for _, members in sorted(groups.items()):
        members.sort(key=lambda entry: (-entry[0], entry[1].id))
        best = members[0][1]
        seen.append(best._replace(instead=members[1][1] if len(members) > 1 else None))
        shadowed.update({member.id: best.id for _, member in members[1:]})
    return seen, shadowed


def _falsely(sure: float) -> float:
    """Return how often a finding is reported when it is not there, as a share of true reports."""
    return min(1.0, DOUBT * (1.0 - sure) / sure) if sure > 0.0 else 1.0


def _contradictions(
    present: Sequence[Finding], index: Index
) -> tuple[dict[str, list[tuple[Finding, float, str]]], list[Factor]]:
    against: dict[str, list[tuple[Finding, float, str]]] = defaultdict(list)
    factors = []
    for finding in present:
        scaled = {}
        for edge in index.edges_from(finding.id, "contradicts"):
            factor = 1.0 - (1.0 - edge.weight) * finding.sure
            scaled[edge.target] = factor
            against[edge.target].append((finding, factor, edge.why))
        if scaled:
            factors.append(Factor(finding.id, scaled))
    return dict(against), factors


def _absent(evidence: Evidence, seen: Sequence[Seen], index: Index) -> list[Factor]:
    """What was denied, and what would stand in the log that was read and does not."""
    denied = [f for f in evidence.findings.values() if f.state == "absent"]
    factors = _denied(denied, index)
    if evidence.logs_read:
        factors += _not_in_log(evidence, seen, index)
    return [factor for factor in factors if factor.factors]


def _denied(absent: Sequence[Finding], index: Index) -> list[Factor]:
    """Denied findings of one group imply each other: they count once against an insight."""
    said: dict[str, tuple[float, str]] = {}
    for finding in absent:
        row = index.finding(finding.id)
        piece = (row.group if row else "") or finding.id
        for edge in index.edges_from(finding.id, "indicates"):
            entry = (1.0 - edge.weight * finding.sure, finding.id)
            key = f"{edge.target}\0{piece}"
            said[key] = min(said.get(key, entry), entry)
    factors: dict[str, dict[str, float]] = defaultdict(dict)
    for key, (factor, name) in said.items():
        factors[name][key.partition("\0")[0]] = factor
    return [Factor(name, against) for name, against in sorted(factors.items())]


def _not_in_log(evidence: Evidence, seen: Sequence[Seen], index: Index) -> list[Factor]:
    """In a large base this speaks only against causes that something speaks for."""
    about = None if index.insight_count <= ALL_NAMED else _produced(seen)
    groups: dict[str, dict[str, float]] = defaultdict(dict)
    found = {row.group for f in evidence.findings if (row := index.finding(f)) and row.group}
    for finding, group, insight, weight in index.written(LEAST_ABSENT, about):
        if finding not in evidence.findings and group not in found:
            known = groups[group or finding]
            known[insight] = max(known.get(insight, 0.0), weight)
    best: dict[str, tuple[float, str]] = {}
    for name, produced in groups.items():
        for insight, weight in produced.items():
            best[insight] = max(best.get(insight, (0.0, "")), (weight, name))
    return [
        Factor(f"log:{insight}", {insight: 1.0 - VISIBLE * weight})
        for insight, (weight, _) in sorted(best.items())
    ]
