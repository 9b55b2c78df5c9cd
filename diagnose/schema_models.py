"""The JSON of the public contract as pydantic models, from which its JSON Schemas are made.

Nothing that answers a user imports this module; `diagnose.report.data` writes the same keys.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0, le=1)]
Effect = Annotated[float, Field(ge=-99, le=99)]
Severity = Literal["critical", "warning", "info"]
Verdict = Literal["established", "ambiguous", "weak", "nothing_known", "out_of_scope"]
State = Literal["present", "absent", "unknown"]


class _Object(BaseModel):
    """Base of the objects: every key of this version is there; later ones may add keys."""

    model_config = ConfigDict(extra="allow")


class Tool(_Object):
    """The program that wrote the object."""

    name: str
    version: str


class Base(_Object):
    """The knowledge base that was asked."""

    bases: list[str]
    pages: list[str]
    insights: int
    digest: str


class NamedValue(_Object):
    """A fact as given."""

    name: str
    value: str


class Input(_Object):
    """What was given, secrets masked, and how much of it was read."""

    errors: list[str]
    logs: list[str]
    symptoms: list[str]
    no_symptoms: list[str]
    unknown_symptoms: list[str]
    facts: list[NamedValue]
    prefect_version: str | None
    versions_seen: list[str]
    lines_read: int
    bytes_read: int
    events: int
    last_event: str | None
    truncated: bool


class Place(_Object):
    """Where a finding was seen; line 0 when it has no place."""

    source: str
    line: int
    span: Annotated[list[int], Field(min_length=2, max_length=2)]


class Evidence(_Object):
    """A finding in its bearing on one cause."""

    finding: str
    kind: str
    state: State
    effect: Effect
    """Change of the cause's log-odds when this finding alone is left out."""
    where: Place
    text: str
    matched: str
    how: Literal["exact", "normalised", "structural", "fuzzy", "lexical", "answer", "fact"]
    score: float
    differs: str
    count: int
    why: str | None


class MissingFinding(_Object):
    """A finding that would raise a cause and is not known."""

    finding: str
    kind: str
    text: str
    question: str | None
    raises_to: Probability


class Placeholder(_Object):
    """A hole in a command; ``value`` is null when it was not filled."""

    name: str
    type: str
    describes: str
    value: str | None


class Replacement(_Object):
    """The command to use instead on some versions."""

    command: str
    versions: str


class Outcome(_Object):
    """One answer a command can give."""

    answer: str
    means: str
    finding: str | None
    state: State


class Command(_Object):
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


class Source(_Object):
    """A URL, what it says and when it was seen."""

    url: str
    says: str
    seen: str


class Related(_Object):
    """A neighbour among the insights."""

    insight: str
    title: str
    relation: Literal["resembles", "causes", "caused_by"]
    how: str
    finding: str | None


class Cause(_Object):
    """An insight as ranked."""

    insight: str
    title: str
    severity: Severity
    provenance: str
    base: str
    probability: Probability
    confidence: Literal["certain", "likely", "possible", "unlikely"]
    versions: list[str]
    evidence: list[Evidence]
    against: list[Evidence]
    missing: list[MissingFinding]
    because: str
    what: str
    checks: list[Command]
    no_checks: str | None
    fixes: list[Command]
    no_fixes: str | None
    references: list[str]
    sources: list[Source]
    related: list[Related]
    escalate: str


class Incident(_Object):
    """Abnormal records that say the same."""

    id: str
    count: int
    first: str | None
    last: str | None
    source: str
    lines: Annotated[list[int], Field(min_length=2, max_length=2)]
    exception: str | None
    text: str
    chain: list[str]
    signatures: list[str]
    unexplained: bool


class RuledOut(_Object):
    """An insight that cannot be the cause."""

    insight: str
    title: str
    reason: str


class Suppressed(_Object):
    """What the project file says is known, and without which this would be another result.

    It names an insight or a finding; the other is null.
    """

    insight: str | None
    finding: str | None
    reason: str
    until: str
    """Last day on which it holds, as an ISO date."""


class Unexplained(_Object):
    """An abnormal line that nothing in the base explains."""

    source: str
    line: int
    text: str
    count: int


class Answer(_Object):
    """One answer to a question and where it leads."""

    answer: str
    then: str


class Besides(_Object):
    """A finding that the same look answers as well."""

    finding: str
    text: str


class NextCheck(_Object):
    """A question whose answer would tell the causes apart."""

    id: str
    question: str
    command: str | None
    effect: str
    cost_s: int
    gain_bits: float
    outcomes: list[Answer]
    also: list[Besides]


class Host(_Object):
    """What the logs of one host of a fleet say."""

    host: str
    files: int
    verdict: Verdict
    insight: str | None
    title: str | None
    probability: Probability
    confidence: str | None
    since: str | None
    unread: list[str]


class Result(_Object):
    """What ``diagnose --json`` prints."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    command: Literal["diagnose", "probe"]
    tool: Tool
    kb: Base
    input: Input
    verdict: Verdict
    causes: list[Cause]
    unknown_probability: Probability
    together: list[str]
    incidents: list[Incident]
    ruled_out: list[RuledOut]
    suppressed: list[Suppressed]
    partial: bool
    unexplained: list[Unexplained]
    next_checks: list[NextCheck]
    notes: list[str]
    hosts: list[Host] | None = None


class Neighbour(_Object):
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


class Pointed(_Object):
    """An insight that the entity is joined to."""

    insight: str
    title: str
    severity: Severity
    relation: str
    strength: str | None


class Member(_Object):
    """An entity that a page lists."""

    kind: str
    id: str
    text: str


class Explanation(_Object):
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
