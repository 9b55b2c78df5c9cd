"""What leaves the program: the runbook, the diagnosis as JSON, the session."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.errors import UsageError
from tui.clipboard import copy

if TYPE_CHECKING:
    from tui.actions import Actions
    from tui.screens.save import Target


def text_of(walk: Actions) -> tuple[str, str]:
    """Return name and text of the runbook for the cause the cursor is on.

    Raises:
        UsageError: there is no cause yet.
    """
    from diagnose.runbook import runbook  # noqa: PLC0415

    cause = walk.cause
    if cause is None and walk.diagnosis is not None and walk.diagnosis.causes:
        cause = walk.diagnosis.causes[0]
    if cause is None:
        raise UsageError("there is no cause yet to write a runbook for")
    return cause.insight, runbook(walk.diagnose_app.engine.index, [cause.insight], walk.diagnosis)


def preview(walk: Actions) -> None:
    """Show the runbook and do with it what is chosen."""
    from tui.screens.runbook import RunbookScreen  # noqa: PLC0415

    try:
        name, text = text_of(walk)
    except UsageError as error:
        walk.notify(str(error), timeout=3)
        return

    def chosen(what: str | None) -> None:
        if what == "write":
            to_file(walk, f"{name}.md", text, "Write the runbook")
        elif what == "edit":
            edit(walk, name, text)
        elif what == "copy":
            copy(walk.app, text, "Runbook")
        elif what == "json":
            to_file(walk, f"{name}.json", as_json(walk), "Write the diagnosis as JSON")

    walk.app.push_screen(RunbookScreen(f"Runbook: {name}", text), chosen)


def edit_now(walk: Actions) -> None:
    """Open the runbook in the editor at once."""
    try:
        edit(walk, *text_of(walk))
    except UsageError as error:
        walk.notify(str(error), timeout=3)


def copy_now(walk: Actions) -> None:
    """Copy the runbook at once."""
    try:
        copy(walk.app, text_of(walk)[1], "Runbook")
    except UsageError as error:
        walk.notify(str(error), timeout=3)


def as_json(walk: Actions) -> str:
    """Return the diagnosis as the one-shot form would print it with ``--json``."""
    from diagnose.report.data import as_dict  # noqa: PLC0415
    from diagnose.report.jsontext import dumps  # noqa: PLC0415

    return dumps(as_dict(walk.diagnosis)) if walk.diagnosis is not None else ""


def to_file(walk: Actions, name: str, text: str, title: str) -> None:
    """Ask where to, and write."""
    from tui.screens.save import SaveScreen  # noqa: PLC0415

    def chosen(target: Target | None) -> None:
        if target is not None and _written(walk, target.path, text):
            walk.notify(f"Written: {target.path}", timeout=3)

    walk.app.push_screen(SaveScreen(title, Path.cwd() / name), chosen)


def _written(walk: Actions, path: Path, text: str) -> bool:
    from diagnose.files import write  # noqa: PLC0415

    try:
        write(path, text, force=True)
    except UsageError as error:
        walk.notify(str(error), severity="error", timeout=6)
        return False
    return True


def edit(walk: Actions, name: str, text: str) -> None:
    """Open a text in ``$VISUAL`` or ``$EDITOR``; it stays in a file that is named afterwards."""
    import subprocess  # noqa: PLC0415

    from textual.app import SuspendNotSupported  # noqa: PLC0415

    path = _kept(walk, name, text)
    if path is None:
        return
    editor = _editor()
    failed = ""
    try:
        with walk.app.suspend():
            try:
                subprocess.run([*editor, str(path)], check=False)
            except OSError as error:  # inside: an error that leaves it keeps the screen away
                failed = error.strerror or str(error)
    except SuspendNotSupported:
        walk.notify("An editor cannot be opened from here; w writes a file.", timeout=4)
        return
    said = f"{editor[0]}: {failed}; the text is in {path}" if failed else f"Kept in {path}"
    walk.notify(said, severity="error" if failed else "information", timeout=4)


def _kept(walk: Actions, name: str, text: str) -> Path | None:
    """Write a text into a folder of its own and return the file, or say why that cannot be."""
    import tempfile  # noqa: PLC0415

    try:
        path = Path(tempfile.mkdtemp(prefix="diagnose-")) / f"{name}.md"
    except OSError as error:
        said = f"no temporary folder ({error.strerror or error})"
        walk.notify(said, severity="error", timeout=6)
        return None
    return path if _written(walk, path, text) else None


def _editor() -> list[str]:
    import shlex  # noqa: PLC0415

    named = os.environ.get("VISUAL", "").strip() or os.environ.get("EDITOR", "").strip() or "vi"
    try:
        return shlex.split(named)
    except ValueError:  # a quote that is not closed
        return [named]


def save(walk: Actions) -> None:
    """Ask where to, and save the session; logs are named, not stored."""
    from diagnose.sessions.file import to_json  # noqa: PLC0415
    from tui.leaving import portable  # noqa: PLC0415
    from tui.screens.save import SaveScreen  # noqa: PLC0415

    app = walk.diagnose_app

    def chosen(target: Target | None) -> None:
        if target is None:
            return
        session = portable(app)
        if target.texts and app.piped is not None:
            piped = app.piped.read_text(encoding="utf-8", errors="replace")[:1_000_000]
            session = session._replace(
                start=session.start._replace(errors=(*session.start.errors, piped))
            )
        text = to_json(session, app.engine.index.digest, texts=target.texts)
        if _written(walk, target.path, text):
            app.saved = target.path
            walk.notify(f"Saved: {target.path}", timeout=3)

    question = "also store long pasted or piped texts (log files are only named)"
    start = app.saved or Path.cwd() / "diagnose-session.json"
    walk.app.push_screen(SaveScreen("Save the session", start, question=question), chosen)


def resume(walk: Actions) -> None:
    """Choose a session file and take it up again."""
    from diagnose.sessions.file import load  # noqa: PLC0415
    from tui.screens.files import FileScreen  # noqa: PLC0415

    app = walk.diagnose_app

    def chosen(path: Path | None) -> None:
        if path is None:
            return
        try:
            app.session = load(path, app.session.start.project)
        except UsageError as error:
            walk.notify(str(error), severity="error", timeout=6)
            return
        app.saved = path
        walk.changed()
        walk.notify(f"Reopened: {path.name}", timeout=3)

    walk.app.push_screen(FileScreen("Reopen a session", Path.cwd(), folders=False), chosen)
