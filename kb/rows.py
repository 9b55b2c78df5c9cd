"""What is read from the index: one named tuple for each kind of row."""

from __future__ import annotations

from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class InsightRow(NamedTuple):
    """What ranking needs to know of an insight."""

    id: str
    title: str
    severity: str
    because: str
    prior: float
    informs: bool
    windows: tuple[str, ...]
    """Specifiers of the versions on which it is possible; empty = all."""
    unless: tuple[str, ...]
    """Findings of which one shows that it is possible on every version."""
    reason: str
    """Said when a version rules it out."""
    base: str


class FindingRow(NamedTuple):
    """What ranking needs to know of a signature, symptom or fact."""

    id: str
    kind: str
    text: str
    leak: float
    group: str
    question: str


class Open(NamedTuple):
    """A finding that can be asked for, with all insights on which it bears."""

    id: str
    kind: str
    leak: float
    group: str
    cost_s: int
    name: str
    """Name of the value that it compares; empty = it is no fact."""
    likely: dict[str, float]
    """Insight on which it bears -> P(it is so | the insight alone)."""


class SignatureRow(NamedTuple):
    """What matching needs to know of a signature."""

    id: str
    text: str
    normal: str
    constant: str
    """Normal form of what does not vary."""
    template: str
    must: tuple[str, ...]
    near: tuple[str, ...]
    exception: str
    versions: str
    marks: str
    number: int


class FactRow(NamedTuple):
    """A comparison that makes a value a finding."""

    id: str
    name: str
    op: str
    value: str


class Expression(NamedTuple):
    """A regular expression, and a piece of every text that it matches, as `kb.text.fold` gives it."""

    pattern: str
    needs: str


class Scope(NamedTuple):
    """How texts show what product and version they are about, and which values they name."""

    ours: tuple[str, ...]
    foreign: dict[str, tuple[str, ...]]
    versions: list[Expression]
    generations: list[Expression]
    captures: dict[str, list[Expression]]
    starts: list[Expression]
    ends: list[Expression]


class Edge(NamedTuple):
    """One typed edge; ``weight`` is a probability or a factor on the odds, by kind."""

    source: str
    target: str
    kind: str
    weight: float
    provenance: str
    why: str
    via: str = ""
    """The finding that tells look-alikes apart, or the versions of a step."""


class Observer(NamedTuple):
    """What the choice of a command needs to know of it."""

    id: str
    versions: str
    cost_s: int
    privileges: str


class CommandRow(NamedTuple):
    """A command as it is shown, with holes."""

    id: str
    kind: str
    language: str
    text: str
    argv: tuple[str, ...]
    purpose: str
    holes: tuple[tuple[str, ...], ...]
    """(name, type, what it is) of each placeholder."""
    effect: str
    risk: str
    risk_note: str
    privileges: str
    where: str
    versions: str
    replaced_by: tuple[tuple[str, ...], ...]
    """(command, versions)."""
    cost_s: int
    outcomes: tuple[tuple[str, ...], ...]
    """(answer, what it means, finding or empty, its state)."""
    expect: str
    verify: str
    rollback: str
    note: str


class StepRow(NamedTuple):
    """What an insight says of a command that is a check or a fix of it; empty = nothing."""

    versions: str = ""
    why: str = ""
    confirms: str = ""
    refutes: str = ""
    verify: str = ""
    rollback: str = ""
    mitigates: bool = False


class Account(NamedTuple):
    """What is told of an insight beside its ranking."""

    provenance: str
    what: str
    no_checks: str
    no_fixes: str
    escalate: str
    references: tuple[str, ...]
    sources: tuple[tuple[str, ...], ...]
    """(URL, what it says, when it was seen)."""


class Entity(NamedTuple):
    """Any entity with its whole record, as written in the base."""

    id: str
    kind: str
    text: str
    base: str
    record: dict[str, Any]
