"""Commands: typed, with their holes, their risk, and what each answer means."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kb.model.base import Entity, Id, Model, Specifier, State, Text, Words


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
