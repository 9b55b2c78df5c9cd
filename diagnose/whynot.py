"""Why not this cause: where it stands, what speaks against it, and what would raise it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.diagnosis import conclude, ranked
from diagnose.ranking.cause import build
from diagnose.ranking.rank import infer
from diagnose.ranking.verdict import DIRECT, says_something
from diagnose.ranking.weigh import weigh
from diagnose.report.plain import one_line, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnose.collect import Evidence
    from diagnose.given import Given
    from diagnose.result import Cause, Diagnosis, Proof, Related
    from kb.index import Index

INDENT = "  "


class WhyNot(NamedTuple):
    """One insight in the light of the evidence."""

    cause: Cause
    """With its evidence for, against and missing; when it is ruled out, as if it were not."""
    rank: int
    """Place among all causes, 1 = first; 0 when it is ruled out."""
    ranked: int
    """How many causes are ranked."""
    ruled_out: str
    """Why it cannot be the cause, or empty."""
    informs_only: bool
    """It explains rather than causes, and no direct evidence speaks for it."""
    apart: Related | None
    """How to tell it from the first cause, when the base says so."""
    diagnosis: Diagnosis


def why_not(insight: str, evidence: Evidence, given: Given, index: Index) -> WhyNot:
    """Return where an insight stands on evidence already collected.

    Args:
        insight: id of an insight of the base.
        evidence: what was found.
        given: what it was found in.
        index: the base.
    """
    diagnosis = conclude(evidence, given, index)
    weighed = weigh(evidence, index, insight)
    ruled_out = weighed.ruled_out.get(insight, "")
    posterior = infer(weighed.odds, weighed.seen, weighed.factors, weighed.others)
    order = ranked(posterior, weighed, index)
    if ruled_out:
        evidence = evidence._replace(versions=[], excluded=MappingProxyType({}))
        weighed = weigh(evidence, index, insight)
        posterior = infer(weighed.odds, weighed.seen, weighed.factors, weighed.others)
    cause = build(insight, posterior, weighed, evidence, index)
    informs = insight in index.informing()
    first = diagnosis.causes[0].insight if diagnosis.causes else ""
    return WhyNot(
        cause=cause,
        rank=0 if ruled_out else order.index(insight) + 1,
        ranked=len(order),
        ruled_out=ruled_out,
        informs_only=informs and not says_something(insight, weighed, index, DIRECT),
        apart=next(
            (r for r in cause.related if r.relation == "resembles" and r.insight == first), None
        ),
        diagnosis=diagnosis,
    )


def data(found: WhyNot) -> dict[str, Any]:
    """Return the answer as plain data, in the words of the diagnosis."""
    from diagnose.report.data import as_dict  # noqa: PLC0415 (text does not need it)

    whole = as_dict(found.diagnosis)
    cause = as_dict(found.diagnosis._replace(causes=(found.cause,)))["causes"][0]
    apart = found.apart
    return {
        "schema": whole["schema"],
        "command": "why-not",
        "tool": whole["tool"],
        "kb": whole["kb"],
        "input": whole["input"],
        "verdict": whole["verdict"],
        "insight": cause["insight"],
        "title": cause["title"],
        "severity": cause["severity"],
        "rank": found.rank or None,
        "ranked": found.ranked,
        "probability": None if found.ruled_out else cause["probability"],
        "confidence": None if found.ruled_out else cause["confidence"],
        "ruled_out": found.ruled_out or None,
        "informs_only": found.informs_only,
        "against": cause["against"],
        "evidence": cause["evidence"],
        "missing": cause["missing"],
        "first": [
            {key: c[key] for key in ("insight", "title", "probability", "confidence")}
            for c in whole["causes"][:1]
        ],
        "tell_apart": {"finding": apart.finding, "how": apart.how} if apart else None,
        "partial": whole["partial"],
    }


def text(found: WhyNot, width: int) -> str:
    """Return the answer as plain text."""
    cause = found.cause
    lines = [
        one_line(cause.title),
        *wrap(f"{cause.insight}, {cause.severity}", width),
        "",
        *wrap(_standing(found), width),
    ]
    lines += _part("Speaks against it", [_proof(proof, width) for proof in cause.against])
    lines += _part("Speaks for it", [_proof(proof, width) for proof in cause.evidence])
    lines += _part("Would raise it", _missing(found, width))
    if found.apart:
        first = found.diagnosis.causes[0].insight
        how = [INDENT + line for line in wrap(found.apart.how, width - 2)]
        lines += _part(f"Tells it from {first}", [how])
    return "\n".join(lines) + "\n"


def _standing(found: WhyNot) -> str:
    cause, diagnosis = found.cause, found.diagnosis
    share = _share(cause.probability)
    if found.ruled_out:
        return f"Ruled out: {found.ruled_out}. Without that it would stand at {share}."
    place = f"Place {found.rank} of {found.ranked}, {share}: {cause.confidence}."
    if found.informs_only:
        place += " It explains what is seen and is offered as a cause only on direct evidence."
    if diagnosis.causes and diagnosis.causes[0].insight == cause.insight:
        return f"{place} It is the first cause; the verdict is {diagnosis.verdict}."
    if diagnosis.causes:
        first = diagnosis.causes[0]
        return (
            f"{place} First is {first.insight} with {_share(first.probability)};"
            f" the verdict is {diagnosis.verdict}."
        )
    return f"{place} The verdict is {diagnosis.verdict}."


def _share(probability: float) -> str:
    if 0.0 < probability < 0.005:
        return "under 1 %"
    return f"{100 * probability:.0f} %"


def _part(title: str, items: Iterable[list[str]]) -> list[str]:
    lines = [line for item in items for line in item]
    return ["", f"{title}:", *(lines or [f"{INDENT}nothing that was found"])]


def _proof(proof: Proof, width: int) -> list[str]:
    """Return the effect on the log-odds, what it is, and where it was seen."""
    what = (
        proof.text
        if proof.state == "present" or proof.kind == "input"
        else f"not there: {proof.text}"
    )
    where = f"{proof.where.source}:{proof.where.line}" if proof.where.line else proof.where.source
    lines = wrap(f"{what} ({proof.finding})", width - 9)
    if proof.why and proof.why != proof.text:
        lines += wrap(proof.why, width - 9)
    if proof.matched:
        seen = f"{where}: {proof.matched}" if where else proof.matched
        lines += wrap(seen, width - 9, quoted=True)[:2]
    head = f"{INDENT}{proof.effect:+5.2f}  "
    return [(head if number == 0 else " " * 9) + line for number, line in enumerate(lines)]


def _missing(found: WhyNot, width: int) -> list[list[str]]:
    items = []
    for missing in found.cause.missing:
        said = wrap(f"{missing.text} ({missing.finding})", width - 13)
        if missing.question and missing.question != missing.text:
            said += wrap(missing.question, width - 13)
        head = f"{INDENT}to {100 * missing.raises_to:3.0f} %   "
        items.append([(head if n == 0 else " " * 13) + line for n, line in enumerate(said)])
    return items
