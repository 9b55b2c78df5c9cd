"""Diagnoses and an index made by hand, with any text in every place that can hold one."""

from __future__ import annotations

from typing import Any

from diagnose.asking.questions import Answer, Question
from diagnose.checks.commands import Filled
from diagnose.reading.incidents import Incident, Link
from diagnose.result import (
    Cause,
    Diagnosis,
    InputSummary,
    Missing,
    Proof,
    Related,
    RuledOut,
    SourceOf,
    Unexplained,
    Where,
)
from kb.index import CommandRow, Edge, Entity, FindingRow, StepRow


def command(text: str, *, command_id: str = "look", effect: str = "reads") -> Filled:
    """Return a command whose every text is ``text``."""
    return Filled(
        id=command_id, kind="diagnostic", language="shell", argv=("look", text), text=f"look {text}",
        filled=False, placeholders=(("unit", "unit", text, ""),), effect=effect, risk="low",
        risk_note=text, privileges="root", where="agent-host", versions=">=2", replaced_by=(),
        purpose=text, why=text, confirms=text, refutes=text,
        outcomes=((text, text, "some-finding", "present"),), expect=text, verify=text,
        rollback=text, mitigates=False, cost_s=5, note=text,
    )  # fmt: skip


def proof(text: str, *, effect: float = 2.0, how: str = "exact", kind: str = "signature") -> Proof:
    """Return a finding that was seen in a log whose name and line are ``text``."""
    state = "present" if effect > 0 else "absent"
    where = Where(text, 7, (0, len(text)))
    return Proof("some-finding", kind, state, effect, where, text, text, how, 1.0, text, 2, text)


def cause(text: str, *, insight: str = "some-cause", probability: float = 0.9) -> Cause:
    """Return a cause whose every text is ``text``."""
    return Cause(
        insight=insight, title=text, severity="critical", provenance="researched", base=text,
        probability=probability, confidence="likely", versions=(">=2",), because=text, what=text,
        evidence=(
            proof(text),
            proof(text, how="lexical", kind="symptom"),
            proof(text, how="answer", kind="symptom"),
            proof(text, how="fact", kind="fact"),
        ),
        against=(proof(text, effect=-1.0),),
        missing=(Missing("other-finding", "signature", text, text, 0.9),),
        checks=(command(text),), fixes=(command(text, command_id="mend", effect="changes"),),
        no_checks="", no_fixes="", references=("ref",),
        sources=(SourceOf("https://example.org/a", text, "2026-11-23"),),
        related=(Related("other-cause", text, "resembles", text, "other-finding"),), escalate=text,
    )  # fmt: skip


def diagnosis(text: str, *, verdict: str = "ambiguous", partial: bool = False) -> Diagnosis:
    """Return a diagnosis whose every text is ``text``."""
    question = Question(
        "q", text, "look", "reads", 5, 0.5, (Answer("yes", f"a-{text}"), Answer("no", text))
    )
    incident = Incident("i1", text, (Link("Error", text),), (), 3, 0.0, 1e9, text, (1, 4), True)
    return Diagnosis(
        bases=(text,), pages=("page",), insights=2, digest="0" * 64,
        input=InputSummary(
            errors=(text,), logs=(text,), symptoms=(text,), no_symptoms=(), unknown_symptoms=(),
            facts=(("name", text),), prefect_version="", versions_seen=("2.8.1",), lines_read=3,
            bytes_read=99, events=3, last_event="2023-03-04T10:00:00+00:00", truncated=False,
        ),
        verdict=verdict,
        causes=(cause(text), cause(text, insight="other-cause", probability=0.5)),
        unknown_probability=0.1, together=("some-cause",), incidents=(incident,),
        ruled_out=(RuledOut("third-cause", text, text),), partial=partial,
        unexplained=(Unexplained(text, 9, text, 1),), next_checks=(question,), notes=(text,),
    )  # fmt: skip


class Index:
    """An index that holds one insight whose every text is the same."""

    digest = "0" * 64

    def __init__(self, text: str) -> None:
        self.text = text
        self.bases = (text,)
        self.pages: tuple[str, ...] = ()

    def entity(self, entity_id: str) -> Entity | None:
        text = self.text
        record: dict[str, Any] = {
            "severity": "critical", "because": text, "what": text, "escalate": text,
            "look_alikes": [{"insight": "other", "finding": "sign", "how": text}],
            "sources": [{"url": "https://example.org/a", "says": text, "seen": "2026-11-23"}],
            "versions": {"possible": ">=2", "reason": text},
        }  # fmt: skip
        if entity_id in ("look", "mend"):
            effect = "reads" if entity_id == "look" else "changes"
            record = {
                "kind": text, "effect": effect,
                "placeholders": [
                    {"name": "unit", "type": "unit", "describes": text, "example": text}
                ],
            }  # fmt: skip
            return Entity(entity_id, "command", f"run {text}", text, record)
        if entity_id == "sign":
            return Entity(entity_id, "signature", text, text, {"kind": text})
        return Entity(entity_id, "insight", text, text, record)

    def command(self, command_id: str) -> CommandRow:
        text = self.text
        return CommandRow(
            id=command_id, kind=text, language="shell", text=f"run {text}", argv=(), purpose=text,
            holes=(("unit", "unit", text),), effect="reads" if command_id == "look" else "changes",
            risk="low", risk_note=text, privileges="none", where="agent-host", versions="",
            replaced_by=(), cost_s=20, outcomes=((text, text, "sign", "present"),), expect=text,
            verify=text, rollback=text, note=text,
        )  # fmt: skip

    def steps(self, _: str, role: str) -> list[tuple[CommandRow, StepRow]]:
        text = self.text
        if role == "checks":
            return [(self.command("look"), StepRow(why=text, confirms=text, refutes=text))]
        return [(self.command("mend"), StepRow(why=text))]

    def finding(self, finding_id: str) -> FindingRow | None:
        return (
            FindingRow("sign", "signature", self.text, 0.001, "", self.text)
            if finding_id == "sign"
            else None
        )

    def edges_to(self, entity_id: str, kind: str | None = None) -> list[Edge]:
        edges = [
            Edge("sign", entity_id, "indicates", 0.95, "document", self.text),
            Edge("look", entity_id, "diagnoses", 1.0, "document", self.text),
            Edge("mend", entity_id, "remediates", 1.0, "document", self.text),
        ]
        return [edge for edge in edges if kind in (None, edge.kind)]

    def edges_from(self, entity_id: str, kind: str | None = None) -> list[Edge]:
        return []

    def insights(self) -> list[Any]:
        return []
