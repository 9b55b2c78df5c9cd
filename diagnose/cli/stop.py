"""Signals: the first asks for the answer so far, the next ends the program at once."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

from diagnose.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_received: list[int] = []


@contextlib.contextmanager
def signals_stop() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into KeyboardInterrupt, which reading takes as its end.

    A signal that is ignored (``nohup``, background jobs) stays ignored.
    """
    _received.clear()
    before = {}
    for number in _SIGNALS:
        with contextlib.suppress(ValueError):  # not in the main thread: the caller's affair
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, _received_one)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


def status() -> int:
    """Return the exit status for the signal that came; that of SIGINT when none is known."""
    return Exit.TERMINATED if _received[:1] == [signal.SIGTERM] else Exit.INTERRUPTED


def _received_one(number: int, _frame: FrameType | None) -> None:
    _received.append(number)
    raise KeyboardInterrupt
