"""The main screen: what you see, likely causes, the cause, what to do; owns the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from diagnose.errors import Exit, UsageError
from kb.errors import KbError
from tui.line import Line
from tui.messages import Completed, Concluded, Failed, Loaded, Refused, mistake
from tui.reading import Reading
from tui.words import moves, remarks, verdict_lines

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from diagnose.checks.commands import Filled
    from diagnose.findings import Finding
    from diagnose.result import Cause, Diagnosis
    from diagnose.sessions.session import Session


class Walk(Reading):
    """The shell first, the panes after the first refresh."""

    def __init__(self) -> None:
        super().__init__()
        self.diagnosis: Diagnosis | None = None
        self.before: Diagnosis | None = None
        self.found: list[Finding] = []
        self.busy = False
        """A worker is concluding; what changes meanwhile is concluded after it."""
        self.stale = False
        self.ready = False
        self.unfinished: Diagnosis | None = None
        """The ranking that stands there, while what belongs to it is worked out."""
        self.ranked: tuple[str, Session] | None = None
        """The typed text and the session that the ranking on the screen belongs to."""
        self._compared: Session | None = None
        self._told: tuple[str, Diagnosis] | None = None

    def compose(self) -> ComposeResult:
        """Build the shell."""
        yield Line("diagnose: opening the knowledge base \u2026", id="verdict")
        yield Line(id="moved")
        yield Static("", id="shell", markup=False)

    def on_mount(self) -> None:
        """Come with the panes once the shell is painted."""
        self.call_after_refresh(self._fill)

    async def _fill(self) -> None:
        from tui.keys import Keys  # noqa: PLC0415 (after the first paint)
        from tui.panes.causes import Causes  # noqa: PLC0415
        from tui.panes.commands import Commands  # noqa: PLC0415
        from tui.panes.detail import Detail  # noqa: PLC0415
        from tui.panes.query import Query  # noqa: PLC0415
        from tui.panes.signs import Signs  # noqa: PLC0415

        await self.query_one("#shell").remove()
        left = Horizontal(Signs(), Causes(), id="left")
        right = Vertical(Detail(), Commands(), id="right")
        await self.mount(Horizontal(left, right, id="panes"), Keys())
        self.query_one(Query).focus()
        self.ready = True
        self._load()
        self.changed()

    @work(thread=True, group="load", exit_on_error=False)
    def _load(self) -> None:
        try:
            self.post_message(Loaded(self.diagnose_app.engine.index.findings("symptom")))
        except KbError as error:
            self.post_message(Failed(str(error), Exit.KNOWLEDGE))

    @on(Loaded)
    def _show_symptoms(self, event: Loaded) -> None:
        self.signs.learn(event.symptoms)
        self._show_signs()

    def changed(self) -> None:
        """Conclude anew: the session or the typed text has changed."""
        if not self.ready:
            return
        app = self.diagnose_app
        self._show_signs()
        self.read_logs()
        if self.busy:
            self.stale = True
        else:
            self.busy = True
            self._conclude(app.session, self.signs.query_text)

    @work(thread=True, group="conclude", exit_on_error=False)
    def _conclude(self, session: Session, draft: str) -> None:
        engine = self.diagnose_app.engine
        try:
            diagnosis, found = engine.diagnose(session, draft)
            self.post_message(Concluded(diagnosis, found, session, draft))
        except UsageError as error:
            self.post_message(Refused(str(error), session))
        except KbError as error:
            self.post_message(Failed(str(error), Exit.KNOWLEDGE))

    @on(Refused)
    def _refuse(self, event: Refused) -> None:
        """Go back to the session that was ranked last; end where there is none."""
        if self.ranked is None:
            self.diagnose_app.end(Exit.USAGE, event.reason)
            return
        if self.diagnose_app.session == event.session:
            self.diagnose_app.session = self.ranked[1]
        self.notify(event.reason, severity="error", timeout=6)
        self.stale = True
        self._concluded()

    @on(Worker.StateChanged)
    def _crashed(self, event: Worker.StateChanged) -> None:
        """Say that a worker ended by a mistake of the program, without what the input held."""
        if event.state is WorkerState.ERROR:
            self._fail(Failed(mistake(event.worker.group, event.worker.error)))

    @on(Failed)
    def _fail(self, event: Failed) -> None:
        self._concluded()
        if event.status:
            self.diagnose_app.end(event.status, event.reason)
        else:
            self.notify(event.reason, severity="error", timeout=6)

    @on(Concluded)
    def _rank(self, event: Concluded) -> None:
        """Show the ranking; what belongs to it is worked out once that is drawn."""
        if self._compared is None or self._compared != event.session:
            self.before, self._compared = self.diagnosis, event.session
        self.unfinished, self.found = event.diagnosis, event.found
        self._show_verdict(event.diagnosis)
        self.causes.show_diagnosis(event.diagnosis, self.before)
        self.ranked = event.draft, event.session
        self.call_after_refresh(self._complete)

    @work(thread=True, group="complete", exit_on_error=False)
    def _complete(self) -> None:
        ranking = self.unfinished  # no argument: a worker keeps those until garbage is collected
        engine = self.diagnose_app.engine
        found = engine.complete(ranking, lambda: self.stale) if ranking is not None else None
        self.post_message(Completed(found))

    @on(Completed)
    def _show(self, event: Completed) -> None:
        if event.diagnosis is not None:
            if self.diagnosis is None:
                self.diagnose_app.settled()
            self.diagnosis, self.unfinished = event.diagnosis, None
        self._concluded()
        if event.diagnosis is not None:
            self._show_signs()
            self.show_cause()

    def _concluded(self) -> None:
        self.busy = False
        if self.stale:
            self.stale = False
            self.changed()

    def _show_verdict(self, ranking: Diagnosis) -> None:
        if ranking.causes or ranking.input.lines_read or self.diagnose_app.session.steps:
            self.query_one("#verdict", Line).say(*verdict_lines(ranking))
        else:
            self.query_one("#verdict", Line).say("diagnose: from what you see to what to do")
        if not self.reading:
            self.say(*moves(self.before, ranking))

    def _show_signs(self) -> None:
        answers = self.diagnose_app.session.answers()
        read = [
            f for f in self.found if f.how != "answer" or f.id not in answers or f.kind != "symptom"
        ]
        read.sort(key=lambda finding: (finding.state != "present", -finding.sure, finding.id))
        told = {finding.id for finding in self.found if finding.how == "lexical"}
        questions = self.diagnosis.next_checks if self.diagnosis is not None else ()
        noted = remarks(self.diagnosis) if self.diagnosis is not None else []
        self.signs.show(self.diagnose_app.session, noted, read, questions, told)

    @property
    def cause(self) -> Cause | None:
        """The cause the cursor is on."""
        if self.diagnosis is None:
            return None
        at = self.causes.insight
        return next((cause for cause in self.diagnosis.causes if cause.insight == at), None)

    def show_cause(self) -> None:
        """Show the cause the cursor is on, with its commands."""
        diagnosis = self.diagnosis
        if diagnosis is None or self.unfinished is not None:
            return
        row, cause = self.causes.chosen, self.cause
        if self._told is not None and self._told[0] == row and self._told[1] is diagnosis:
            return
        self._told = row, diagnosis
        self.detail.show(row, cause, diagnosis)
        self.commands.show_cause(cause, [] if cause is not None else self._collecting(diagnosis))

    def _collecting(self, diagnosis: Diagnosis) -> list[Filled]:
        """Return the commands that answer what is asked next."""
        if not diagnosis.input.lines_read and not self.diagnose_app.session.steps:
            return []
        runs = [question.run for question in diagnosis.next_checks if question.run is not None]
        return list({run.id: run for run in runs}.values())
