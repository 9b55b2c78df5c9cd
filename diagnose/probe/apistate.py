"""What an API says, as plain records."""

from __future__ import annotations

from typing import NamedTuple

from diagnose.probe.records import KNOWN, Gap

MISSED = 3
"""A worker counts as online until it missed so many heartbeats, whatever its row says: a server
whose own watching service hangs keeps dead workers ONLINE."""

WORKER_BEAT_S = 30.0
"""Interval of a worker's heartbeats where its row tells none."""


class Pool(NamedTuple):
    """A work pool."""

    name: str
    kind: str
    status: str
    is_paused: bool
    limit: int | None
    watch_timeout_s: str
    """Job watch timeout of the pool's template, empty without one."""


class Queue(NamedTuple):
    """A work queue."""

    pool: str
    name: str
    status: str
    is_paused: bool
    limit: int | None
    age: float | None
    """Seconds since the last poll; None when it was never polled."""

    @property
    def label(self) -> str:
        """Pool and name."""
        return f"{self.pool}/{self.name}"


class Worker(NamedTuple):
    """A worker's row on the server."""

    pool: str
    name: str
    status: str
    age: float | None
    """Seconds since its last heartbeat."""
    interval: float | None
    """Seconds between two heartbeats, as the worker said."""

    @property
    def is_online(self) -> bool:
        """Whether it told of itself lately."""
        return self.age is not None and self.age <= MISSED * (self.interval or WORKER_BEAT_S)


class Deployment(NamedTuple):
    """A deployment; without a pool and once polled it is served by a runner."""

    id: str
    flow_id: str
    name: str
    pool: str
    queue: str
    status: str
    is_paused: bool
    limit: int | None
    age: float | None
    """Seconds since a runner last polled."""

    @property
    def is_served(self) -> bool:
        """Whether a runner, not a worker or agent, takes its runs."""
        return not self.pool and not self.queue and self.age is not None


class Run(NamedTuple):
    """A flow run that is Late, overdue, Pending or Running."""

    id: str
    name: str
    state: str
    pool: str
    queue: str
    deployment: str
    """Id of its deployment."""
    tags: tuple[str, ...]
    age: float | None
    """Seconds since it entered its state."""
    late: float | None
    """Seconds since it should have started."""
    pid: str
    """What the server knows of its process: ``pid``, ``host:pid`` or nothing."""


class Beats(NamedTuple):
    """What the heartbeat events of one run say."""

    run: str
    events: int
    age: float | None
    """Seconds since the newest occurred."""
    interval: float | None
    """Seconds between two of them, the median; None with less than two."""
    longest: float | None
    """Longest time between two of them."""
    delay: float | None
    """Longest time from occurrence to receipt, in seconds."""


class Limit(NamedTuple):
    """A concurrency limit with its slots."""

    name: str
    slots: int
    taken: int


class ApiState(NamedTuple):
    """What the API said."""

    url: str
    source: str
    is_local: bool
    """Whether the API is on this host."""
    version: str = ""
    latency: float | None = None
    skew: float | None = None
    """Server's clock minus this host's, in seconds; good to a second."""
    status: int = 0
    """HTTP status of the health call, or that with which credentials were refused; 0 without an
    answer, or when it refuses and no credentials are configured."""
    reached: str = KNOWN
    pools: tuple[Pool, ...] = ()
    queues: tuple[Queue, ...] = ()
    workers: tuple[Worker, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    late: tuple[Run, ...] = ()
    overdue: tuple[Run, ...] = ()
    pending: tuple[Run, ...] = ()
    running: tuple[Run, ...] = ()
    beats: tuple[Beats, ...] = ()
    limits: tuple[Limit, ...] | None = None
    """Limits by tag and global ones; None when they could not be read."""
    within: tuple[float, ...] | None = None
    """Seconds that each automation on heartbeats waits for the next; None when not asked."""
    services_off: tuple[str, ...] = ()
    """Services of the server that its settings switch off."""
    gaps: tuple[Gap, ...] = ()
    calls: int = 0

    def gap(self, part: str) -> Gap | None:
        """Return why a part could not be read, or None when it was."""
        return next((gap for gap in self.gaps if gap.part in (part, "api")), None)
