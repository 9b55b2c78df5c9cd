"""What is said over a connection ends in time, whenever the connection came."""

from __future__ import annotations

import socket
from typing import Any

from diagnose.probe.wire import Wire

CONNECTED = "connection.connect_tcp.complete"


class Stream:
    """A connection as the client's trace hands it over."""

    def __init__(self, ours: socket.socket) -> None:
        self._ours = ours

    def get_extra_info(self, name: str) -> Any:
        return self._ours if name == "socket" else None


def test_a_connection_that_comes_when_the_time_is_up_is_cut_as_well() -> None:
    wire = Wire()
    ours, theirs = socket.socketpair()
    late, other = socket.socketpair()
    with ours, theirs, late, other:
        for end in (theirs, other):
            end.settimeout(30)  # so that a failure is told
        with wire.within(0.01):
            wire.trace(CONNECTED, {"return_value": Stream(ours)})
            assert theirs.recv(1) == b""  # the time is up
            wire.trace(CONNECTED, {"return_value": Stream(late)})
            assert other.recv(1) == b""

    assert wire.is_cut
