"""Rows of the index for insights, commands, findings and what bears on what."""

from __future__ import annotations

from array import array
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Any

from kb.database import packed
from kb.edges import edges
from kb.model import Command, Fact, Finding, Insight, Signature, Symptom
from kb.scale import PRIOR, SPECIFICITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.base import Base
    from kb.edges import Edge

SEEN_S = 5
"""Seconds that it takes to see whether a line stands in a text that is there."""


def rows(base: Base) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    """Yield the rows of each table with its name."""
    insights = base.insights()
    yield "insight", (_insight(base, insight) for insight in insights)
    yield "account", map(_account, insights)
    yield "listed", [("insights", "\n".join(insight.id for insight in insights).encode())]
    yield "step", chain.from_iterable(map(_steps, insights))
    yield "command", map(_command, base.of(Command))
    yield "finding", (_finding(base, finding) for finding in base.of(Finding))
    yield "fact", ((fact.id, fact.name, fact.op, fact.value) for fact in base.of(Fact))
    found = list(edges(base))
    yield (
        "edge",
        ((e.source, e.target, e.kind, e.weight, e.provenance, e.why, e.via) for e in found),
    )
    yield "bearing", _bearings(base, found)


def _insight(base: Base, insight: Insight) -> tuple[Any, ...]:
    windows: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    reason = ""
    if insight.versions:
        unless = insight.versions.unless
        windows = tuple(w for w in (insight.versions.possible, *insight.versions.also) if w)
        reason = insight.versions.reason
    return (
        insight.id, insight.title, insight.severity, insight.because, PRIOR[insight.prior],
        insight.informs, "\x1f".join(windows), "\x1f".join(unless), reason,
        base.origins[insight.id].base,
    )  # fmt: skip


def _account(insight: Insight) -> tuple[str, ...]:
    return (
        insight.id,
        insight.provenance, insight.what, insight.no_checks or "", insight.no_fixes or "",
        insight.escalate, "\x1f".join(involves.reference for involves in insight.involves),
        packed([(source.url, source.says, source.seen) for source in insight.sources]),
    )  # fmt: skip


def _steps(insight: Insight) -> Iterator[tuple[Any, ...]]:
    for number, check in enumerate(insight.checks):
        confirms, refutes = check.confirms or "", check.refutes or ""
        yield (
            insight.id, "checks", number, check.command, "", check.why, confirms, refutes, "", "",
            False,
        )  # fmt: skip
    for number, fix in enumerate(insight.fixes):
        yield (
            insight.id, "fixes", number, fix.command, fix.versions or "", fix.why, "", "",
            fix.verify or "", fix.rollback or "", fix.mitigates,
        )  # fmt: skip


def _command(command: Command) -> tuple[Any, ...]:
    return (
        command.id, command.effect, command.versions or "", command.cost_s, command.privileges,
        command.kind, command.language, command.text, "\x1f".join(command.argv), command.purpose,
        packed([(hole.name, hole.type, hole.describes) for hole in command.placeholders]),
        command.risk, command.risk_note or "", command.where,
        packed([(other.command, other.versions) for other in command.replaced_by]),
        packed([(o.answer, o.means, o.finding or "", o.state) for o in command.outcomes]),
        command.expect or "", command.verify or "", command.rollback or "", command.note or "",
    )  # fmt: skip


def _finding(base: Base, finding: Finding) -> tuple[Any, ...]:
    return (
        finding.id, base.kinds[finding.id], finding.label, SPECIFICITY[finding.specificity],
        finding.group or "", finding.question if isinstance(finding, Symptom | Fact) else "",
    )  # fmt: skip


def _bearings(base: Base, found: Iterable[Edge]) -> Iterator[tuple[Any, ...]]:
    """Yield for each finding that can be asked for how likely it is under each insight alone.

    These are the symptoms and facts that bear on insights, and the lines of logs that a reading
    command shows.
    """
    likely: dict[str, dict[str, float]] = defaultdict(dict)
    reading = {command.id for command in base.of(Command) if command.effect == "reads"}
    shown = {edge.target for edge in found if edge.kind == "observes" and edge.source in reading}
    lines = (signature for signature in base.of(Signature) if signature.id in shown)
    askable: list[Finding] = [*base.of(Symptom), *base.of(Fact), *lines]
    leaks = {finding.id: SPECIFICITY[finding.specificity] for finding in askable}
    weighed = [edge for edge in found if edge.source in leaks]
    for edge in weighed:
        if edge.kind == "indicates":
            leak = leaks[edge.source]
            likely[edge.source][edge.target] = 1.0 - (1.0 - leak) * (1.0 - edge.weight)
    for edge in weighed:
        if edge.kind == "contradicts":
            own = likely[edge.source]
            own[edge.target] = own.get(edge.target, leaks[edge.source]) * edge.weight
    for finding in askable:
        if own := likely[finding.id]:
            yield (
                finding.id, base.kinds[finding.id], leaks[finding.id], finding.group or "",
                finding.cost_s if isinstance(finding, Symptom | Fact) else SEEN_S,
                finding.name if isinstance(finding, Fact) else "",
                "\x1f".join(own), array("d", own.values()).tobytes(),
            )  # fmt: skip
