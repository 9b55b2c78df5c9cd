"""What a host says, as plain records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from diagnose.probe.records import Gap


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
    """Of everything that still runs; a defunct process does not."""
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
