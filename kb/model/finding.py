"""Findings: what can be seen, said or read, and how telling it is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kb.model.base import Entity, Id, Specificity, Specifier, Text, Words


class Finding(Entity):
    """What signatures, symptoms and facts share."""

    specificity: Specificity
    """How often it is seen when none of the base's causes holds."""
    group: Id | None = None
    """Findings of one group imply each other; of those present only the strongest counts."""


class Signature(Finding):
    """A text that errors and logs show."""

    text: Text
    """As seen; the verbatim text for those of the document."""
    kind: Words
    template: Text | None = None
    """The text with ``{}`` for parts that vary; absent when nothing varies."""
    must: tuple[Words, ...] = ()
    """Parts that may not differ, however close the rest is (``'prefect'``)."""
    exception: Words | None = None
    """Qualified class of the exception whose message this is."""
    near: tuple[Words, ...] = ()
    """Counts only when one of these texts stands in the same input (any letter case)."""
    versions: Specifier | None = None
    """Prefect versions that print it: seeing it dates the installation."""
    marks: Literal["start", "end"] | None = None
    """The line begins or ends one life of an agent, worker or runner."""
    means: Text | None = None
    """What the line says, for a reader who never saw it."""


class Symptom(Finding):
    """Something a person can observe and answer yes, no or don't know."""

    question: Words
    text: Words
    """Short statement, shown in lists ("runs stay Late")."""
    phrasings: Annotated[tuple[Words, ...], Field(min_length=3)]
    """How operators say it; matched lexically, negation respected."""
    denials: tuple[Words, ...] = ()
    """Phrasings that say the opposite: the symptom is absent."""
    cost_s: Annotated[int, Field(ge=1, le=3600)] = 10
    """Seconds an operator needs to find the answer."""


class Fact(Finding):
    """A value read by a probe or a command, made a finding by a comparison."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    """Name of the value, as in ``--fact NAME=VALUE``; several facts may share one name."""
    text: Words
    question: Words
    unit: Words | None = None
    op: Literal["<", "<=", ">", ">=", "==", "!=", "matches", "version"]
    value: str
    """Right-hand side of the comparison; for ``version`` a specifier."""
    cost_s: Annotated[int, Field(ge=1, le=3600)] = 30
