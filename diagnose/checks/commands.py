"""Commands as they are shown: filled from the evidence, quoted for the shell, fit for the version."""

from __future__ import annotations

from kb.named import NamedTuple
from kb.pattern import lazy
from kb.rows import StepRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kb.index import CommandRow, Index

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

_HOLE = lazy(r"\{([a-z][a-z0-9_]*)\}")

NO_STEP = StepRow()
"""What is said of a command that stands for itself."""


class Filled(NamedTuple):
    """One command, ready to be shown."""

    id: str
    kind: str
    language: str
    argv: tuple[str, ...]
    text: str
    filled: bool
    placeholders: tuple[tuple[str, ...], ...]
    """(name, type, what it is, value or empty)."""
    effect: str
    risk: str
    risk_note: str
    privileges: str
    where: str
    versions: str
    replaced_by: tuple[tuple[str, ...], ...]
    purpose: str
    why: str
    confirms: str
    refutes: str
    outcomes: tuple[tuple[str, ...], ...]
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
    not look like what it is, nor one that holds a secret, as commands are shown and saved.
    """
    import re  # noqa: PLC0415 (only where there is a value)

    from diagnose.redact import redact  # noqa: PLC0415

    plain = value.isprintable() and value == value.strip() and not value.startswith("-")
    fits = plain and re.fullmatch(_VALID.get(kind, r"(?!)"), value) is not None
    return fits and redact(value) == value


def known(kind: str, text: str, captured: Mapping[str, Sequence[str]]) -> str:
    """Return the only value of a type that the evidence names, if it can stand in a command.

    Two candidates would be a guess.

    Args:
        kind: type of placeholder.
        text: of the command.
        captured: type of placeholder -> values named in the evidence.

    Returns:
        The value, or nothing.
    """
    values = {value for value in captured.get(kind, ()) if is_valid(kind, value)}
    value = values.pop() if len(values) == 1 else ""
    return value if value and _fits(value, text) else ""


def for_insight(
    index: Index,
    insight: str,
    role: str,
    captured: Mapping[str, Sequence[str]],
    seen: Sequence[str],
) -> tuple[Filled, ...]:
    """Return the checks or fixes of an insight, in order, that exist on the versions seen.

    Args:
        index: the base.
        insight: its id.
        role: ``checks`` or ``fixes``.
        captured: type of placeholder -> values named in the evidence.
        seen: versions named in the evidence; empty = unknown, then all commands are kept.
    """
    found: dict[str, Filled] = {}
    for command, step in index.steps(insight, role):
        fits = _current(index, command, seen) if exists(step.versions, seen) else None
        if fits is not None and fits.id not in found:
            found[fits.id] = fill(fits, captured, step)
    return tuple(found.values())


def exists(window: str, seen: Sequence[str]) -> bool:
    """Say whether what a window of versions has is there on one of those seen, as far as known."""
    if not window or not seen:
        return True
    from kb import versions  # noqa: PLC0415 (only where a version is known)

    spans = [span for text in seen if (span := versions.parse(text)) is not None]
    return not spans or any(versions.allows(window, span) for span in spans)


def _current(index: Index, command: CommandRow, seen: Sequence[str]) -> CommandRow | None:
    """Return the command itself, or what replaces it on the versions seen."""
    if exists(command.versions, seen):
        return command
    for replacement, window in command.replaced_by:
        if exists(window, seen):
            return index.command(replacement)
    return None


def fill(
    command: CommandRow, captured: Mapping[str, Sequence[str]], step: StepRow = NO_STEP
) -> Filled:
    """Return a command with its placeholders filled where the evidence names exactly one value."""
    values = {name: known(kind, command.text, captured) for name, kind, _ in command.holes}
    return Filled(
        id=command.id,
        kind=command.kind,
        language=command.language,
        argv=tuple(put(part, values) for part in command.argv),
        text=put(command.text, {name: _quoted(value) for name, value in values.items() if value}),
        filled=all(values.values()),
        placeholders=tuple((*hole, values[hole[0]]) for hole in command.holes),
        effect=command.effect,
        risk=command.risk,
        risk_note=command.risk_note,
        privileges=command.privileges,
        where=command.where,
        versions=step.versions or command.versions,
        replaced_by=command.replaced_by,
        purpose=command.purpose,
        why=step.why,
        confirms=step.confirms,
        refutes=step.refutes,
        outcomes=command.outcomes,
        expect=put(command.expect, values),
        verify=put(step.verify or command.verify, values),
        rollback=put(step.rollback or command.rollback, values),
        mitigates=step.mitigates,
        cost_s=command.cost_s,
        note=command.note,
    )


def _quoted(value: str) -> str:
    import shlex  # noqa: PLC0415 (only where there is a value)

    return shlex.quote(value)


def told_together(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return rows of an answer and what follows from it; answers with one consequence share a row.

    As in ``500, 502 or 503``, where the first of them stands.
    """
    answers: dict[tuple[str, ...], list[str]] = {}
    for answer, *follows in rows:
        answers.setdefault(tuple(follows), []).append(answer)
    return [
        (" or ".join(filter(None, (", ".join(said[:-1]), said[-1]))), *follows)
        for follows, said in answers.items()
    ]


def put(text: str, values: Mapping[str, str]) -> str:
    """Return a text with the placeholders filled whose value is known.

    They are filled in one pass, so that no value is read as a placeholder itself.
    """
    if not any(values.values()):
        return text
    return _HOLE.sub(lambda found: values.get(found[1]) or found[0], text)


def _fits(value: str, text: str) -> bool:
    """A value that needs quotes cannot stand in a command that has quotes of its own."""
    return _quoted(value) == value or not ("'" in text or '"' in text)
