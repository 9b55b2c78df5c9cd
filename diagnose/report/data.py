"""A diagnosis as the JSON object of the public contract, and JSON that is the same each time."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime

from kb.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from diagnose.asking.questions import Question
    from diagnose.checks.commands import Filled
    from diagnose.reading.incidents import Incident
    from diagnose.result import Cause, Diagnosis, InputSummary, Missing, Proof
    from diagnose.suppress import Suppression

SCHEMA = 1
"""Number of the contract; additive changes leave it as it is."""

TOOL = "kb-diagnose"
DIGITS = 4
LIMIT = 99.0
"""Numbers beyond it stand for certainty; JSON knows no infinity."""

DAY = 86_400.0
"""Times below it are seconds since midnight, from a log that names no date."""

# JSON allows these as they are, and terminals, editors or decoders may act on them.
_RISKY = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def as_dict(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as the object that ``--json`` prints."""
    return {
        "schema": SCHEMA,
        "command": "diagnose",
        "tool": tool(),
        "kb": {
            "bases": list(diagnosis.bases),
            "pages": list(diagnosis.pages),
            "insights": diagnosis.insights,
            "digest": diagnosis.digest,
        },
        "input": _input(diagnosis.input),
        "verdict": diagnosis.verdict,
        "causes": [_cause(cause) for cause in diagnosis.causes],
        "unknown_probability": number(diagnosis.unknown_probability),
        "together": list(diagnosis.together),
        "incidents": [_incident(incident) for incident in diagnosis.incidents],
        "ruled_out": [item._asdict() for item in diagnosis.ruled_out],
        "suppressed": [_suppressed(item) for item in diagnosis.suppressed],
        "partial": diagnosis.partial,
        "unexplained": [item._asdict() for item in diagnosis.unexplained],
        "next_checks": [_question(question) for question in diagnosis.next_checks],
        "notes": list(diagnosis.notes),
        **_fleet(diagnosis),
    }


def _fleet(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return what only the diagnosis of a fleet has."""
    if not diagnosis.hosts:
        return {}
    from diagnose.report import fleet  # noqa: PLC0415 (it builds on this module)

    return {"hosts": fleet.objects(diagnosis.hosts)}


def dumps(data: Any) -> str:
    r"""Return JSON with keys in the order given, ending with a line feed.

    Text stays readable; control characters, lone surrogates and characters that change the
    direction of text are written as ``\u`` escapes.
    """
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    return _RISKY.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def tool() -> dict[str, str]:
    """Return name and version of this program."""
    return {"name": TOOL, "version": __version__}


def number(value: float) -> float:
    """Return a number rounded to `DIGITS`, finite, and never a negative zero."""
    if math.isnan(value):
        return 0.0
    return round(max(-LIMIT, min(LIMIT, value)), DIGITS) + 0.0


def moment(time: float | None) -> str | None:
    """Return a time as ISO 8601, or as a time of day when no date is known."""
    if time is None or not math.isfinite(time):
        return None
    try:
        stamp = datetime.fromtimestamp(time, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    if 0 <= time < DAY:
        return stamp.time().isoformat()
    return stamp.isoformat()


def command(filled: Filled) -> dict[str, Any]:
    """Return a command object of the contract."""
    return {
        "id": filled.id,
        "kind": filled.kind,
        "language": filled.language,
        "argv": list(filled.argv),
        "text": filled.text,
        "filled": filled.filled,
        "placeholders": [
            {"name": name, "type": kind, "describes": what, "value": value or None}
            for name, kind, what, value in filled.placeholders
        ],
        "effect": filled.effect,
        "risk": filled.risk,
        "risk_note": filled.risk_note or None,
        "privileges": filled.privileges,
        "where": filled.where,
        "versions": filled.versions or None,
        "replaced_by": [{"command": other, "versions": w} for other, w in filled.replaced_by],
        "purpose": filled.purpose,
        "why": filled.why or None,
        "confirms": filled.confirms or None,
        "refutes": filled.refutes or None,
        "outcomes": [
            {"answer": answer, "means": means, "finding": finding or None, "state": state}
            for answer, means, finding, state in filled.outcomes
        ],
        "expect": filled.expect or None,
        "verify": filled.verify or None,
        "rollback": filled.rollback or None,
        "mitigates": filled.mitigates,
        "cost_s": filled.cost_s,
        "note": filled.note or None,
    }


def _suppressed(item: Suppression) -> dict[str, Any]:
    return {
        "insight": item.insight or None,
        "finding": item.finding or None,
        "reason": item.reason,
        "until": item.until,
    }


def _input(given: InputSummary) -> dict[str, Any]:
    return {
        "errors": list(given.errors),
        "logs": list(given.logs),
        "symptoms": list(given.symptoms),
        "no_symptoms": list(given.no_symptoms),
        "unknown_symptoms": list(given.unknown_symptoms),
        "facts": [{"name": name, "value": value} for name, value in given.facts],
        "prefect_version": given.prefect_version or None,
        "versions_seen": list(given.versions_seen),
        "lines_read": given.lines_read,
        "bytes_read": given.bytes_read,
        "events": given.events,
        "last_event": given.last_event or None,
        "truncated": given.truncated,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "insight": cause.insight,
        "title": cause.title,
        "severity": cause.severity,
        "provenance": cause.provenance,
        "base": cause.base,
        "probability": number(cause.probability),
        "confidence": cause.confidence,
        "versions": list(cause.versions),
        "evidence": [_proof(proof) for proof in cause.evidence],
        "against": [_proof(proof) for proof in cause.against],
        "missing": [_missing(item) for item in cause.missing],
        "because": cause.because,
        "what": cause.what,
        "checks": [command(check) for check in cause.checks],
        "no_checks": cause.no_checks or None,
        "fixes": [command(fix) for fix in cause.fixes],
        "no_fixes": cause.no_fixes or None,
        "references": list(cause.references),
        "sources": [source._asdict() for source in cause.sources],
        "related": [{**item._asdict(), "finding": item.finding or None} for item in cause.related],
        "escalate": cause.escalate,
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "finding": proof.finding,
        "kind": proof.kind,
        "state": proof.state,
        "effect": number(proof.effect),
        "where": {
            "source": proof.where.source,
            "line": proof.where.line,
            "span": list(proof.where.span),
        },
        "text": proof.text,
        "matched": proof.matched,
        "how": proof.how,
        "score": number(proof.score),
        "differs": proof.differs,
        "count": proof.count,
        "why": proof.why or None,
    }


def _missing(item: Missing) -> dict[str, Any]:
    return {
        "finding": item.finding,
        "kind": item.kind,
        "text": item.text,
        "question": item.question or None,
        "raises_to": number(item.raises_to),
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "count": incident.count,
        "first": moment(incident.first),
        "last": moment(incident.last),
        "source": incident.source,
        "lines": list(incident.lines),
        "exception": incident.text if incident.chain else None,
        "text": incident.text,
        "chain": [str(link) for link in incident.chain],
        "signatures": list(dict.fromkeys(incident.signatures)),
        "unexplained": incident.unexplained,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "question": question.question,
        "command": question.command or None,
        "effect": question.effect,
        "cost_s": question.cost_s,
        "gain_bits": number(question.gain_bits),
        "outcomes": [{"answer": o.answer, "then": o.then} for o in question.outcomes],
        "also": [{"finding": finding, "text": text} for finding, text in question.also],
    }
