"""The terminal lent and taken back: to the shell with ctrl+z, to an editor, and on again.

Textual leaves and enters its mode inside signal handlers, and enters it at every SIGCONT, whether
it had left it or not. After a SIGSTOP, or when the two signals come close together, two threads
then read the keyboard: one of them waits for ever for a key that the other has taken, so that the
application cannot end. And a handler that writes while the code it interrupts is writing waits for
a lock that it holds itself. So signals are handled between two events here, and the mode is entered
only after it was left.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App


class Terminal(LinuxDriver):
    """A Unix terminal that can be left at any time."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._away = False
        self._listen()

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            loop.add_signal_handler(signal.SIGTSTP, self._leave)
            loop.add_signal_handler(signal.SIGCONT, self._come_back)
        except (RuntimeError, ValueError):  # not in the main thread: no signal comes here
            return

    def write(self, data: str) -> None:
        """Write to the terminal; while it is lent, nothing is ours to write."""
        if not self._away:
            super().write(data)

    def suspend_application_mode(self) -> None:
        """Give the terminal back as it was."""
        if not self._away:
            super().suspend_application_mode()
            self._away = True

    def resume_application_mode(self) -> None:
        """Take the terminal again."""
        if self._away:
            self._away = False
            super().resume_application_mode()

    @contextmanager
    def no_automatic_restart(self) -> Iterator[None]:
        """While another program has the terminal, stop when it stops, as any program does."""
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        try:
            with super().no_automatic_restart():
                yield
        finally:
            self._listen()

    def _leave(self) -> None:
        self.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _come_back(self) -> None:
        """Take the terminal again, in whatever state the shell left it."""
        if self._app.return_code is not None:  # told to end while it was stopped
            return
        if not self._is_in_front():
            self._leave()
            return
        self.suspend_application_mode()
        self.resume_application_mode()
        self._app.refresh(layout=True)

    def _is_in_front(self) -> bool:
        """Say whether the shell gave the terminal to this job, or there is no shell."""
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return True
