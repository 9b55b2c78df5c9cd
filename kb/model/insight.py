"""Insights: known causes and facts, with the edges that lead to and from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kb.model.base import (
    Entity,
    Id,
    Model,
    Provenance,
    Severity,
    Source,
    Specifier,
    Story,
    Strength,
    Text,
    Words,
)


class Indicates(Model):
    """Edge: the finding is produced by the insight, this often."""

    finding: Id
    strength: Strength
    why: Text | None = None
    provenance: Provenance = "researched"


class Contradicts(Model):
    """Edge: the finding, when present, speaks against the insight."""

    finding: Id
    strength: Literal["excludes", "strongly", "moderately", "slightly"]
    why: Text
    provenance: Provenance = "researched"


class Involves(Model):
    """Edge: the insight is about this reference."""

    reference: Id
    provenance: Provenance = "document"


class Check(Model):
    """A diagnostic command in the role of confirming or refuting this insight."""

    command: Id
    why: Words
    confirms: Words | None = None
    """The answer that confirms, and what to do then."""
    refutes: Words | None = None
    """The answer that refutes, and where to go then."""


class Fix(Model):
    """A remediation command in the role of curing this insight; the list is in order."""

    command: Id
    why: Words
    versions: Specifier | None = None
    """Narrower than the command's own, when this cause needs it."""
    mitigates: bool = False
    """True: relieves for now; False: removes the cause."""
    verify: Text | None = None
    rollback: Text | None = None
    """Both override the command's own words where this cause needs others."""


class LookAlike(Model):
    """Edge: another insight that resembles this one, and the finding that tells them apart."""

    insight: Id
    finding: Id
    how: Text


class Causes(Model):
    """Edge: this insight brings the other about."""

    insight: Id
    why: Text
    provenance: Provenance = "researched"


class Versions(Model):
    """Prefect versions on which the cause is possible at all."""

    possible: Specifier | None = None
    reason: Text
    """Said when a version seen rules the cause out."""
    also: tuple[Specifier, ...] = ()
    """Further windows; the cause is possible in any of them."""
    unless: tuple[Id, ...] = ()
    """Findings of which one proves that it is possible on every version, such as a setting."""


class Insight(Entity):
    """A known cause or fact."""

    title: Words
    severity: Severity
    prior: Literal["very-common", "common", "occasional", "rare", "very-rare"]
    informs: bool = False
    """True: explains rather than breaks; offered as the cause only on direct evidence."""
    versions: Versions | None = None
    because: Words
    """One sentence: the root cause, said to a tired operator."""
    what: Text
    """What happens and why."""
    phrasings: Annotated[tuple[Story, ...], Field(min_length=3)]
    """How operators describe the whole situation; matched lexically against plain words."""
    indicates: tuple[Indicates, ...] = ()
    contradicts: tuple[Contradicts, ...] = ()
    involves: tuple[Involves, ...] = ()
    checks: tuple[Check, ...] = ()
    no_checks: Text | None = None
    """The reason why there is no check, when there is none."""
    fixes: tuple[Fix, ...] = ()
    no_fixes: Text | None = None
    escalate: Text
    """When to stop, and what to hand to whom."""
    look_alikes: tuple[LookAlike, ...] = ()
    causes: tuple[Causes, ...] = ()
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
