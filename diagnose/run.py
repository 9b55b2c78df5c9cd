"""Running a check: one reading command, after consent, without a shell.

A command runs only when it reads, has an argument vector, every placeholder has a value that fits
its type, and it exists on the versions seen. Whoever calls asks first: `Plan.lines` says exactly
what would run and where.
"""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from diagnose.collect import nearest, unknown_id
from diagnose.commands import is_valid
from diagnose.errors import UsageError
from kb import versions
from kb.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.index import Entity, Index

TIMEOUT = 60.0
"""Seconds a check may take unless more is asked for."""

MOST_BYTES = 1024 * 1024
"""Bytes of output that are read; a command that writes more is stopped."""

GRACE = 2.0
"""Seconds between the request to end and the end by force."""

_BY_FORCE = getattr(signal, "SIGKILL", signal.SIGTERM)
_BATCH = (".bat", ".cmd")
"""Files that Windows runs through its shell, which would read arguments as commands."""

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
    """Quoted for a POSIX shell; unfilled placeholders stand as ``{name}``."""
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


class Output(NamedTuple):
    """What a command that was run gave back."""

    exit_status: int | None
    """None when it was stopped; negative for a signal on POSIX."""
    text: str
    seconds: float
    timed_out: bool
    truncated: bool
    failed: str
    """Why it could not be started, or empty."""


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
    filled = _filled(command_id, holes, values, captured)
    argv = tuple(_put(str(part), filled) for part in record.get("argv", ()))
    shown = shlex.join(argv) if argv else _put(record["text"], {k: shlex.quote(v) for k, v in filled.items()})
    unfilled = tuple((n, h["describes"], h["example"]) for n, h in holes.items() if n not in filled)
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
        refused=_refused(record, holes, values, unfilled, _versions(entity, index, seen)),
        notes=tuple(_said(entity, seen)),
    )


def _filled(
    command_id: str,
    holes: Mapping[str, Mapping[str, Any]],
    values: Mapping[str, str],
    captured: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    for name, value in values.items():
        if name not in holes:
            known = f"; it has {', '.join(holes)}" if holes else "; it has none"
            raise UsageError(f"{command_id} has no placeholder {name!r}{nearest(name, holes)}{known}")
        hole = holes[name]
        if not is_valid(hole["type"], value):
            message = f"{name}={value!r} is no {hole['type']} ({hole['describes']}, such as {hole['example']})"
            raise UsageError(message)
    filled = dict(values)
    for name, hole in holes.items():
        found = [value for value in captured.get(hole["type"], ()) if is_valid(hole["type"], value)]
        if name not in filled and len(set(found)) == 1:
            filled[name] = found[0]
    return filled


def _put(text: str, filled: Mapping[str, str]) -> str:
    """Fill all placeholders in one pass, so that no value is read as a placeholder itself."""
    return re.sub(r"\{([a-z][a-z0-9_]*)\}", lambda m: filled.get(m[1], m[0]), text)


def _refused(
    record: Mapping[str, Any],
    holes: Mapping[str, Mapping[str, Any]],
    values: Mapping[str, str],
    unfilled: Sequence[tuple[str, str, str]],
    outdated: str,
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
        return f"which program it starts would come from a log; give --set {named[0]}=VALUE yourself"
    return outdated


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
    return f"{user}@{platform.node() or 'this host'}, in {os.getcwd()}"  # noqa: PTH109 (a text, not a path)


def execute(planned: Plan, timeout: float = TIMEOUT, limit: int = MOST_BYTES) -> Output:
    """Run a planned command, without a shell, without input, in a group of its own.

    Args:
        planned: a plan that is not refused and that the user agreed to.
        timeout: seconds after which it is stopped.
        limit: bytes of output after which it is stopped.

    Raises:
        ValueError: the plan is refused.
    """
    if planned.refused or planned.effect != "reads" or not planned.argv:
        message = f"{planned.command}: {planned.refused or 'cannot be run'}"
        raise ValueError(message)
    program = shutil.which(planned.argv[0])
    if program is None:
        return Output(None, "", 0.0, False, False, f"{planned.argv[0]} is not on the PATH here")
    if program.lower().endswith(_BATCH):
        return Output(None, "", 0.0, False, False, f"{program} is a batch file, which a shell would run")
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            [program, *planned.argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        reason = f"{planned.argv[0]} cannot be started ({error.strerror or error})"
        return Output(None, "", 0.0, False, False, reason)
    return _finished(process, started, timeout, limit)


def _finished(process: subprocess.Popen[bytes], started: float, timeout: float, limit: int) -> Output:
    data = bytearray()
    full = threading.Event()
    reader = threading.Thread(target=_read, args=(process.stdout, data, limit, full), daemon=True)
    reader.start()
    timed_out = stopped = False
    try:
        while process.poll() is None and not full.is_set() and not timed_out:
            timed_out = time.monotonic() - started > timeout
            _wait(process, reader)
    finally:  # an interruption as well: nothing that we started stays behind
        stopped = process.poll() is None
        if stopped:
            _end(process)
        reader.join(GRACE / 4)
        if reader.is_alive():  # something that it started keeps its output open
            _signal(process, _BY_FORCE)
            reader.join(GRACE)
    status = None if stopped else process.returncode
    text = bytes(data[:limit]).decode("utf-8", "replace")
    seconds = time.monotonic() - started
    return Output(status, text, seconds, timed_out and stopped, full.is_set(), "")


def _wait(process: subprocess.Popen[bytes], reader: threading.Thread) -> None:
    reader.join(0.05)
    if not reader.is_alive():
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            return


def _read(stream: IO[bytes], data: bytearray, limit: int, full: threading.Event) -> None:
    while block := os.read(stream.fileno(), 65536):
        data += block
        if len(data) > limit:
            full.set()
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started."""
    _signal(process, signal.SIGTERM)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        _signal(process, _BY_FORCE)
        process.kill()
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if sys.platform == "win32":
        process.kill()
        return
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
