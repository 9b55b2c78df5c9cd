"""Commands as they are shown: filled from the evidence, quoted for the shell, fit for the version."""

from __future__ import annotations

import re

from kb import versions
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from kb.index import Entity, Index

_NAME = r"[A-Za-z0-9][A-Za-z0-9 _.:@/+-]{0,199}"
_VALID = {
    "unit": r"[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,254}",
    "pool": _NAME,
    "queue": _NAME,
    "name": _NAME,
    "run-id": r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    "deployment": r"[A-Za-z0-9][\w .:@+-]{0,199}/[A-Za-z0-9][\w .:@+-]{0,199}",
    "pid": r"[1-9][0-9]{0,9}",
    "path": r"(?:/|[A-Za-z]:[\\/]|~/|\./)?[\w .@+~/\\-]{1,1000}",
    "namespace": r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    "pod": r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?",
    "container": r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}",
    "host": r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?",
    "url": r"https?://[A-Za-z0-9][^\s'\"`$;|&<>\\@]{0,400}",
    "number": r"[0-9]{1,12}(?:\.[0-9]{1,6})?",
    "version": r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}",
    "text": r"[\w .:@/+=,-]{1,200}",
}
"""Type of placeholder -> what a value may look like; anything else is not filled in."""


class Filled(NamedTuple):
    """One command, ready to be shown."""

    id: str
    kind: str
    language: str
    argv: tuple[str, ...]
    text: str
    filled: bool
    placeholders: tuple[tuple[str, str, str, str], ...]
    """(name, type, what it is, value or empty)."""
    effect: str
    risk: str
    risk_note: str
    privileges: str
    where: str
    versions: str
    replaced_by: tuple[tuple[str, str], ...]
    purpose: str
    why: str
    confirms: str
    refutes: str
    outcomes: tuple[tuple[str, str, str, str], ...]
    """(answer, what it means, finding or empty, its state)."""
    expect: str
    verify: str
    rollback: str
    mitigates: bool
    cost_s: int
    note: str


def is_valid(kind: str, value: str) -> bool:
    """Say whether a value is what a placeholder of this type can take.

    One that begins with a dash would be read as an option, so it never is; nor is one that does
    not look like what it is.
    """
    plain = value.isprintable() and value == value.strip() and not value.startswith("-")
    return plain and re.fullmatch(_VALID.get(kind, r"(?!)"), value) is not None


def for_insight(
    index: Index,
    record: Mapping[str, Any],
    role: str,
    captured: Mapping[str, Sequence[str]],
    seen: Sequence[str],
) -> tuple[Filled, ...]:
    """Return the checks or fixes of an insight, in order, that exist on the versions seen.

    Args:
        index: the base.
        record: the insight's record.
        role: ``checks`` or ``fixes``.
        captured: type of placeholder -> values named in the evidence.
        seen: versions named in the evidence; empty = unknown, then all commands are kept.
    """
    found: list[Filled] = []
    for step in record.get(role, ()):
        entity = index.entity(step["command"])
        if entity is None or not _exists(step.get("versions"), seen):
            continue
        entity = _current(index, entity, seen)
        if entity is not None and entity.id not in {command.id for command in found}:
            found.append(fill(entity, step, captured))
    return tuple(found)


def _exists(window: str | None, seen: Sequence[str]) -> bool:
    spans = [span for text in seen if (span := versions.parse(text)) is not None]
    return not window or not spans or any(versions.allows(window, span) for span in spans)


def _current(index: Index, entity: Entity, seen: Sequence[str]) -> Entity | None:
    """Return the command itself, or what replaces it on the versions seen."""
    if _exists(entity.record.get("versions"), seen):
        return entity
    for replacement in entity.record.get("replaced_by", ()):
        if _exists(replacement["versions"], seen):
            return index.entity(replacement["command"])
    return None


def fill(entity: Entity, step: Mapping[str, Any], captured: Mapping[str, Sequence[str]]) -> Filled:
    """Return a command with its placeholders filled where the evidence names exactly one value."""
    record = entity.record
    holes = record.get("placeholders", ())
    text: str = record["text"]
    values = {hole["name"]: _value(hole["type"], captured) for hole in holes}
    values = {name: value if value and _fits(value, text) else "" for name, value in values.items()}

    def said(key: str) -> str:
        return _put(step.get(key) or record.get(key) or "", values)

    return Filled(
        id=entity.id,
        kind=record["kind"],
        language=record.get("language", "shell"),
        argv=tuple(_put(part, values) for part in record.get("argv", ())),
        text=_put(text, {name: _quoted(value) for name, value in values.items() if value}),
        filled=all(values.values()),
        placeholders=tuple(
            (h["name"], h["type"], h["describes"], values[h["name"]]) for h in holes
        ),
        effect=record["effect"],
        risk=record["risk"],
        risk_note=record.get("risk_note") or "",
        privileges=record.get("privileges", "none"),
        where=record.get("where", "agent-host"),
        versions=step.get("versions") or record.get("versions") or "",
        replaced_by=tuple((r["command"], r["versions"]) for r in record.get("replaced_by", ())),
        purpose=record["purpose"],
        why=step.get("why") or "",
        confirms=step.get("confirms") or "",
        refutes=step.get("refutes") or "",
        outcomes=tuple(
            (o["answer"], o["means"], o.get("finding") or "", o.get("state", "present"))
            for o in record.get("outcomes", ())
        ),
        expect=said("expect"),
        verify=said("verify"),
        rollback=said("rollback"),
        mitigates=bool(step.get("mitigates")),
        cost_s=record.get("cost_s", 20),
        note=record.get("note") or "",
    )


def _quoted(value: str) -> str:
    import shlex  # noqa: PLC0415 (only where there is a value)

    return shlex.quote(value)


def _put(text: str, values: Mapping[str, str]) -> str:
    """Return a text with the placeholders filled whose value is known."""
    for name, value in values.items():
        if value:
            text = text.replace(f"{{{name}}}", value)
    return text


def _fits(value: str, text: str) -> bool:
    """A value that needs quotes cannot stand in a command that has quotes of its own."""
    return _quoted(value) == value or not ("'" in text or '"' in text)


def _value(kind: str, captured: Mapping[str, Sequence[str]]) -> str:
    """Return the only value of a type, or nothing: two candidates would be a guess."""
    values = [value for value in captured.get(kind, ()) if is_valid(kind, value)]
    return values[0] if len(values) == 1 else ""
