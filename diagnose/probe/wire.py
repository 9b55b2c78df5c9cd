"""The connection that a client talks over, and an end for what is said over it.

A client's own timeouts hold from one piece to the next, so a server that drips bytes, of its
headers or of its answer, could go on for ever.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MADE = (".connect_tcp.complete", ".start_tls.complete")
"""Events of httpcore's trace extension that bring a connection."""


class Wire:
    """The newest connection of a client."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.is_cut = False
        """Whether the last `within` took too long."""

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take note of a new connection; the client calls this for all that happens."""
        if event.endswith(_MADE):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_cut:  # the time was up before there was anything to cut
                self._shut()

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut the connection when the block takes longer, which ends whatever it waits for."""
        self.is_cut = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.is_cut = True
        self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # that of an SSL socket would take its state from under whoever reads
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
