"""The cluster of one machine: workers of its own for one run."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from diagnose.reading.parallel import cores

if TYPE_CHECKING:
    from collections.abc import Iterator

ALLOCATOR = "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_"
"""Dask has its workers give memory back at once, for large arrays; blocks of a log that come and go
then cost an eighth of the reading (0.45 s of 3.6 s for 192 MB)."""

STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Signals that ask this program to stop; not every system has the last one."""


@contextlib.contextmanager
def running(workers: int | None = None) -> Iterator[str]:
    """Give the address of a cluster of so many worker processes, by default one for each core.

    Raises:
        ImportError: the extra is not installed.
    """
    import dask  # noqa: PLC0415 (an extra)
    from distributed import LocalCluster  # noqa: PLC0415

    with dask.config.set({ALLOCATOR: None}), contextlib.ExitStack() as stack:
        with _uninterrupted():
            cluster = LocalCluster(
                n_workers=workers or cores(),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # its own may be taken
                silence_logs=logging.CRITICAL,
                preload=__name__,
            )
            stack.callback(_closed, cluster)
        yield cluster.scheduler_address


def _closed(cluster: Any) -> None:
    with _uninterrupted():
        cluster.close()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off signals to stop: a cluster that is half there, or half gone, cannot be ended cleanly."""
    came: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in STOPS:
            before[number] = signal.signal(number, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if came:
        signal.raise_signal(came[0])


def dask_setup(_worker: Any) -> None:
    """Prepare a worker: Ctrl-C reaches all processes of a terminal, and ends only the first.

    Dask calls this at the start of each worker, as this module is its preload.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
