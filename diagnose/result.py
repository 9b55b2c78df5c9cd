"""The diagnosis: what every front end shows. Field names are those of the JSON contract."""

from __future__ import annotations

from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from diagnose.asking.questions import Question
    from diagnose.checks.commands import Filled
    from diagnose.reading.incidents import Incident
    from diagnose.suppress import Suppression


class Where(NamedTuple):
    """Where something was seen."""

    source: str
    line: int
    span: tuple[int, int]


class Proof(NamedTuple):
    """One finding in its bearing on one cause."""

    finding: str
    kind: str
    state: str
    effect: float
    """Change of the cause's log-odds when this finding alone is left out."""
    where: Where
    text: str
    matched: str
    how: str
    score: float
    differs: str
    count: int  # type: ignore[assignment]  # the contract's word hides tuple.count
    why: str


class Missing(NamedTuple):
    """A finding that would raise a cause, and is not known."""

    finding: str
    kind: str
    text: str
    question: str
    raises_to: float
    """Posterior of the cause if it were present, other causes as they are."""


class Related(NamedTuple):
    """A neighbour of a cause in the graph of insights."""

    insight: str
    title: str
    relation: str
    """``resembles``, ``causes`` or ``caused_by``."""
    how: str
    finding: str
    """The finding that tells look-alikes apart."""


class SourceOf(NamedTuple):
    """A URL with what it says."""

    url: str
    says: str
    seen: str


class Cause(NamedTuple):
    """An insight as ranked in a diagnosis."""

    insight: str
    title: str
    severity: str
    provenance: str
    base: str
    probability: float
    confidence: str
    versions: tuple[str, ...]
    because: str
    what: str
    evidence: tuple[Proof, ...]
    against: tuple[Proof, ...]
    missing: tuple[Missing, ...]
    checks: tuple[Filled, ...]
    fixes: tuple[Filled, ...]
    no_checks: str
    no_fixes: str
    references: tuple[str, ...]
    sources: tuple[SourceOf, ...]
    related: tuple[Related, ...]
    escalate: str


class RuledOut(NamedTuple):
    """An insight that cannot be the cause, and why."""

    insight: str
    title: str
    reason: str


class Unexplained(NamedTuple):
    """An abnormal line that no signature of the base explains."""

    source: str
    line: int
    text: str
    count: int  # type: ignore[assignment]  # the contract's word hides tuple.count


class InputSummary(NamedTuple):
    """What was given and how much of it was read."""

    errors: tuple[str, ...]
    logs: tuple[str, ...]
    symptoms: tuple[str, ...]
    no_symptoms: tuple[str, ...]
    unknown_symptoms: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    prefect_version: str
    versions_seen: tuple[str, ...]
    lines_read: int
    bytes_read: int
    events: int
    last_event: str
    truncated: bool


class HostResult(NamedTuple):
    """What the logs of one host say."""

    host: str
    files: int
    verdict: str
    insight: str
    """The most probable cause where one is likely, else empty."""
    title: str
    probability: float
    confidence: str
    since: float | None
    """When the first incident was that speaks for it, seconds since the epoch."""
    unread: tuple[str, ...]
    """Which files could not be read, and why."""


FOUND = ("established", "ambiguous")
"""Verdicts that name causes to act on."""

LIKELY = ("certain", "likely", "possible")
"""Confidence of the causes to act on."""


class Diagnosis(NamedTuple):
    """The result of one run."""

    bases: tuple[str, ...]
    pages: tuple[str, ...]
    insights: int
    digest: str
    input: InputSummary
    verdict: str
    causes: tuple[Cause, ...]
    unknown_probability: float
    together: tuple[str, ...]
    incidents: tuple[Incident, ...]
    ruled_out: tuple[RuledOut, ...]
    partial: bool
    unexplained: tuple[Unexplained, ...]
    next_checks: tuple[Question, ...]
    notes: tuple[str, ...]
    suppressed: tuple[Suppression, ...] = ()
    """Suppressions of the project file without which this would be another result."""
    hosts: tuple[HostResult, ...] = ()
    """What the logs of each host say; of a fleet only."""

    @property
    def found(self) -> bool:
        """There is at least one likely cause."""
        return self.verdict in FOUND

    @property
    def likely(self) -> tuple[Cause, ...]:
        """The causes to act on, the most probable first."""
        return tuple(c for c in self.causes if c.confidence in LIKELY) if self.found else ()
