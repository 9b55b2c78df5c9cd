"""What opens over the main screen, and what is done with its answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual.content import Content

from diagnose.errors import UsageError
from diagnose.sessions.session import Step
from tui.safe import lines, plain
from tui.words import STATE

if TYPE_CHECKING:
    from textual.app import App

    from diagnose.checks.commands import Filled
    from tui.actions import Actions
    from tui.screens.edit import Printed
    from tui.walk import Walk


def walk_of(app: App[Any]) -> Walk:
    """Return the main screen of the application."""
    return cast("Walk", app.screen_stack[0])


def help_keys(walk: Actions) -> None:
    """Show all keys."""
    from tui.screens.help import HelpScreen  # noqa: PLC0415

    walk.app.push_screen(HelpScreen(walk.app, walk.diagnose_app.keys))


def ask(walk: Actions) -> None:
    """Ask the best question; the answer moves the ranking."""
    from tui.screens.ask import AskScreen  # noqa: PLC0415

    diagnosis = walk.diagnosis
    if diagnosis is None or not diagnosis.next_checks:
        walk.notify("No question would tell the causes further apart.", timeout=3)
        return
    titles = {row.id: row.title for row in walk.diagnose_app.engine.index.insights()}

    def answered(answers: tuple[tuple[str, str], ...] | None) -> None:
        if answers:
            walk.do(Step("answer", answers[0][0], answers))

    walk.app.push_screen(AskScreen(diagnosis.next_checks, titles), answered)


def command(walk: Actions, filled: Filled) -> None:
    """Show one command in full."""
    from tui.screens.command import CommandScreen  # noqa: PLC0415

    walk.app.push_screen(CommandScreen(filled))


def paste_output(walk: Actions, filled: Filled) -> None:
    """Take the output of a check and say what it means."""
    from tui.screens.edit import EditScreen  # noqa: PLC0415

    def given(printed: Printed | None) -> None:
        if printed is not None and printed.output.strip():
            _interpret(walk, filled, printed)

    walk.app.push_screen(EditScreen(f"Output of: {plain(filled.text, 70)}"), given)


def _interpret(walk: Actions, filled: Filled, printed: Printed) -> None:
    from diagnose.checks.interpret import interpret  # noqa: PLC0415
    from tui.screens.text import TextScreen  # noqa: PLC0415

    index, (output, status, is_cut) = walk.diagnose_app.engine.index, printed
    found = interpret(index, filled.id, output, status, partial=is_cut)
    answer = found.chosen.answer if found.chosen is not None else ""
    said = [Content.styled(lines(answer) or "Nothing known was recognised in it.", "bold")]
    for reading in (found.chosen, *found.others):
        if reading is not None:
            said.append(Content(f"{lines(reading.answer)}: {lines(reading.means)}"))
    said += [Content(f"\n{STATE[each.state]}: {plain(each.text)}") for each in found.findings]
    if found.note:
        said.append(Content(f"\n{lines(found.note)}"))
    if found.findings:
        settled = tuple((each.id, each.state) for each in found.findings)
        walk.do(Step("output", filled.id, settled, answer))
    else:
        said.append(Content("\nThe ranking stays as it is."))
    walk.app.push_screen(TextScreen("What this output means", Content("\n").join(said)))


def sources(walk: Actions) -> None:
    """List the sources of the cause and open the one that is chosen."""
    from tui.screens.pick import PickScreen  # noqa: PLC0415

    cause = walk.cause
    if cause is None or not cause.sources:
        walk.notify("No cause with sources is chosen.", timeout=3)
        return
    rows = []
    for source in cause.sources:
        says = (f"{lines(source.says, 400)}  ({source.seen})", "dim")
        rows.append((source.url, Content.assemble((f"{plain(source.url)}\n", "underline"), says)))

    def chosen(url: str | None) -> None:
        if url:
            walk.app.open_url(url)
            walk.notify(f"Opening {url}", timeout=4)

    walk.app.push_screen(PickScreen("Sources (Enter opens, c copies)", rows), chosen)


def browse(walk: Actions, entity: str) -> None:
    """Walk along the graph, from an entity or from the list of all."""
    from tui.screens.browse import BrowseScreen  # noqa: PLC0415

    engine = walk.diagnose_app.engine
    walk.app.push_screen(BrowseScreen(engine.index, engine.names, entity))


def why_not(walk: Actions, insight: str) -> None:
    """Say what speaks against a cause and what would raise it."""
    from diagnose.whynot import text  # noqa: PLC0415
    from diagnose.whynot import why_not as find  # noqa: PLC0415
    from tui.screens.text import TextScreen  # noqa: PLC0415

    app = walk.diagnose_app
    try:
        evidence = app.engine.evidence(app.session, walk.signs.query_text)
    except UsageError as error:
        walk.notify(str(error), severity="error", timeout=6)
        return
    found = find(insight, evidence, app.session.given(), app.engine.index)
    width = min(100, int(0.9 * app.size.width) - 6)
    page = lines(text(found, width))
    app.push_screen(TextScreen("Why not this one", page, printable=page))


def open_log(walk: Actions) -> None:
    """Choose a log; reading it starts at once."""
    from tui.screens.files import FileScreen  # noqa: PLC0415

    def chosen(path: Path | None) -> None:
        if path is not None:
            walk.do(Step("log", str(path)))

    walk.app.push_screen(FileScreen("Open a log", Path.cwd()), chosen)
