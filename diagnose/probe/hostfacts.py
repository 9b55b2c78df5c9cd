"""Facts of the host and of the process that asks for work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.probe import procfs
from diagnose.probe.records import FORBIDDEN, KNOWN, UNKNOWN, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnose.probe.focus import Focus
    from diagnose.probe.hoststate import HostState, Process

STALE_S = 60
"""Connections tell something only of a poller whose subject was not polled for so long."""

OLD_ERA = ("0.", "1.")
"""Versions that start a heartbeat child for each run."""


def of_host(host: HostState, about: Focus) -> Iterator[Value]:
    """Return the facts of this host; of another one's agent it can say nothing."""
    here = f"host {host.name}"
    if about.pollers:
        yield Value("agent_processes", str(len(about.pollers)), here)
    elif about.is_here and not any(gap.part == "processes" for gap in host.gaps):
        yield Value("agent_processes", "0", here)
    else:
        gap = next((gap for gap in host.gaps if gap.part == "processes"), None)
        why = gap.line if gap else "none here, but nothing says that the agent belongs on this host"
        yield Value("agent_processes", "", here, gap.status if gap else UNKNOWN, why)
    if not about.is_here:
        return
    if about.process is not None:
        yield from _of_process(about.process, host, about)
    yield from _of_resources(host, about)
    yield from _of_containers(host, about)
    yield from _of_units(host, about)
    yield from _of_dask(host)


def _of_process(process: Process, host: HostState, about: Focus) -> Iterator[Value]:
    what = f"process {process.pid}"
    yield Value("agent_process_state", process.state, what)
    yield Value("agent_uptime_s", f"{process.age:.0f}", what)
    yield Value("agent_short_lived", str(process.short_lived).lower(), what)
    yield _known("agent_stdout", process.stdout, what)
    yield _known("agent_multiplexer", process.multiplexer, what)
    if process.state != "stopped":
        yield _known("agent_blocked_in", process.blocked, what)
    if process.sigint in ("ignored", "handled"):
        yield Value("agent_sigint", process.sigint, what)
    if process.socket and about.age is not None and about.age > STALE_S:
        yield Value("agent_socket_state", process.socket, what)
    if process.http2:
        yield Value("http2_enabled", process.http2, what)
    for package in ("prefect", "httpcore", "prefect_kubernetes"):
        if version := process.version(package):
            yield Value(f"{package}_version", version, what)
    if process.stdout == "terminal":
        yield from _of_terminal(host, what)


def _of_terminal(host: HostState, what: str) -> Iterator[Value]:
    if host.logins >= 0 and not host.container:
        yield Value("logins", str(host.logins), f"host {host.name}")
    states = {state for _, state in host.screens}
    if len(states) == 1:
        yield Value("screen_session", states.pop(), what)


def _of_resources(host: HostState, about: Focus) -> Iterator[Value]:
    groups = {process.cgroup for process in about.pollers}
    kills = [group.oom_kills for group in groups if group.oom_kills is not None]
    where = f"host {host.name}"
    if any(kills):
        yield Value("oom_kills", str(max(kills)), "control group of the agent")
    elif host.oom_kills == 0:
        yield Value("oom_kills", "0", where)
    elif host.oom_kills:
        why = f"{host.oom_kills} on this host since boot, not known of what"
        yield Value("oom_kills", "", where, UNKNOWN, why)
    used = [
        100.0 * group.pids / group.pids_limit
        for group in groups
        if group.pids is not None and group.pids_limit
    ]
    if used:
        yield Value("pids_used_percent", f"{max(used):.0f}", "control group of the agent")
    if host.disk_percent is not None:
        yield Value("disk_used_percent", f"{host.disk_percent:.0f}", where)
    yield Value("zombie_children", str(host.zombies), where)


def _of_containers(host: HostState, about: Focus) -> Iterator[Value]:
    where = f"host {host.name}"
    if host.container and host.dockerd:
        yield Value("dockerd_in_container", "true", where)
    else:
        mounted = host.container and host.docker_socket
        yield Value("dockerd_in_container", "socket" if mounted else "false", where)
    if host.docker_socket in ("up", "down"):
        yield Value("docker_daemon", host.docker_socket, where)
    elif host.docker_socket:
        yield Value("docker_daemon", "", where, FORBIDDEN, "the Docker socket may not be opened")
    process = about.process
    if host.container and process is not None and process.is_capable is not None:
        yield Value(
            "container_privileged", str(process.is_capable).lower(), f"process {process.pid}"
        )


def _of_units(host: HostState, about: Focus) -> Iterator[Value]:
    named = {process.unit for process in about.pollers if process.unit}
    units = [unit for unit in host.units if not named or unit.name in named]
    restarts = [(unit.restarts, unit.name) for unit in units if unit.restarts is not None]
    if restarts:
        yield Value("service_restarts", str(max(restarts)[0]), f"unit {max(restarts)[1]}")
    ended = [unit for unit in units if unit.exit_status is not None]
    if not about.pollers and len(ended) == 1:
        yield Value(
            "agent_exit_status",
            str(ended[0].exit_status),
            f"unit {ended[0].name}",
            KNOWN,
            ended[0].result,
        )


def _of_dask(host: HostState) -> Iterator[Value]:
    """Facts on how Dask workers were started; they matter where tasks start ``prefect heartbeat``."""
    workers = [p for p in host.processes if p.role == "dask-worker"]
    if not workers:
        return
    worker = workers[0]
    what = f"process {worker.pid}"
    if worker.path_has_venv is not None:
        yield Value("service_path_has_venv", str(worker.path_has_venv).lower(), what)
    if worker.in_venv is not None:
        yield Value("service_python", "venv" if worker.in_venv else "outside-venv", what)
    version = worker.version("prefect")
    if worker.python:
        yield Value("prefect_importable", str(bool(version)).lower(), what)
    if version.startswith(OLD_ERA):
        children = sum(process.role == "heartbeat" for process in host.processes)
        if children:
            yield Value("heartbeat_children", str(children), f"host {host.name}")
        else:
            why = "none now, but none is due while no task runs"
            yield Value("heartbeat_children", "", f"host {host.name}", UNKNOWN, why)


def _known(name: str, value: str, what: str) -> Value:
    if value:
        return Value(name, value, what)
    if not procfs.is_there():
        return Value(name, "", what, UNKNOWN, "this system does not tell it")
    return Value(name, "", what, FORBIDDEN, "it needs the rights of the process's owner, or root")
