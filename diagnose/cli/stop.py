"""Signals: the first asks for the answer so far, the next ends the program at once."""

from __future__ import annotations

from diagnose.errors import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from types import FrameType
    from typing import Any, TypeAlias

    Handlers: TypeAlias = dict[int, Callable[[int, FrameType | None], Any] | int]
else:
    # The built-in module behind `signal`, without its enumerations: to load `enum` takes half as
    # long as the interpreter takes to start.
    import _signal as signal

_STATUS: dict[int, int] = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}
if hasattr(signal, "SIGHUP"):  # not on Windows
    _STATUS[signal.SIGHUP] = Exit.HUNG_UP
_received: list[int] = []


def listen() -> Handlers:
    """Turn SIGINT, SIGTERM and SIGHUP into KeyboardInterrupt, which reading takes as its end.

    A signal that is ignored (``nohup``, background jobs) stays ignored.

    Returns:
        What handled them before, for `leave`.
    """
    _received.clear()
    before: Handlers = {}
    for number in _STATUS:
        handler = signal.getsignal(number)
        if handler != signal.SIG_IGN:
            try:
                signal.signal(number, _received_one)
            except ValueError:  # not in the main thread: the caller's affair
                return before
            before[number] = signal.SIG_DFL if handler is None else handler
    return before


def leave(before: Handlers) -> None:
    """Give the signals back to what handled them."""
    for number, handler in before.items():
        signal.signal(number, handler)


def status() -> int:
    """Return the exit status for the signal that came; that of SIGINT when none is known."""
    return _STATUS[_received[0]] if _received else Exit.INTERRUPTED


def _received_one(number: int, _frame: FrameType | None) -> None:
    _received.append(number)
    raise KeyboardInterrupt
