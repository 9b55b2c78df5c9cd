"""The cluster: batches go out to the workers of a Dask scheduler, readings come back as they are done.

A worker that is lost is survived: its batches go to others. A file that cannot be read is tried
once more, on its own, and then named. Stopping gives what has come so far.
"""

from __future__ import annotations

import contextlib
import gc
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.errors import UsageError
from diagnose.fleet import local
from diagnose.fleet.batches import batches
from diagnose.fleet.work import BaseAt, Outcome, base_at, content, read_batch, sees
from kb.collector import paused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from diagnose.given import Given
    from diagnose.reading.places import LogFile
    from kb.index import Index

LOCAL = "local"
"""In place of an address: a cluster of this machine's cores, for this one run."""

PATIENCE = 15
"""Seconds until a scheduler that does not answer counts as not there."""

RETRIES = 3
"""So often a batch whose worker was lost goes to another one."""


class Progress(NamedTuple):
    """How far the reading is."""

    files: int
    bytes: int
    of_files: int
    of_bytes: int


class Fleet(NamedTuple):
    """What came back."""

    outcomes: dict[str, Outcome]
    """By name of the file; one that is missing was not read before the stop."""
    workers: int
    partial: bool


def read(
    files: Sequence[LogFile],
    given: Given,
    index: Index,
    address: str,
    progress: Callable[[Progress], None],
) -> Fleet:
    """Read files on a cluster.

    Raises:
        UsageError: there is no cluster there, it has no workers, or they lack this program.
    """
    outcomes: dict[str, Outcome] = {}
    workers, partial = 0, False
    try:
        with _client(address) as client:
            workers = _workers(client, address)
            job = _Job(client, given, base_at(index), files, progress, outcomes)
            job.run(batches(files, workers))
            job.run([(name,) for name in job.unread()])
    except KeyboardInterrupt:
        partial = True
    return Fleet(outcomes, workers, partial)


class _Job:
    def __init__(
        self,
        client: Any,
        given: Given,
        base: BaseAt,
        files: Sequence[LogFile],
        progress: Callable[[Progress], None],
        outcomes: dict[str, Outcome],
    ) -> None:
        self.outcomes = outcomes
        self._client = client
        self._given = given
        self._base = base
        self._sizes = {file.name: file.size for file in files}
        self._progress = progress
        self._data = self._sent()

    def run(self, groups: Any) -> None:
        """Send every group of names out and take what comes back, in any order."""
        from distributed import as_completed  # noqa: PLC0415 (an extra)

        sent = {self._submit(names): names for names in groups}
        if not sent:
            return
        for future, result in as_completed(list(sent), with_results=True, raise_errors=False):
            self._take(sent.pop(future), future.status, result)
            future.release()
            self._tell()

    def unread(self) -> list[str]:
        """Return the names of the files without a reading, in order."""
        return [
            name
            for name in self._sizes
            if name in self.outcomes and self.outcomes[name].reading is None
        ]

    def _submit(self, names: tuple[str, ...]) -> Any:
        return self._client.submit(
            read_batch, names, self._given, self._base, self._data, retries=RETRIES, pure=False
        )

    def _take(self, names: tuple[str, ...], status: str, result: Any) -> None:
        if status == "finished":
            self.outcomes.update((outcome.name, outcome) for outcome in result)
            return
        error = result[1] if isinstance(result, tuple) else result
        said = _lost(error)
        self.outcomes.update((name, Outcome(name, None, f"{name}: {said}")) for name in names)

    def _tell(self) -> None:
        done = self.outcomes
        self._progress(
            Progress(
                len(done), sum(self._sizes[n] for n in done), len(self._sizes),
                sum(self._sizes.values()),
            )
        )  # fmt: skip

    def _sent(self) -> Any:
        """Return None where all workers see the file of the base, else its content, scattered."""
        try:
            answers = self._client.run(sees, self._base, on_error="return").values()
        except Exception:  # a worker that is just coming or going cannot be asked
            answers = ()
        if missing := [answer for answer in answers if isinstance(answer, ImportError)]:
            raise UsageError(f"the workers of the cluster lack kb-diagnose ({missing[0]})")
        if answers and all(answer is True for answer in answers):
            return None
        return self._client.scatter(content(self._base), broadcast=True)


@contextlib.contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("--dask needs the extra: pip install 'kb-diagnose[dask]'") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # errors come back as results
    with contextlib.ExitStack() as stack:
        if address == LOCAL:
            address = stack.enter_context(local.running())
        try:
            # one that failed before must not be collected inside: it is closed then, and waits for
            # the lock that the start of this one holds
            gc.collect()
            with paused():
                client = Client(address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            # what the library says may repeat what stands before the host, such as a password
            silent = isinstance(error, OSError)
            why = "nothing answers" if silent else "an address is tcp://HOST:8786"
            raise UsageError(f"--dask {_shown(address)}: no Dask scheduler there ({why})") from None
        yield stack.enter_context(client)


def _shown(address: str) -> str:
    """Return an address without what stands before its host, such as a password."""
    scheme, mark, place = address.rpartition("://")
    return f"{scheme}{mark}{place.rpartition('@')[2]}"


def _workers(client: Any, address: str) -> int:
    found = len(client.scheduler_info(n_workers=-1)["workers"])
    if not found:
        raise UsageError(f"--dask {_shown(address)}: the scheduler has no workers")
    return found


def _lost(error: object) -> str:
    name = type(error).__name__
    if name == "KilledWorker":
        return f"not read; the worker that read it was lost {RETRIES + 1} times"
    return f"not read ({name}: {' '.join(str(error).split())[:200]})"
