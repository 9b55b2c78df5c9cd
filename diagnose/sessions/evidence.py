"""The evidence of a session: what its logs hold, read once, and what was said since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.collect import collect

if TYPE_CHECKING:
    from diagnose.collect import Evidence
    from diagnose.reading.reading import Reading
    from diagnose.sessions.session import Session
    from kb.index import Index


def evidence(
    session: Session, index: Index, draft: str = "", logs: Reading | None = None
) -> Evidence:
    """Return the evidence of a session.

    Args:
        session: what was given and said.
        index: the base.
        draft: text that is being typed and counts as one error more.
        logs: what `diagnose.collect.read_logs` found, so that logs are not read again for every
            answer; None reads them now.

    Raises:
        UsageError: an input cannot be read or an id is unknown.
    """
    given = session.given()
    if draft.strip():
        given = given._replace(errors=(*given.errors, draft))
    found = collect(given, index, logs=logs)
    findings = dict(found.findings)
    for step in session.steps:
        for finding, _ in step.findings if step.kind == "output" else ():
            if finding in findings and findings[finding].how == "answer":
                seen = findings[finding]._replace(matched=step.said, source=f"output of {step.id}")
                findings[finding] = seen
    known = {row.id for row in index.insights()}
    excluded = {cause: why for cause, why in session.ruled_out().items() if cause in known}
    return found._replace(findings=findings, excluded=excluded)
