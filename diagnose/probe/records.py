"""What a probe reads, as plain records."""

from __future__ import annotations

from typing import NamedTuple

KNOWN, UNKNOWN, FORBIDDEN, UNREACHABLE = "known", "unknown", "forbidden", "unreachable"
"""How a value came out; only a known one is evidence, the others never count as absent."""


class Value(NamedTuple):
    """One fact as read, or why it could not be."""

    name: str
    value: str
    subject: str
    """What it was read of, such as ``queue agents/default`` or ``process 4711``."""
    status: str = KNOWN
    why: str = ""
    """Why it is not known."""


class Gap(NamedTuple):
    """A part of the API, the host or the cluster that could not be read."""

    part: str
    status: str
    line: str
    code: int = 0
    """HTTP status of a refusal."""


class Beat(NamedTuple):
    """The metric for one queue, worker or runner: seconds since its last heartbeat."""

    kind: str
    """``queue`` (what an agent or worker polls), ``worker`` or ``runner`` (a served deployment)."""
    pool: str
    queue: str
    name: str
    seconds: float


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
    count: int
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


class Cgroup(NamedTuple):
    """Memory and process events of a control group."""

    path: str = ""
    oom_kills: int | None = None
    memory: int | None = None
    memory_limit: int | None = None
    pids: int | None = None
    pids_limit: int | None = None


class Process(NamedTuple):
    """A process that has to do with Prefect; empty or None means that it could not be read."""

    pid: int
    role: str
    """``agent``, ``worker``, ``runner``, ``client``, ``run``, ``dask-worker``, ``heartbeat`` or
    ``server``."""
    command: str
    """Command line, secrets masked."""
    age: float
    state: str
    parent: int
    terminal: str
    stdout: str
    """``terminal``, ``file``, ``pipe``, ``socket``, ``null`` or ``other``: that of stdout, or of
    stderr when that is a terminal."""
    blocked: str
    """``terminal-write``, ``event-loop``, ``socket-read``, ``lock``, ``running``, ``stopped`` ..."""
    wchan: str
    multiplexer: str
    """``screen``, ``tmux`` or ``none``."""
    sigint: str
    socket: str
    """State of its connection to the API."""
    api: str
    """The API URL in its environment."""
    pools: tuple[str, ...]
    queues: tuple[str, ...]
    short_lived: bool
    limit: int | None
    """Runs that it takes at a time, when its command line says so."""
    run: str
    """Id of the flow run that it executes."""
    python: str
    """Folder of its virtual environment, or of its interpreter."""
    in_venv: bool | None
    path_has_venv: bool | None
    versions: tuple[tuple[str, str], ...]
    http2: str
    """``true`` or ``false`` when its environment says so."""
    heartbeat_s: str
    """Interval of run heartbeats when its environment says so."""
    unit: str
    """The systemd unit that it runs in."""
    is_capable: bool | None
    """Whether it holds every capability of the kernel, as in a privileged container."""
    cgroup: Cgroup
    limits: tuple[tuple[str, int], ...] = ()
    """Limits that are set for it: open files, processes."""

    def version(self, package: str) -> str:
        """Return the installed version of a package in its environment, or nothing."""
        return dict(self.versions).get(package, "")


class Unit(NamedTuple):
    """A systemd unit."""

    name: str
    state: str
    restarts: int | None
    exit_status: int | None
    """Status of the last end, 128 + signal for a kill; None while it runs or was never started."""
    result: str


class HostState(NamedTuple):
    """What this host said."""

    name: str
    processes: tuple[Process, ...]
    pids: frozenset[int]
    zombies: int
    oom_kills: int | None
    """Kills for memory on the whole host since boot."""
    container: str
    """Name of the container's kind, or nothing."""
    dockerd: bool
    docker_socket: str
    """``up``, ``down``, ``forbidden``, or nothing without a socket."""
    disk_percent: float | None
    logins: int
    units: tuple[Unit, ...]
    screens: tuple[tuple[str, str], ...]
    """(session, attached or detached)."""
    gaps: tuple[Gap, ...] = ()
