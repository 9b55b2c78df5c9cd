"""What a probe is about: of all queues and served deployments, the one that is most in trouble.

Facts are single values, and values of different subjects must not be mixed: the fresh poll of one
queue says nothing of the Late runs of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from diagnose.probe.processes import POLLERS
from diagnose.probe.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.probe.apistate import ApiState, Deployment, Pool, Queue, Run
    from diagnose.probe.hoststate import HostState, Process

RETIRED_S = 86_400
"""What was last polled longer ago than this, and has no run and no process, is not looked at."""


class Focus(NamedTuple):
    """The subject of the facts."""

    queue: Queue | None = None
    served: Deployment | None = None
    pool: Pool | None = None
    late: tuple[Run, ...] = ()
    """Late runs of the subject."""
    pollers: tuple[Process, ...] = ()
    """Processes of this host that ask the API for the subject's work."""
    is_here: bool = False
    """Whether this host is known to be the one where the poller should run."""

    @property
    def label(self) -> str:
        """What the subject is called."""
        if self.queue is not None:
            return f"queue {self.queue.label}"
        return f"deployment {self.served.name}" if self.served is not None else "nothing"

    @property
    def process(self) -> Process | None:
        """The poller that is most in trouble: stopped, blocked in its terminal, else the oldest."""
        order = sorted(
            self.pollers,
            key=lambda p: (p.state != "stopped", p.blocked != "terminal-write", -p.age, p.pid),
        )
        return order[0] if order else None

    @property
    def age(self) -> float | None:
        """Seconds since the subject was last polled."""
        subject = self.queue or self.served
        return subject.age if subject is not None else None


def focus(api: ApiState | None, host: HostState | None, *, here: bool = False) -> Focus:
    """Return the subject.

    Args:
        api: what the API said, or None when it was not asked or did not answer.
        host: what this host said, or None.
        here: the user says that this is the agent's host.
    """
    ours = _ours(api, host)
    if api is None:
        pollers = tuple(process for process in ours if process.role in POLLERS)
        return Focus(pollers=pollers, is_here=here or bool(ours))
    here = here or bool(ours) or api.is_local or _ran_here(api, host)
    candidates = [_of_queue(queue, api, ours, here) for queue in api.queues]
    candidates += [_of_served(d, api, ours, here) for d in api.deployments if d.is_served]
    best = max((c for c in candidates if _matters(c, api)), key=_trouble, default=None)
    return best if best is not None else Focus(pollers=_pollers(ours, api), is_here=here)


def _matters(candidate: Focus, api: ApiState) -> bool:
    if candidate.late or (candidate.pollers and candidate.queue is not None):
        return True
    served = candidate.served
    if served is not None and any(run.deployment == served.id for run in api.running):
        return True
    return candidate.age is not None and candidate.age < RETIRED_S


def _trouble(candidate: Focus) -> tuple[bool, bool, bool, float, str]:
    age = candidate.age if candidate.age is not None else float("inf")
    served = candidate.served
    silent = (served is not None and served.status == "NOT_READY" and not served.is_paused) or (
        candidate.queue is not None
        and candidate.queue.status == "NOT_READY"
        and bool(candidate.pollers)
    )
    return bool(candidate.late), silent, bool(candidate.pollers), age, candidate.label


def _of_queue(queue: Queue, api: ApiState, ours: Sequence[Process], here: bool) -> Focus:
    late = tuple(
        run for run in api.late if run.pool == queue.pool and run.queue in (queue.name, "")
    )
    pool = next((pool for pool in api.pools if pool.name == queue.pool), None)
    pollers = tuple(process for process in ours if _polls(process, queue))
    return Focus(queue, None, pool, late, pollers, here)


def _of_served(served: Deployment, api: ApiState, ours: Sequence[Process], here: bool) -> Focus:
    late = tuple(run for run in api.late if run.deployment == served.id)
    pollers = tuple(process for process in ours if process.role in ("runner", "client"))
    return Focus(None, served, None, late, pollers, here)


def _polls(process: Process, queue: Queue) -> bool:
    if process.role not in ("agent", "worker"):
        return False
    if process.pools:
        named = not process.queues or queue.name in process.queues
        return queue.pool in process.pools and named
    return queue.name in process.queues or queue.name in process.command.split()


def _pollers(ours: Sequence[Process], api: ApiState) -> tuple[Process, ...]:
    kinds = (*POLLERS, "client") if any(d.is_served for d in api.deployments) else POLLERS
    return tuple(process for process in ours if process.role in kinds)


def _ran_here(api: ApiState, host: HostState | None) -> bool:
    return host is not None and any(same_host(run.pid, host.name) for run in api.running)


def same_host(pid: str, name: str) -> bool:
    """Say whether a ``host:pid`` names this host."""
    there, colon, _ = pid.rpartition(":")
    return (
        bool(colon) and there.split(".")[0].casefold() == name.split(".", maxsplit=1)[0].casefold()
    )


def _ours(api: ApiState | None, host: HostState | None) -> tuple[Process, ...]:
    """Return the processes of this host that use this API, as far as their environment tells."""
    if host is None:
        return ()
    found = (process for process in host.processes if process.role != "server")
    if api is None:
        return tuple(found)
    wanted = place(api.url)
    return tuple(process for process in found if not process.api or place(process.api) == wanted)


def place(url: str) -> tuple[str, int | None, str]:
    """Return host, port and path of a URL, with all names of this host made equal."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "", None, url
    return "loopback" if is_loopback(host) else host, port, parts.path.rstrip("/")
