"""The source form of the knowledge base: what one YAML document may say, validated by pydantic.

Every class is frozen and refuses unknown keys. Ids are kebab-case and unique over all kinds.
Lists of edges are kept on the entity that owns the judgement (an insight lists what indicates
it), so that one reviewable file holds one judgement.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Story = Annotated[str, StringConstraints(min_length=1, max_length=800)]
Specifier = Annotated[
    str, StringConstraints(pattern=r"^(\s*(<|<=|>|>=|==|!=)\s*[0-9][0-9a-z.]*\s*,?)+$")
]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=400)]
Provenance = Literal["document", "researched", "guess"]
Strength = Literal["almost-always", "often", "sometimes", "rarely"]
Specificity = Literal["unique", "specific", "shared", "common", "generic"]
Severity = Literal["critical", "warning", "info"]
State = Literal["present", "absent"]


class Model(BaseModel):
    """Base of all documents: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Entity(Model):
    """What every entity has. ``extends``/``overrides``/``disabled`` are for overlays only."""

    id: Id
    provenance: Provenance = "researched"
    note: Text | None = None
    extends: bool = False
    overrides: bool = False
    disabled: bool = False

    @property
    def label(self) -> str:
        """What stands for the entity in lists: its title, text or name."""
        for name in ("title", "text", "name"):
            if isinstance(value := getattr(self, name, None), str):
                return value
        return self.id


class Source(Model):
    """A URL with what it says (in our words) and when it was last seen."""

    url: Url
    says: Text
    seen: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] = "2026-11-23"


class Metric(Entity):
    """The metric a page is about."""

    name: Words
    title: Words
    dimensions: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...]


class Interface(Model):
    """How a metric is read: native, Prometheus, Datadog; with the description, if known."""

    name: Words
    description: Text | None = None
    dimensions: tuple[str, ...] = ()
    provenance: Provenance = "document"


class Page(Entity):
    """A view: the metric it is about and the entities it lists, by id, in the page's order."""

    title: Words
    url: Url | None = None
    metric: Id
    parameters: tuple[Id, ...] = ()
    signatures: tuple[Id, ...] = ()
    commands: tuple[Id, ...] = ()
    references: tuple[Id, ...] = ()
    insights: tuple[Id, ...] = ()


class Parameter(Entity):
    """A configuration parameter; ``recommended`` is free text."""

    name: Words
    recommended: Text | None = None
    description: Text | None = None
    configures: tuple[Id, ...] = ()
    """Insights whose remedy this parameter is."""


class Reference(Entity):
    """A technical reference: component, concept, protocol, file path or a kind not yet known."""

    text: Words
    kind: Words
    description: Text | None = None
    alias_of: Id | None = None


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


class Placeholder(Model):
    """A hole in a command, its type, and where a value may come from."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    type: Literal[
        "unit",
        "pool",
        "queue",
        "name",
        "run-id",
        "deployment",
        "pid",
        "path",
        "namespace",
        "pod",
        "container",
        "host",
        "url",
        "number",
        "version",
        "text",
    ]
    describes: Words
    example: Words


class Outcome(Model):
    """One answer a command can give, recognised by exit status and output, and what it means."""

    answer: Words
    """Short label an operator can pick."""
    exit_status: tuple[int, ...] = ()
    """Any of these; empty = any status."""
    pattern: Text | None = None
    """Regular expression searched in the output (multi-line); absent = any output."""
    absent: bool = False
    """True: the pattern must not be found."""
    finding: Id | None = None
    state: State = "present"
    means: Text


class Replacement(Model):
    """The command to use instead, for the versions given."""

    command: Id
    versions: Specifier


class Command(Entity):
    """A diagnostic or remediation command, typed so that it can be filled, shown and (reads) run."""

    kind: Words
    language: Literal["shell", "sql", "python", "http", "manual"] = "shell"
    text: Text
    """What is shown and copied; ``{name}`` marks a placeholder."""
    argv: tuple[Text, ...] = ()
    """What is run, without a shell; empty when it cannot be run from here."""
    purpose: Words
    """What it tells or does, in a few words."""
    placeholders: tuple[Placeholder, ...] = ()
    effect: Literal["reads", "changes"]
    risk: Literal["none", "low", "medium", "high"]
    risk_note: Text | None = None
    privileges: Literal["none", "same-user", "root", "cluster", "docker", "api"] = "none"
    where: Literal[
        "agent-host",
        "agent-env",
        "server-host",
        "worker-node",
        "cluster",
        "container",
        "anywhere",
        "api",
    ] = "agent-host"
    versions: Specifier | None = None
    """Prefect versions it exists for; absent = any."""
    replaced_by: tuple[Replacement, ...] = ()
    cost_s: Annotated[int, Field(ge=1, le=86400)] = 20
    outcomes: tuple[Outcome, ...] = ()
    leaves_open: Words | None = None
    """Why no outcome settles a finding, or none says that it is absent."""
    expect: Text | None = None
    """What a good answer looks like."""
    verify: Text | None = None
    rollback: Text | None = None


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


class Case(Model):
    """A sample that proves the knowledge: an input and what must, or must not, come out."""

    id: Id
    kind: Literal["positive", "near-miss", "foreign"]
    form: Literal["words", "error", "log", "mixed"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=40000)]
    given: tuple[Words, ...] = ()
    """Answers given beside the text: ``symptom=ID``, ``no-symptom=ID``, ``fact NAME=VALUE``,
    ``prefect-version=V``."""
    instead: Id | None = None
    """For a near miss: the insight it really is, when the base has it."""
    held_out: bool = False
    """Never looked at while tuning; reported apart."""
    note: Words | None = None


class Lexicon(Model):
    """Words of the trade: what means the same, what can be dropped, what is out of scope."""

    synonyms: dict[str, tuple[str, ...]]
    """Canonical term -> words and phrases that mean it."""
    stop: tuple[str, ...]
    negations: tuple[str, ...]
    contrasts: tuple[str, ...]
    ours: tuple[str, ...]
    """Words that show the text is about this base's products."""
    foreign: dict[str, tuple[str, ...]]
    """Other product -> words that show the text is about it."""
    versions: tuple[Text, ...] = ()
    """Expressions whose first group is the product's version, as logs and people write it."""
    generations: tuple[Text, ...] = ()
    """The same for what only people write ("prefect 2"); not looked for in program output."""
    captures: dict[str, tuple[Text, ...]] = {}
    """Type of placeholder -> expressions whose first group is a value for it."""
    starts: tuple[Text, ...] = ()
    """Expressions on ``logger: message`` of supervisors' lines that begin a process's life."""
    ends: tuple[Text, ...] = ()
    """The same for lines that end one."""


Metric.model_rebuild()

KINDS: dict[str, type[Entity]] = {
    "page": Page,
    "metric": Metric,
    "parameter": Parameter,
    "reference": Reference,
    "signature": Signature,
    "symptom": Symptom,
    "fact": Fact,
    "command": Command,
    "insight": Insight,
}
"""Kind of an entity -> its class; the order is the order of listings."""
