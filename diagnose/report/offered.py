"""The words for commands: as text with holes, by effect and risk, and which of them comes next."""

from __future__ import annotations

from diagnose.report.plain import lines_of
from kb.pattern import DOTALL, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnose.checks.commands import Filled
    from diagnose.result import Cause, Diagnosis
    from kb.index import Entity

_WHERE = {
    "agent-host": "on the agent's host",
    "agent-env": "in the agent's environment",
    "server-host": "on the server's host",
    "worker-node": "on the worker's node",
    "cluster": "with access to the cluster",
    "container": "in the container",
    "anywhere": "from anywhere",
    "api": "through the API",
}
_PRIVILEGES = {
    "none": "",
    "same-user": ", as the agent's user",
    "root": ", as root",
    "cluster": ", with access to the cluster",
    "docker": ", with access to Docker",
    "api": ", with access to the API",
}

_SENTENCE = lazy(r"[A-Z][a-z]+ .*[.)]$", DOTALL)


def command_text(command: Filled) -> str:
    """Return the command as it is shown: holes that were not filled stand as ``<name>``."""
    return said(command, command.text).rstrip("\n")


def said(command: Filled, text: str) -> str:
    """Return a text about a command with its holes filled as in the command."""
    for name, _, _, value in command.placeholders:
        text = text.replace(f"{{{name}}}", value or f"<{name}>")
    return "\n".join(lines_of(text))


def with_holes(entity: Entity) -> str:
    """Return the text of an entity; the holes of a command stand as ``<name>``."""
    text = entity.text
    for hole in entity.record.get("placeholders", ()):
        text = text.replace(f"{{{hole['name']}}}", f"<{hole['name']}>")
    return text


def holes(command: Filled) -> list[tuple[str, str]]:
    """Return (``<name>``, what it is) for each hole that was not filled."""
    return [(f"<{name}>", what) for name, _, what, value in command.placeholders if not value]


def is_prose(command: Filled) -> bool:
    """Say whether a command is a sentence for a person rather than something to paste."""
    return command.language == "manual" and _SENTENCE.match(command.text) is not None


def effect(command: Filled) -> str:
    """Return ``reads`` or ``CHANGES`` with risk, versions and the place to run it."""
    parts = ["reads"] if command.effect == "reads" else ["CHANGES", f"risk {command.risk}"]
    if command.mitigates and command.effect == "changes":
        parts.append("relieves for now")
    if command.versions:
        parts.append(f"versions {command.versions}")
    return ", ".join([*parts, _WHERE.get(command.where, command.where)])


def privileges(command: Filled) -> str:
    """Return what the command needs beyond a plain user, to be added to `effect`; or nothing."""
    return _PRIVILEGES.get(command.privileges, f", needs {command.privileges}")


def answered(command: Filled, cause: Cause) -> bool:
    """Say whether what a check would find is already known."""
    known = {proof.finding for proof in (*cause.evidence, *cause.against)}
    return any(finding in known for _, _, finding, _ in command.outcomes)


def next_check(cause: Cause) -> Filled | None:
    """Return the first reading check whose answer is not known yet, or else the first."""
    reading = [command for command in cause.checks if command.effect == "reads"]
    fresh = [command for command in reading if not answered(command, cause)]
    return next(iter(fresh or reading), None)


def command_of(diagnosis: Diagnosis, command_id: str) -> Filled | None:
    """Return a command by id if a next check or a cause of the diagnosis carries it."""
    return next((command for command in _carried(diagnosis) if command.id == command_id), None)


def _carried(diagnosis: Diagnosis) -> Iterator[Filled]:
    for question in diagnosis.next_checks:
        if question.run is not None:
            yield question.run
    for cause in diagnosis.causes:
        yield from cause.checks
        yield from cause.fixes
