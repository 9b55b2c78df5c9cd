"""Drives the TUI in a test: keys and pastes in, what stands on the screen out; waits, never sleeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from textual import events
from textual.widgets import Input, OptionList, Static

from diagnose.given import Given
from tui.app import DiagnoseApp

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from textual.pilot import Pilot

    from diagnose.sessions.session import Session
    from tui.walk import Walk

H2 = """\
12:01:02.123 | ERROR   | prefect.agent - Failed the last 3 attempts. Please check your environment
Traceback (most recent call last):
  File "/usr/lib/python3/httpcore/_async/http2.py", line 10, in handle
h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED
The above exception was the direct cause of the following exception:
Traceback (most recent call last):
httpcore.LocalProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED
12:01:03.123 | INFO    | prefect.agent - Agent stopped!
"""
SCREEN = (
    "prefect agent in a screen session stopped picking up runs overnight,"
    " when I reattached it woke up and started everything at once"
)
PATIENCE_S = 60
"""How long a test waits for another thread before it fails."""


class Tour:
    """One run of the application."""

    def __init__(
        self,
        *errors: str,
        size: tuple[int, int] = (120, 36),
        given: Given | None = None,
        session: Session | None = None,
    ) -> None:
        self.app = DiagnoseApp(given or Given(errors=errors), session=session)
        self.size = size
        self.copied: list[str] = []
        self.said: list[str] = []
        self._context: AbstractAsyncContextManager[Pilot[None]]
        self.pilot: Pilot[None]

    async def __aenter__(self) -> Self:
        """Start, and wait until the first diagnosis stands there."""
        self._context = self.app.run_test(size=self.size, notifications=True)
        self.pilot = await self._context.__aenter__()
        self.app.copy_to_clipboard = self.copied.append  # type: ignore[method-assign,assignment]
        notify = self.app.notify

        def noted(message: str, **options: object) -> None:
            self.said.append(message)
            notify(message, **options)

        self.app.notify = noted  # type: ignore[method-assign]
        await self.settled()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        await self._context.__aexit__(kind, error, trace)

    @property
    def walk(self) -> Walk:
        """The main screen."""
        return self.app.walk

    async def settled(self) -> None:
        """Wait for all workers and for what follows from them."""
        while True:
            await self.pilot.pause()
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
            walk = self.walk
            if walk.ready and not (walk.busy or walk.stale or walk.reading):
                return

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.pilot.press(key)
            await self.settled()

    async def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        await self.pilot.press(*("space" if c == " " else c for c in text))
        await self.settled()

    async def paste(self, text: str) -> None:
        """Paste a text as a terminal does."""
        target = self.app.screen.focused or self.app.screen
        target.post_message(events.Paste(text))
        await self.settled()

    def rows(self, selector: str) -> list[str]:
        """Return the rows of a list as text."""
        found = self.app.screen.query_one(selector, OptionList)
        return [str(option.prompt) for option in found.options]

    def text(self, selector: str) -> str:
        """Return the text of a static widget."""
        return str(self.app.screen.query_one(selector, Static).content)

    def typed(self, selector: str) -> str:
        """Return what stands in a field."""
        return self.app.screen.query_one(selector, Input).value

    async def go_to(self, selector: str, row: str) -> None:
        """Put the cursor of a list on the row with an id."""
        found = self.app.screen.query_one(selector, OptionList)
        found.focus()
        found.highlighted = found.get_option_index(row)
        await self.settled()

    @property
    def first(self) -> str:
        """Id of the first cause."""
        diagnosis = self.walk.diagnosis
        return diagnosis.causes[0].insight if diagnosis is not None and diagnosis.causes else ""

    @property
    def screen(self) -> str:
        """Name of the class of the screen on top."""
        return type(self.app.screen).__name__

    def painted(self) -> str:
        """Return everything that is on the screen, as text."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in lines)
