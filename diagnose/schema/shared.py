"""What the JSON of several commands shares, as pydantic models: the base, commands, sources."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["critical", "warning", "info"]
State = Literal["present", "absent", "unknown"]


class Object(BaseModel):
    """Base of the objects: every key of this version is there; later ones may add keys."""

    model_config = ConfigDict(extra="allow")


class Tool(Object):
    """The program that wrote the object."""

    name: str
    version: str


class Base(Object):
    """The knowledge base that was asked."""

    bases: list[str]
    pages: list[str]
    insights: int
    digest: str


class Source(Object):
    """A URL, what it says and when it was seen."""

    url: str
    says: str
    seen: str


class Placeholder(Object):
    """A hole in a command; ``value`` is null when it was not filled."""

    name: str
    type: str
    describes: str
    value: str | None


class Replacement(Object):
    """The command to use instead on some versions."""

    command: str
    versions: str


class Outcome(Object):
    """One answer a command can give."""

    answer: str
    means: str
    finding: str | None
    state: State


class Command(Object):
    """A command, filled from the evidence as far as that names values."""

    id: str
    kind: str
    language: str
    argv: list[str]
    text: str
    filled: bool
    placeholders: list[Placeholder]
    effect: Literal["reads", "changes"]
    risk: Literal["none", "low", "medium", "high"]
    risk_note: str | None
    privileges: str
    where: str
    versions: str | None
    replaced_by: list[Replacement]
    purpose: str
    why: str | None
    confirms: str | None
    refutes: str | None
    outcomes: list[Outcome]
    expect: str | None
    verify: str | None
    rollback: str | None
    mitigates: bool
    cost_s: int
    note: str | None
