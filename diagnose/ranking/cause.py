"""One cause of a diagnosis: everything the base and the evidence say of one insight."""

from __future__ import annotations

import math

from diagnose.checks.commands import for_insight
from diagnose.later import at_once
from diagnose.ranking.context import ELSEWHERE, RESEMBLES, UNEXPLAINED
from diagnose.ranking.verdict import confidence
from diagnose.redact import redact
from diagnose.result import Cause, Missing, Proof, Related, SourceOf, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from diagnose.collect import Evidence
    from diagnose.findings import Finding
    from diagnose.later import Made
    from diagnose.ranking.rank import Posterior
    from diagnose.ranking.weigh import Weighed
    from kb.index import Index

LEAST_EFFECT = 0.005
MOST_MISSING = 5
LEAST_MISSING = 0.3
"""Findings that a cause produces less often than this are not worth looking for."""

_NOWHERE = Where("", 0, (0, 0))


def build(
    insight: str,
    posterior: Posterior,
    weighed: Weighed,
    evidence: Evidence,
    index: Index,
    made: Made = at_once,
) -> Cause:
    """Return the cause with evidence for, against and missing, checks and fixes.

    ``made`` makes the tuples that take long: at once, or when they are looked at.
    """
    row, account = index.insight(insight), index.account(insight)
    if row is None or account is None:
        message = f"the index ranks {insight!r} and does not hold it"
        raise ValueError(message)
    probability = posterior.probability[insight]
    effects = posterior.effect.get(insight, {})
    proofs = list(_proofs(insight, effects, weighed, evidence, index))
    captured, seen = evidence.captured, evidence.versions
    return Cause(
        insight=insight,
        title=row.title,
        severity=row.severity,
        provenance=account.provenance,
        base=row.base,
        probability=probability,
        confidence=confidence(probability),
        versions=row.windows,
        because=row.because,
        what=account.what,
        evidence=_strongest(proof for proof in proofs if _speaks_for(proof)),
        against=_strongest(proof for proof in proofs if not _speaks_for(proof)),
        missing=made(lambda: _missing(insight, probability, evidence, index)),
        checks=made(lambda: for_insight(index, insight, "checks", captured, seen)),
        fixes=made(lambda: for_insight(index, insight, "fixes", captured, seen)),
        no_checks=account.no_checks,
        no_fixes=account.no_fixes,
        references=account.references,
        sources=tuple(SourceOf._make(source) for source in account.sources),
        related=made(lambda: _related(insight, index)),
        escalate=account.escalate,
    )


def _speaks_for(proof: Proof) -> bool:
    return proof.state == "present" and proof.effect >= 0.0


def _strongest(proofs: Iterator[Proof]) -> tuple[Proof, ...]:
    return tuple(sorted(proofs, key=lambda proof: (-abs(proof.effect), proof.finding)))


def _proofs(
    insight: str,
    effects: Mapping[str, float],
    weighed: Weighed,
    evidence: Evidence,
    index: Index,
) -> Iterator[Proof]:
    for finding in evidence.findings.values():
        if finding.state == "unknown":
            continue
        edges = index.edges_from(finding.id, "indicates")
        edge = next((edge for edge in edges if edge.target == insight), None)
        if edge is not None:
            shadow = weighed.shadowed.get(finding.id)
            why = f"counts through {shadow}" if shadow else edge.why
            yield _proof(finding, effects.get(finding.id, 0.0), why)
    for finding, factor, why in weighed.against.get(insight, ()):
        effect = effects.get(finding.id, math.log(factor))
        yield _proof(finding, min(effect, -0.0), why)
    yield from _pseudo(effects)


def _pseudo(effects: Mapping[str, float]) -> Iterator[Proof]:
    """The findings that are about the input as a whole."""
    said = {
        RESEMBLES: "how much the description resembles this insight's own",
        ELSEWHERE: "the input never names the products that this base is about",
        UNEXPLAINED: "errors that nothing in the base explains speak for another problem",
    }
    for name in sorted(name for name in effects if name in said or name.startswith("log:")):
        effect = effects[name]
        if abs(effect) < LEAST_EFFECT:
            continue
        if name in said:
            state = "present" if effect > 0 else "absent"
            yield Proof(
                name, "input", state, effect, _NOWHERE, said[name], "", "lexical", 1.0, "", 1, ""
            )
        else:
            text = "lines that it nearly always leaves do not stand in the log"
            yield Proof(
                name, "input", "absent", effect, _NOWHERE, text, "", "exact", 1.0, "", 1, ""
            )


def _proof(finding: Finding, effect: float, why: str) -> Proof:
    return Proof(
        finding=finding.id,
        kind=finding.kind,
        state=finding.state,
        effect=effect,
        where=Where(finding.source, finding.line, finding.span),
        text=finding.text,
        matched=redact(finding.matched),
        how=finding.how,
        score=finding.score,
        differs=redact(finding.differs),
        count=finding.count,
        why=why,
    )


def _missing(
    insight: str, probability: float, evidence: Evidence, index: Index
) -> tuple[Missing, ...]:
    """Return what would raise the cause most, and is neither known nor refused."""
    found = []
    odds = probability / max(1.0 - probability, 1e-9)
    for edge in index.edges_to(insight, "indicates"):
        row = index.finding(edge.source)
        known = edge.source in evidence.findings or edge.source in evidence.unread
        if row is None or known or edge.weight < LEAST_MISSING:
            continue
        raised = odds * (1.0 - (1.0 - row.leak) * (1.0 - edge.weight)) / row.leak
        found.append(
            (raised, Missing(row.id, row.kind, row.text, row.question, raised / (1 + raised)))
        )
    found.sort(key=lambda entry: (-entry[0], entry[1].finding))
    return tuple(missing for _, missing in found[:MOST_MISSING])


def _related(insight: str, index: Index) -> Iterator[Related]:
    def title(other: str) -> str:
        row = index.insight(other)
        return row.title if row else other

    for edge in index.edges_from(insight, "resembles"):
        yield Related(edge.target, title(edge.target), "resembles", edge.why, edge.via)
    for edge in index.edges_from(insight, "causes"):
        yield Related(edge.target, title(edge.target), "causes", edge.why, "")
    for edge in index.edges_to(insight, "causes"):
        yield Related(edge.source, title(edge.source), "caused_by", edge.why, "")
