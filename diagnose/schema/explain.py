"""What ``diagnose explain --json`` prints, as pydantic models; see `diagnose.schema.models`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from diagnose.schema.shared import Base, Command, Object, Severity, Tool


class Neighbour(Object):
    """One end of an edge of the graph."""

    relation: str
    direction: Literal["out", "in"]
    id: str
    kind: str
    text: str
    strength: str | None
    weight: float
    provenance: str
    why: str | None


class Pointed(Object):
    """An insight that the entity is joined to."""

    insight: str
    title: str
    severity: Severity
    relation: str
    strength: str | None


class Member(Object):
    """An entity that a page lists."""

    kind: str
    id: str
    text: str


class Explanation(Object):
    """What ``diagnose explain --json`` prints."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    command: Literal["explain"]
    tool: Tool
    kb: Base
    id: str
    kind: str
    text: str
    base: str
    provenance: str
    neighbours: list[Neighbour]
    causes: list[Pointed]
    commands: list[Command]
    members: list[Member]
    sources: list[dict[str, Any]]
    record: dict[str, Any]
