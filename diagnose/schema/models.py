"""The JSON of the public contract as pydantic models, from which its JSON Schemas are made.

Nothing that answers a user imports this module; `diagnose.report.data` writes the same keys.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from diagnose.schema.shared import Base, Command, Object, Severity, Source, State, Tool

Probability = Annotated[float, Field(ge=0, le=1)]
Effect = Annotated[float, Field(ge=-99, le=99)]
Verdict = Literal["established", "ambiguous", "weak", "nothing_known", "out_of_scope"]


class NamedValue(Object):
    """A fact as given."""

    name: str
    value: str


class Input(Object):
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


class Place(Object):
    """Where a finding was seen; line 0 when it has no place."""

    source: str
    line: int
    span: Annotated[list[int], Field(min_length=2, max_length=2)]


class Evidence(Object):
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


class MissingFinding(Object):
    """A finding that would raise a cause and is not known."""

    finding: str
    kind: str
    text: str
    question: str | None
    raises_to: Probability


class Related(Object):
    """A neighbour among the insights."""

    insight: str
    title: str
    relation: Literal["resembles", "causes", "caused_by"]
    how: str
    finding: str | None


class Cause(Object):
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


class Incident(Object):
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


class RuledOut(Object):
    """An insight that cannot be the cause."""

    insight: str
    title: str
    reason: str


class Suppressed(Object):
    """What the project file says is known, and without which this would be another result.

    It names an insight or a finding; the other is null.
    """

    insight: str | None
    finding: str | None
    reason: str
    until: str
    """Last day on which it holds, as an ISO date."""


class Unexplained(Object):
    """An abnormal line that nothing in the base explains."""

    source: str
    line: int
    text: str
    count: int


class Answer(Object):
    """One answer to a question and where it leads."""

    answer: str
    then: str


class Besides(Object):
    """A finding that the same look answers as well."""

    finding: str
    text: str


class NextCheck(Object):
    """A question whose answer would tell the causes apart."""

    id: str
    question: str
    command: str | None
    effect: str
    cost_s: int
    gain_bits: float
    outcomes: list[Answer]
    also: list[Besides]


class Host(Object):
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


class Result(Object):
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
