"""Work that may never end, as reading from a pipe nobody writes to, and need not be waited for."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

GRACE_S = 1.0
"""Seconds between two looks at whether anybody still waits."""

T = TypeVar("T")


class StalledError(Exception):
    """Nobody waits for the work any more, and it is not done."""


def waited_for(work: Callable[[], T], is_unwanted: Callable[[], bool]) -> T:
    """Return what some work gives; it has a thread of its own that holds up no end of the program.

    Raises:
        StalledError: it is unwanted. It may go on, and nobody sees its result.
        Exception: what the work raises.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # it is raised where it is waited for
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    while True:
        try:
            return result.result(GRACE_S)
        except TimeoutError:
            if result.done():
                raise  # it is of the work itself
            if is_unwanted():
                raise StalledError from None
