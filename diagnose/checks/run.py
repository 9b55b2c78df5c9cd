"""Planning a check: what exactly would run, where, and whether it may be run from here.

A command runs only when it reads, has an argument vector, every placeholder has a value that fits
its type, and it exists on the versions seen. Whoever calls asks first: `Plan.lines` says exactly
what would run and where.
"""

from __future__ import annotations

import os
import platform
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.checks.commands import is_valid, known, put
from diagnose.checks.own import is_own
from diagnose.errors import UsageError
from diagnose.lookup import nearest, unknown_id
from kb import versions
from kb.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.index import Entity, Index

PLACES = {
    "agent-host": "the host of the agent or worker",
    "agent-env": "the environment of the agent or worker (its interpreter and settings)",
    "server-host": "the host of the Prefect server",
    "worker-node": "the node on which the work runs",
    "cluster": "a machine with access to the cluster",
    "container": "inside the agent's container",
    "anywhere": "any machine",
    "api": "any machine that reaches the Prefect API",
}


class Plan(NamedTuple):
    """A command with its values, and whether it can be run from here."""

    command: str
    kind: str
    purpose: str
    argv: tuple[str, ...]
    """With all values filled in; empty when it is only shown."""
    shown: str
    """Quoted for a POSIX shell; unfilled placeholders stand as ``<name>``."""
    where: str
    effect: str
    risk: str
    privileges: str
    unfilled: tuple[tuple[str, str, str], ...]
    """(name, what it is, example)."""
    refused: str
    """Why it is not run from here; empty when it may be."""
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return what a person must read before saying yes, in plain lines."""
        found = [f"{self.purpose}", f"command: {self.shown}"]
        if not self.refused:
            found.append(f"would run here: {here()}")
        found.append(f"meant for: {self.where}")
        if self.privileges != "none":
            found.append(f"needs: {self.privileges}")
        return [*found, *self.notes]


def plan(
    index: Index,
    command_id: str,
    values: Mapping[str, str],
    captured: Mapping[str, Sequence[str]],
    seen: Sequence[str] = (),
) -> Plan:
    """Return what would be run.

    Args:
        index: the base.
        command_id: the check.
        values: placeholder -> value, from the user.
        captured: type of placeholder -> values named in the evidence; used when there is one.
        seen: versions named in the evidence.

    Raises:
        UsageError: there is no such command or placeholder, or a value does not fit its type.
    """
    entity = index.entity(command_id)
    if entity is None or entity.kind != "command":
        raise UsageError(unknown_id(index, command_id, ("command",)))
    record = entity.record
    holes = {hole["name"]: hole for hole in record.get("placeholders", ())}
    filled = _filled(command_id, record["text"], holes, values, captured)
    argv = tuple(put(str(part), filled) for part in record.get("argv", ()))
    unfilled = tuple((n, h["describes"], h["example"]) for n, h in holes.items() if n not in filled)
    quoted = {name: shlex.quote(value) for name, value in filled.items()}
    still = {name: f"<{name}>" for name, _, _ in unfilled}
    shown = shlex.join(argv) if argv and not still else put(record["text"], quoted | still)
    return Plan(
        command=entity.id,
        kind=record["kind"],
        purpose=record["purpose"],
        argv=() if unfilled else argv,
        shown=clean(shown),
        where=PLACES.get(record.get("where", "agent-host"), record.get("where", "")),
        effect=record["effect"],
        risk=record["risk"],
        privileges=record.get("privileges", "none"),
        unfilled=unfilled,
        refused=_refused(record, holes, values, unfilled)
        or _versions(entity, index, seen)
        or _not_theirs(record, index),
        notes=tuple(_said(entity, seen)),
    )


def _filled(
    command_id: str,
    text: str,
    holes: Mapping[str, Mapping[str, Any]],
    values: Mapping[str, str],
    captured: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    for name, value in values.items():
        if name not in holes:
            has = f"; it has {', '.join(holes)}" if holes else "; it has none"
            raise UsageError(f"{command_id} has no placeholder {name!r}{nearest(name, holes)}{has}")
        hole = holes[name]
        if not is_valid(hole["type"], value):
            message = f"{name}={value!r} is no {hole['type']} ({hole['describes']}, such as {hole['example']})"
            raise UsageError(message)
    named = {name: known(hole["type"], text, captured) for name, hole in holes.items()}
    return {name: value for name, value in named.items() if value} | dict(values)


def _refused(
    record: Mapping[str, Any],
    holes: Mapping[str, Mapping[str, Any]],
    values: Mapping[str, str],
    unfilled: Sequence[tuple[str, str, str]],
) -> str:
    """Return why a command is not run from here, or nothing."""
    if record["effect"] != "reads":
        return "it changes something; diagnose only shows such commands, run it yourself"
    argv = record.get("argv", ())
    if not argv:
        return f"it is no program to start ({record.get('language', 'shell')}); run it yourself and give its output to --paste"
    if unfilled:
        names = ", ".join(f"{name} ({describes})" for name, describes, _ in unfilled)
        return f"no value is known for {names}; give --set NAME=VALUE"
    named = [name for name in holes if f"{{{name}}}" in str(argv[0])]
    if any(name not in values for name in named):
        return (
            f"which program it starts would come from a log; give --set {named[0]}=VALUE yourself"
        )
    return ""


def _not_theirs(record: Mapping[str, Any], index: Index) -> str:
    """Return why what would answer here is not the environment that is asked about, or nothing."""
    program = str(record["argv"][0])
    if record.get("where") != "agent-env" or not is_own(program, index.scope().ours):
        return ""
    return (
        f"{program} here is of diagnose's own environment, which is not the agent's;"
        " activate that one, or run it there and give its output to --paste"
    )


def _versions(entity: Entity, index: Index, seen: Sequence[str]) -> str:
    """Return why the command does not fit the versions seen, with its replacement, or nothing."""
    window = entity.record.get("versions")
    spans = [span for text in seen if (span := versions.parse(text)) is not None]
    if not window or not spans or any(versions.allows(window, span) for span in spans):
        return ""
    instead = [
        replacement["command"]
        for replacement in entity.record.get("replaced_by", ())
        if any(versions.allows(replacement["versions"], span) for span in spans)
        and index.entity(replacement["command"]) is not None
    ]
    hint = f"; instead: {instead[0]}" if instead else ""
    return f"it exists for Prefect {window}, and the version seen is {', '.join(seen)}{hint}"


def _said(entity: Entity, seen: Sequence[str]) -> list[str]:
    record = entity.record
    notes = []
    if record.get("versions") and not seen:
        notes.append(f"exists for Prefect {record['versions']}; the version here is not known")
    if record["risk"] != "none" and record.get("risk_note"):
        notes.append(f"risk {record['risk']}: {record['risk_note']}")
    if record.get("expect"):
        notes.append(f"a good answer: {record['expect']}")
    return [" ".join(note.split()) for note in notes]


def here() -> str:
    """Return where a command would run: user, host and folder."""
    user = os.environ.get("USER") or os.environ.get("USERNAME") or "this user"
    try:
        folder = os.getcwd()  # noqa: PTH109 (a text, not a path)
    except OSError:
        folder = "a folder that is gone"
    return f"{user}@{platform.node() or 'this host'}, in {folder}"
