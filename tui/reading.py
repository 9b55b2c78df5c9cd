"""Logs are read beside everything else: how far it has come is shown, and Esc stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.worker import get_current_worker

from diagnose.errors import Exit, UsageError
from kb.errors import KbError
from tui.answering import Answering
from tui.engine import logs_of
from tui.line import Line
from tui.messages import Failed, ReadOn, Unreadable, mistake
from tui.stalled import StalledError, waited_for

if TYPE_CHECKING:
    from diagnose.sessions.session import Session
    from tui.engine import Logs, Progress


class Reading(Answering):
    """Reads the logs of the session; what else is known is ranked meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = False
        self._wanted: Logs | None = None
        """Those of the session; reading others stops."""

    def read_logs(self) -> None:
        """Begin to read the logs that are not read yet."""
        app = self.diagnose_app
        self._wanted = logs_of(app.session)
        if not self.reading and not app.engine.has_read(app.session):
            self.reading = True
            self._read(app.session)

    @work(thread=True, exclusive=True, group="read", exit_on_error=False)
    def _read(self, session: Session) -> None:
        worker, app, logs = get_current_worker(), self.diagnose_app, logs_of(session)

        def is_unwanted() -> bool:
            return self._wanted != logs or app.return_code is not None

        def is_to_stop() -> bool:
            return worker.is_cancelled or is_unwanted()

        try:
            said = waited_for(
                lambda: app.engine.read(session, self._report, is_to_stop), is_unwanted
            )
            if self._wanted == logs and (worker.is_cancelled or not said.partial):
                app.engine.keep(session, said)  # else they are read again once they are wanted
        except StalledError:
            pass
        except UsageError as error:
            self.post_message(Unreadable(str(error), session))
        except KbError as error:
            self.post_message(Failed(str(error), Exit.KNOWLEDGE))
        except Exception as error:  # a log that stayed would be read again without end
            self.post_message(Unreadable(mistake("read", error), session))
        finally:
            self.post_message(ReadOn(None))

    def _report(self, progress: Progress) -> None:
        self.post_message(ReadOn(progress))

    @on(Unreadable)
    def _take_back(self, event: Unreadable) -> None:
        """Take what cannot be read out of the session, so that the rest still counts."""
        app = self.diagnose_app
        self.notify(event.reason, severity="error", timeout=6)
        logs = event.session.given().logs
        named = [path for path in logs if event.reason.startswith(f"{path}:")]
        fresh = [path for path in logs if not app.engine.knows(path)]
        app.session = app.session.without_logs(named or fresh or logs)

    @on(ReadOn)
    def _show_progress(self, event: ReadOn) -> None:
        if event.progress is None:
            self.reading = False
            self.say("")
            self.changed()
            return
        bytes_read, lines, total = event.progress
        share = f"{100 * bytes_read // total} % \u00b7 " if total else ""
        self.say(
            f"Reading logs: {share}{bytes_read / 1e6:,.0f} MB \u00b7 {lines:,} lines \u00b7 Esc stops"
        )

    def say(self, *texts: str) -> None:
        """Show a line under the verdict, as `Line.say` does; nothing hides it."""
        line = self.query_one("#moved", Line)
        line.say(*texts)
        line.set_class(any(texts), "-some")
