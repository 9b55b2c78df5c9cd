"""The application: the shell that paints first, the engine behind it, and how it ends.

Imports little, because the first paint waits for it; panes come after the first refresh.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.command import CommandPalette

from diagnose.errors import Exit, UsageError
from diagnose.given import Given
from diagnose.sessions.session import Session
from tui.engine import Engine
from tui.look import first_theme, is_colourless, other_theme
from tui.safe import SHORT, plain
from tui.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from textual.app import SystemCommand
    from textual.binding import BindingType
    from textual.command import Provider
    from textual.driver import Driver
    from textual.screen import Screen

HANGUP = 129
"""Exit status when the terminal is gone (SIGHUP)."""

OFTEN = 3_000
"""New objects between two searches for garbage: so few that no key waits for one."""


def _everything() -> type[Provider]:
    from tui.palette import Everything  # noqa: PLC0415 (after the first paint)

    return Everything


class DiagnoseApp(App[None]):
    """From what you see to likely causes to what to do."""

    TITLE = "diagnose"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        *App.COMMANDS,
        _everything,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Quit", id="app.quit"),
        Binding("ctrl+c", "leave", "Quit", show=False, priority=True, id="app.interrupt"),
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True, id="app.quit-anywhere"),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, id="app.suspend"),
        Binding("T", "other_theme", "Light or dark", show=False, id="app.theme"),
    ]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (an instance variable in the base class)
        (0, "-narrow"),
        (70, "-two"),
        (110, "-three"),
    ]

    def __init__(
        self,
        given: Given | None = None,
        overlays: Sequence[Path] = (),
        *,
        session: Session | None = None,
        piped: Path | None = None,
    ) -> None:
        super().__init__(ansi_color=True if is_colourless() else None)
        self.engine = Engine(overlays)
        self.session = session or Session(given or Given())
        self.piped = piped
        """The file that holds piped input."""
        self.overlays = tuple(overlays)
        self.saved: Path | None = None
        """The session file, once there is one."""
        self.keys: dict[str, str] = {}
        """The user's own keys: binding id -> key."""
        self.last_words = ""
        self.failure = ""
        self.theme = first_theme()

    def get_driver_class(self) -> type[Driver]:
        """Return the driver of this platform, on Unix one that can be left at any time."""
        driver = super().get_driver_class()
        if driver.__module__ != "textual.drivers.linux_driver":
            return driver
        from tui.driver import Terminal  # noqa: PLC0415 (there is no such module on Windows)

        return Terminal

    def get_default_screen(self) -> Screen[None]:
        """Return the one main screen."""
        return Walk()

    @property
    def walk(self) -> Walk:
        """The main screen."""
        screen = self.screen_stack[0]
        return cast("Walk", screen)

    def on_mount(self) -> None:
        """Restore the terminal on signals; read key bindings."""
        from tui.keymap import read_keys  # noqa: PLC0415

        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            for number, status in (
                (signal.SIGINT, Exit.INTERRUPTED),
                (signal.SIGTERM, Exit.TERMINATED),
                (signal.SIGHUP, HANGUP),
            ):
                try:
                    loop.add_signal_handler(number, self.end, int(status))
                except (RuntimeError, ValueError):  # not in the main thread, as in some tests
                    break
        try:
            self.keys = read_keys()
        except UsageError as error:
            self.notify(str(error), severity="warning", timeout=6)
        else:
            self.set_keymap(self.keys)

    async def on_event(self, event: events.Event) -> None:
        """Make a paste into Textual's own palette harmless: its line draws whatever it holds."""
        if isinstance(event, events.Paste) and isinstance(self.screen, CommandPalette):
            event.text = plain(event.text, len(event.text))
        await super().on_event(event)

    def settled(self) -> None:
        """The first ranking stands there, so all that stays is loaded."""
        if self.keys:
            from tui.screens.help import unknown  # noqa: PLC0415 (it knows every screen)

            if names := unknown(self.keys):
                said = f"[keys]: nothing is called {', '.join(names)}; ? shows the ids"
                self.notify(said, severity="warning", timeout=6)
        if not self.is_headless:  # one of many in a test: what it leaves behind must go with it
            calm()

    def end(self, status: int, failure: str = "") -> None:
        """Leave with a status and, when something failed, what it was."""
        self.failure = failure
        self.workers.cancel_all()
        self.exit(return_code=status)

    def notify(self, message: str, **options: Any) -> None:
        """Show a notice as Textual does, made harmless: it may hold the name of any file."""
        super().notify(plain(message, 2 * SHORT), **options | {"markup": False})

    def action_leave(self) -> None:
        """Leave; selected text is copied instead, as ctrl+c is expected to do."""
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
            return
        from tui.leaving import last_words  # noqa: PLC0415

        self.last_words = last_words(self)
        self.end(0)

    def action_other_theme(self) -> None:
        """Change between light and dark."""
        self.theme = other_theme(self.theme)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield what the palette offers besides the base: every action that has a key."""
        from tui.palette import actions  # noqa: PLC0415

        yield from actions(self, screen)


def calm() -> None:
    """Leave what is loaded out of all later searches for garbage: each would hold up a key."""
    gc.freeze()
    gc.set_threshold(OFTEN)


def run(
    given: Given, overlays: Sequence[Path] = (), *, resume: Path | None = None, mouse: bool = True
) -> int:
    """Run the TUI and return the exit status.

    Args:
        given: inputs to start with, on top of those of a session; piped input is read before the
            screen opens.
        overlays: folders with knowledge on top of the shipped base.
        resume: a session file to take up again.
        mouse: whether the mouse is used.
    """
    from diagnose.sessions.file import load  # noqa: PLC0415
    from tui import terminal  # noqa: PLC0415

    piped = None
    try:
        terminal.refuse_unfit()
        session = load(resume) if resume is not None else Session()
        piped = terminal.take_piped_input()
        if given.stdin and piped is None:
            raise UsageError("--log -: nothing comes in there; the keyboard drives the TUI")
        given = given._replace(stdin=False, logs=given.logs + ((piped,) if piped else ()))
        app = DiagnoseApp(overlays=overlays, session=session.with_more(given), piped=piped)
        app.saved = resume
        app.run(mouse=mouse)
    except UsageError as error:
        print(f"diagnose: error: {error}", file=sys.stderr)  # noqa: T201
        return int(Exit.USAGE)
    finally:
        if piped is not None:
            terminal.forget(piped)
    if app.failure:
        print(f"diagnose: error: {app.failure}", file=sys.stderr)  # noqa: T201
    elif app.last_words:
        print(app.last_words)  # noqa: T201
    return app.return_code or 0
