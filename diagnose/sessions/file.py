"""Session files: versioned JSON, secrets masked, logs named and not stored unless asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from diagnose import files
from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.reading.stamps import in_calendar
from diagnose.redact import redact
from diagnose.sessions.session import KINDS, STATES, Session, Step
from kb.text import whole
from kb.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 1
"""Version of the file format; files of a later one are refused."""

LONG_TEXT = 40
"""A pasted text of more lines is a log, and is not stored unless asked."""

MOST_BYTES = 256 * 1024 * 1024
"""Bytes of a file that is read."""

MOST_STORED = 1_000_000
"""Characters of one text that a file keeps at most."""


def to_json(session: Session, digest: str = "", *, texts: bool = False) -> str:
    """Return a session as text for a file, secrets masked.

    Args:
        session: what was given and said.
        digest: of the base, so that a reader can tell that it has changed.
        texts: also keep pasted texts that are long enough to be logs; log files are named only.
    """
    left_out: list[str] = []

    def kept(text: str) -> str:
        if not texts and text.count("\n") >= LONG_TEXT:
            left_out.append(f"a pasted text of {text.count(chr(10)) + 1} lines")
            return ""
        return redact(text)[:MOST_STORED]

    start = session.start._replace(project=None)
    given: dict[str, Any] = {
        **start._asdict(),
        "errors": [kept(text) for text in start.errors],
        "logs": [str(path) for path in start.logs],
        "facts": [[name, redact(value)] for name, value in start.facts],
        "symptoms": [redact(text) for text in start.symptoms],
        "version": redact(start.version),
    }
    if start.stdin:
        left_out.append("standard input")
        given["stdin"] = False
    steps = [step._replace(said=kept(step.said)) for step in session.steps]
    data = {
        "schema": SCHEMA,
        "command": "session",
        "tool": {"name": "diagnose", "version": __version__},
        "kb": {"digest": digest},
        "given": given,
        "steps": [step._asdict() for step in steps],
        "undone": [],
        "left_out": left_out,
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def from_json(text: str, name: str = "session") -> Session:
    """Return the session that a file holds.

    Raises:
        UsageError: it is no session file, or one of a later format.
    """
    try:
        data = json.loads(text)
        if data["command"] != "session" or type(data["schema"]) is not int:
            raise KeyError("command")
        if data["schema"] > SCHEMA:
            message = (
                f"{name}: written by a later version (format {data['schema']}); update diagnose"
            )
            raise UsageError(message)
        return Session(_given(data["given"]), tuple(map(_step, data["steps"])))
    except (
        ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise UsageError(f"{name}: is not a session file of diagnose") from error


def _given(data: dict[str, Any]) -> Given:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(whole(str(item)) for item in data.get(key, ()))

    def moment(key: str) -> float | None:
        return None if data.get(key) is None else in_calendar(float(data[key]))

    return Given(
        errors=texts("errors"),
        logs=tuple(files.as_path(path) for path in data.get("logs", ())),
        symptoms=texts("symptoms"),
        no_symptoms=texts("no_symptoms"),
        unknown_symptoms=texts("unknown_symptoms"),
        facts=tuple((whole(str(n)), whole(str(v))) for n, v in data.get("facts", ())),
        version=whole(str(data.get("version", ""))),
        since=moment("since"),
        until=moment("until"),
    )


def _step(data: dict[str, Any]) -> Step:
    listed = data.get("findings", ())
    findings = tuple((whole(str(finding)), str(state)) for finding, state in listed)
    if data["kind"] not in KINDS or any(state not in STATES for _, state in findings):
        raise ValueError(data["kind"])
    named, said = str(data.get("id", "")), whole(str(data.get("said", "")))
    named = str(files.as_path(named)) if data["kind"] == "log" and named else whole(named)
    return Step(data["kind"], named, findings, said)


def load(path: Path, project: Path | None = None) -> Session:
    """Return the session in a file, with the project file of the place where it goes on.

    Raises:
        UsageError: the file cannot be read or is no session file.
    """
    data = files.read(path, MOST_BYTES, "a session file")
    session = from_json(data.decode("utf-8", "replace"), str(path))
    return session._replace(start=session.start._replace(project=project))
