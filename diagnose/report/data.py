"""A diagnosis as the JSON object of the public contract."""

from __future__ import annotations

from diagnose.report.jsontext import SCHEMA, moment, number, tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from diagnose.asking.questions import Question
    from diagnose.checks.commands import Filled
    from diagnose.reading.incidents import Incident
    from diagnose.result import Cause, Diagnosis, HostResult, InputSummary, Missing, Proof
    from diagnose.suppress import Suppression


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
        **({"hosts": [_host(host) for host in diagnosis.hosts]} if diagnosis.hosts else {}),
    }


def command(filled: Filled) -> dict[str, Any]:
    """Return a command object of the contract."""
    return {
        "id": filled.id,
        "kind": filled.kind,
        "language": filled.language,
        "argv": list(filled.argv),
        "text": filled.text,
        "filled": filled.filled,
        "placeholders": [_placeholder(*hole) for hole in filled.placeholders],
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
        "outcomes": [_outcome(*outcome) for outcome in filled.outcomes],
        "expect": filled.expect or None,
        "verify": filled.verify or None,
        "rollback": filled.rollback or None,
        "mitigates": filled.mitigates,
        "cost_s": filled.cost_s,
        "note": filled.note or None,
    }


def _placeholder(name: str, kind: str, describes: str, value: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "describes": describes, "value": value or None}


def _outcome(answer: str, means: str, finding: str, state: str) -> dict[str, Any]:
    return {"answer": answer, "means": means, "finding": finding or None, "state": state}


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


def _host(host: HostResult) -> dict[str, Any]:
    return {
        "host": host.host,
        "files": host.files,
        "verdict": host.verdict,
        "insight": host.insight or None,
        "title": host.title or None,
        "probability": number(host.probability),
        "confidence": host.confidence or None,
        "since": moment(host.since),
        "unread": list(host.unread),
    }
