"""The evidence of a session: what its logs hold, read once, and what was said since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.collect import Evidence, collect
from diagnose.findings import merged
from diagnose.given import Given
from diagnose.matching.describe import Description

if TYPE_CHECKING:
    from diagnose.reading.read import Tally
    from diagnose.sessions.session import Session
    from kb.index import Index


def evidence(
    session: Session, index: Index, draft: str = "", logs: Evidence | None = None
) -> Evidence:
    """Return the evidence of a session.

    Args:
        session: what was given and said.
        index: the base.
        draft: text that is being typed and counts as one error more.
        logs: what `read_logs` found, so that logs are not read again for every answer; None
            reads them now.

    Raises:
        UsageError: an input cannot be read or an id is unknown.
    """
    given = session.given()
    if draft.strip():
        given = given._replace(errors=(*given.errors, draft))
    if logs is not None:
        given = given._replace(logs=(), stdin=False)
    found = collect(given, index)
    if logs is not None:
        found = _joined(logs, found, index)
    findings = dict(found.findings)
    for step in session.steps:
        for finding, _ in step.findings if step.kind == "output" else ():
            if finding in findings and findings[finding].how == "answer":
                seen = findings[finding]._replace(matched=step.said, source=f"output of {step.id}")
                findings[finding] = seen
    known = {row.id for row in index.insights()}
    excluded = {cause: why for cause, why in session.ruled_out().items() if cause in known}
    return found._replace(findings=findings, excluded=excluded)


def read_logs(session: Session, index: Index, tally: Tally | None = None) -> Evidence:
    """Return what stands in the logs of a session, and nothing else.

    Args:
        session: what was given.
        index: the base.
        tally: counts while reading; one that raises KeyboardInterrupt stops the reading, and the
            evidence so far is marked partial.

    Raises:
        UsageError: a log cannot be read.
    """
    given = session.given()
    only = Given(
        logs=given.logs,
        stdin=given.stdin,
        version=given.version,
        since=given.since,
        until=given.until,
    )
    return collect(only, index, tally)


def _joined(logs: Evidence, said: Evidence, index: Index) -> Evidence:
    """Return the evidence of logs and of what was said as one."""
    description = said.description
    if description is None and logs.description is not None:  # it may be of another thread's index
        text = "\n".join(logs.description.passages)
        description = Description(text, index, index.vocabulary())
    captured = {
        kind: list(dict.fromkeys([*logs.captured.get(kind, []), *said.captured.get(kind, [])]))
        for kind in sorted(logs.captured.keys() | said.captured.keys())
    }
    return said._replace(
        lines=said.lines + logs.lines,
        bytes=said.bytes + logs.bytes,
        truncated=said.truncated or logs.truncated,
        findings=merged([*logs.findings.values(), *said.findings.values()]),
        incidents=[*said.incidents, *logs.incidents],
        versions=list(dict.fromkeys([*said.versions, *logs.versions])),
        description=description,
        words="\n".join(words for words in (said.words, logs.words) if words),
        ours=said.ours or logs.ours,
        foreign=(said.foreign or logs.foreign) and not (said.ours or logs.ours),
        captured=captured,
        events=said.events + logs.events,
        logs_read=said.logs_read + logs.logs_read,
        last_event=max((t for t in (said.last_event, logs.last_event) if t), default=None),
        notes=list(dict.fromkeys([*said.notes, *logs.notes])),
        partial=said.partial or logs.partial,
    )
