"""What the keys of the main screen do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding
from textual.screen import Screen

from diagnose.sessions.session import Step
from tui import exporting, opening, viewing
from tui.clipboard import copy
from tui.dropped import dropped_files
from tui.words import step_said

if TYPE_CHECKING:
    from textual.binding import BindingType

    from diagnose.findings import Finding
    from diagnose.result import Cause, Diagnosis
    from diagnose.sessions.session import Session
    from tui.app import DiagnoseApp
    from tui.panes.causes import Causes
    from tui.panes.commands import Commands
    from tui.panes.detail import Detail
    from tui.panes.query import Query
    from tui.panes.signs import Signs
    from tui.rows import Rows


class Actions(Screen[None]):
    """Keys and what they do; `tui.walk.Walk` adds the state."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "go('query')", "Type", show=False, id="go.query"),
        Binding("1", "go('signs-rows')", "What you see", show=False, id="go.signs"),
        Binding("2", "go('causes')", "Likely causes", show=False, id="go.causes"),
        Binding("3", "go('detail')", "This cause", show=False, id="go.detail"),
        Binding("4", "go('commands')", "What to do", show=False, id="go.commands"),
        Binding("escape", "back", "Back", show=False, id="walk.back"),
        Binding("question_mark", "help", "Help", key_display="?", id="walk.help"),
        Binding("f1", "help", "Help", show=False, id="walk.help-anywhere"),
        Binding("a", "ask", "Next check", id="walk.ask"),
        Binding("r", "runbook", "Runbook", id="walk.runbook"),
        Binding("u", "undo", "Undo", id="walk.undo"),
        Binding("U", "redo", "Redo", show=False, id="walk.redo"),
        Binding("ctrl+o", "open_file", "Open log", show=False, id="walk.open"),
        Binding("l", "log", "Log", show=False, id="walk.log"),
        Binding("b", "browse", "Browse", show=False, id="walk.browse"),
        Binding("o", "sources", "Sources", show=False, id="walk.sources"),
        Binding("e", "edit_runbook", "Runbook in $EDITOR", show=False, id="walk.editor"),
        Binding("Y", "copy_runbook", "Copy runbook", show=False, id="walk.copy-runbook"),
        Binding("s,ctrl+s", "save", "Save session", show=False, id="walk.save"),
        Binding("R", "resume", "Reopen session", show=False, id="walk.resume"),
        Binding("L", "one_shot", "As command line", show=False, id="walk.command-line"),
        Binding("z", "zoom", "Zoom", show=False, id="walk.zoom"),
    ]

    diagnosis: Diagnosis | None
    found: list[Finding]
    reading: bool
    ready: bool

    @property
    def diagnose_app(self) -> DiagnoseApp:
        """The application."""
        return cast("DiagnoseApp", self.app)

    @property
    def signs(self) -> Signs:
        """Pane 1."""
        return cast("Signs", self.query_one("#signs"))

    @property
    def causes(self) -> Causes:
        """Pane 2."""
        return cast("Causes", self.query_one("#causes"))

    @property
    def detail(self) -> Detail:
        """Pane 3."""
        return cast("Detail", self.query_one("#detail"))

    @property
    def commands(self) -> Commands:
        """Pane 4."""
        return cast("Commands", self.query_one("#commands"))

    @property
    def cause(self) -> Cause | None:
        """The cause the cursor is on."""
        raise NotImplementedError

    @property
    def wanted(self) -> str:
        """The finding to show in the log: that under the cursor, else the first of the cause."""
        kind, _, finding = cast("Rows", self.query_one("#signs-rows")).chosen.partition(":")
        focused = self.focused is not None and self.focused.id == "signs-rows"
        if kind == "finding" and focused:
            return finding
        proofs = self.cause.evidence if self.cause is not None else ()
        return next((proof.finding for proof in proofs if proof.where.line), finding)

    def changed(self) -> None:
        """Conclude anew."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing but leaving works before the panes are there."""
        del parameters
        return self.ready or action in ("leave", "help")

    def do(self, step: Step) -> None:
        """Add a step to the session."""
        self.diagnose_app.session = self.diagnose_app.session.did(step)
        self.changed()

    def action_go(self, target: str) -> None:
        """Move to a pane."""
        self.set_class(target in ("detail", "commands"), "-reading")
        self.query_one(f"#{target}").focus()

    def action_back(self) -> None:
        """Stop reading, leave the zoom, or go one pane to the left.

        It ends in the first list, not in the line to type in: there q would be a letter.
        """
        if self.reading and self.workers.cancel_group(self, "read"):
            return  # a second time there is nothing left to tell it
        if self.maximized is not None:
            self.minimize()
        else:
            order = ["commands", "detail", "causes", "signs-rows"]
            at = self.focused.id if self.focused is not None else ""
            place = order.index(at) + 1 if at in order else len(order)
            self.action_go(order[min(place, len(order) - 1)])

    def action_zoom(self) -> None:
        """Make the pane with the focus big, or small again."""
        if self.maximized is not None:
            self.minimize()
        elif self.focused is not None:
            self.maximize(self.focused, container=False)

    def action_undo(self) -> None:
        """Take the last step back."""
        session = self.diagnose_app.session
        self._turn(session.steps, "Undone", session.undo())

    def action_redo(self) -> None:
        """Do the step again that was taken back last."""
        session = self.diagnose_app.session
        self._turn(session.undone, "Done again", session.redo())

    def _turn(self, steps: tuple[Step, ...], done: str, session: Session) -> None:
        """Go on with a session that the last of these steps makes another one."""
        if not steps:
            self.notify(f"{done}: nothing is left.", timeout=2)
            return
        self.notify(f"{done}: {step_said(steps[-1])}", timeout=2)
        self.diagnose_app.session = session
        self.changed()

    def action_one_shot(self) -> None:
        """Show and copy the command line with the same inputs."""
        from tui.leaving import one_shot  # noqa: PLC0415

        copy(self.app, one_shot(self.diagnose_app), "The same as a command", page=True)

    def action_help(self) -> None:
        """Show all keys."""
        opening.help_keys(self)

    def action_ask(self) -> None:
        """Ask the question whose answer would tell most."""
        opening.ask(self)

    def action_runbook(self) -> None:
        """Preview the runbook of the cause."""
        exporting.preview(self)

    def action_edit_runbook(self) -> None:
        """Open the runbook in the editor."""
        exporting.edit_now(self)

    def action_copy_runbook(self) -> None:
        """Copy the runbook."""
        exporting.copy_now(self)

    def action_open_file(self) -> None:
        """Choose a log to open."""
        opening.open_log(self)

    def action_log(self) -> None:
        """Show a log with the evidence in it."""
        viewing.view_log(self, self.found, self.wanted)

    def action_browse(self) -> None:
        """Walk along the graph of the base."""
        opening.browse(self, self.cause.insight if self.cause is not None else "")

    def action_sources(self) -> None:
        """List the sources of the cause, to open one."""
        opening.sources(self)

    def action_save(self) -> None:
        """Save the session."""
        exporting.save(self)

    def action_resume(self) -> None:
        """Reopen a saved session."""
        exporting.resume(self)

    def keep(self, text: str) -> None:
        """Keep a text as evidence; names of files are opened as logs."""
        files = dropped_files(text)
        query = cast("Query", self.query_one("#query"))
        typed = query.value.strip()
        query.value = ""
        for path in files:
            self.do(Step("log", str(path)))
        if files and typed:
            query.value = typed
        elif not files:
            self.do(
                Step(
                    "error", said=text if text.strip() == typed or not typed else f"{typed}\n{text}"
                )
            )
