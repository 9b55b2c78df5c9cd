"""Which text to look at when the log is asked for, and where in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from tui.safe import last_line, plain

if TYPE_CHECKING:
    from diagnose.findings import Finding
    from diagnose.sessions.session import Session
    from tui.actions import Actions


def texts(session: Session, found: list[Finding]) -> dict[str, Path | str]:
    """Return source -> file or text of everything that was given, as findings name it."""
    given = session.given()
    known: dict[str, Path | str] = {}
    for number, error in enumerate(given.errors, 1):
        known["error" if len(given.errors) == 1 else f"error {number}"] = error
    for path in given.logs:
        inside = sorted({f.source for f in found if Path(f.source).is_relative_to(path)})
        for source in inside or ([] if path.is_dir() else [str(path)]):
            known[source] = Path(source)
    return known


def view_log(walk: Actions, found: list[Finding], wanted: str) -> None:
    """Show the text the finding under the cursor stands in, or let one be chosen."""
    from tui.screens.log import LogScreen  # noqa: PLC0415
    from tui.screens.pick import PickScreen  # noqa: PLC0415

    known = texts(walk.diagnose_app.session, found)
    if not known:
        walk.notify("Nothing was given yet; ctrl+o opens a log.", timeout=3)
        return

    def show(source: str | None) -> None:
        if source is not None:
            inside = [finding for finding in found if finding.source == source]
            name = source if isinstance(known[source], Path) else f"pasted text ({source})"
            walk.app.push_screen(LogScreen(name, known[source], inside, wanted))

    asked = next((f.source for f in found if f.id == wanted and f.source in known), None)
    if asked is not None or len(known) == 1:
        show(asked or next(iter(known)))
        return
    rows = []
    for source, content in known.items():
        count = sum(finding.source == source for finding in found)
        text = source if isinstance(content, Path) else last_line(content)
        rows.append((source, Content.assemble(plain(text, 200), (f"  {count} findings", "dim"))))
    walk.app.push_screen(PickScreen("Which text?", rows), show)
