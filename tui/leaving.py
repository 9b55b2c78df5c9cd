"""What is said when the user leaves: the cause that was found and how to come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.sessions.session import command_line
from tui.safe import plain

if TYPE_CHECKING:
    from diagnose.sessions.session import Session
    from tui.app import DiagnoseApp

LONGEST = 1500
"""Characters of a command line that somebody would still paste."""


def portable(app: DiagnoseApp) -> Session:
    """Return the session with piped input named as such, not as the file it was put into."""
    session = app.session
    if app.piped is None:
        return session
    logs = tuple(path for path in session.start.logs if path != app.piped)
    return session._replace(start=session.start._replace(logs=logs, stdin=True))


def one_shot(app: DiagnoseApp, *program: str) -> str:
    """Return the command line that gives the same inputs."""
    overlays = [word for path in app.overlays for word in ("--kb", str(path))]
    return command_line(portable(app), (*(program or ("diagnose",)), *overlays))


def last_words(app: DiagnoseApp) -> str:
    """Return the lines to print on the plain terminal, or nothing when nothing was said."""
    diagnosis = app.walk.diagnosis
    session = portable(app)
    given = session.given()
    if not any(
        (given.errors, given.logs, given.symptoms, given.no_symptoms, given.facts, given.stdin)
    ):
        return ""
    said = []
    if diagnosis is not None and diagnosis.causes:
        cause = diagnosis.causes[0]
        sure = "Cause" if diagnosis.verdict == "established" else "Nearest cause, not established"
        said.append(f"{sure}: {plain(cause.title)} ({cause.insight}, {cause.confidence})")
        said.append(f"Runbook: diagnose runbook {cause.insight}")
    again = one_shot(app, "diagnose", "tui")
    if app.piped is not None:
        again += "  (with the same input piped in)"
    if app.saved is not None:
        said.append(f"Come back: diagnose tui --resume {app.saved}")
    elif len(again) <= LONGEST and "\n" not in again:
        said.append(f"Come back: {again}")
    else:
        said.append(
            "Come back: save the session next time (s); the input is too long for a command line"
        )
    return "\n".join(said)
