"""Which processes of this host have to do with Prefect, and what each of them is doing."""

from __future__ import annotations

import os
import shlex
import socket
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.probe import installs, procfs
from diagnose.probe.cmdline import flag, number, options, role, run_id, without_user
from diagnose.probe.hoststate import Process
from diagnose.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diagnose.probe.settings import Target

POLLERS = ("agent", "worker", "runner")
"""Roles of processes that ask for work."""

_SHOWN = 300
_TOLD = (
    "PREFECT_API_URL", "PREFECT_API_ENABLE_HTTP2", "PREFECT_FLOWS_HEARTBEAT_FREQUENCY",
    "PREFECT_RUNNER_HEARTBEAT_FREQUENCY", "PREFECT__FLOW_RUN_ID", "STY", "TMUX", "VIRTUAL_ENV", "PATH",
)  # fmt: skip
"""The only variables of other processes that are ever looked at."""


class Seen(NamedTuple):
    """A process as listed, before a closer look."""

    pid: int
    parent: int
    name: str
    argv: tuple[str, ...]
    role: str
    is_defunct: bool = False
    """Ended, and only its parent has not asked how."""


def found(target: Target | None) -> tuple[tuple[Process, ...], list[Seen]]:
    """Return the processes that have to do with Prefect, and the list of all."""
    listed = _listed()
    sockets = _sockets(target)
    roles = {seen.pid: seen.role for seen in listed if seen.role}
    for seen in listed:
        if seen.role == "run":
            roles.setdefault(seen.parent, "runner" if _is_python(seen.parent, listed) else "")
    for pid in sockets:
        if pid not in roles and _uses_prefect(pid, listed):
            roles[pid] = "client"
    parents = {seen.pid: seen for seen in listed}
    looked = (
        _look(parents[pid], role, parents, sockets.get(pid, ""))
        for pid, role in sorted(roles.items())
        if role and pid in parents and pid != os.getpid()
    )
    return tuple(process for process in looked if process is not None), listed


def _listed() -> list[Seen]:
    import psutil  # noqa: PLC0415 (only a probe pays for it)

    listed = []
    for process in psutil.process_iter(["pid", "ppid", "name", "cmdline", "status"]):
        info = process.info
        argv = tuple(info["cmdline"] or ())
        name = info["name"] or ""
        defunct = info["status"] == psutil.STATUS_ZOMBIE
        listed.append(Seen(info["pid"], info["ppid"] or 0, name, argv, role(argv), defunct))
    return listed


def _is_python(pid: int, listed: Sequence[Seen]) -> bool:
    return any(
        "python" in seen.name or "python" in seen.argv[:1] for seen in listed if seen.pid == pid
    )


def _uses_prefect(pid: int, listed: Sequence[Seen]) -> bool:
    argv = next((seen.argv for seen in listed if seen.pid == pid), ())
    folder = installs.prefix(argv, "", {})
    return folder is not None and "prefect" in dict(installs.versions(folder))


def _sockets(target: Target | None) -> dict[int, str]:
    """Return the processes that are connected to the API, with the state of the connection.

    ``CLOSE-WAIT`` only when no other connection is open: clients leave idle ones behind.
    """
    import psutil  # noqa: PLC0415

    if target is None:
        return {}
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(target.host, target.port)}
        connections = psutil.net_connections("tcp")
    except (OSError, UnicodeError, psutil.Error):
        return {}
    states: dict[int, set[str]] = {}
    for connection in connections:
        remote: Any = connection.raddr
        if connection.pid and remote and remote.port == target.port and remote.ip in addresses:
            states.setdefault(connection.pid, set()).add(connection.status)
    return {
        pid: "ESTABLISHED" if "ESTABLISHED" in seen else "CLOSE-WAIT"
        for pid, seen in states.items()
        if seen & {"ESTABLISHED", "CLOSE_WAIT"}
    }


def _look(seen: Seen, kind: str, parents: Mapping[int, Seen], state: str) -> Process | None:
    """Look at one process closely; None when it has ended meanwhile."""
    import psutil  # noqa: PLC0415

    try:
        process = psutil.Process(seen.pid)
        age = max(0.0, time.time() - process.create_time())
        status = process.status()
        terminal = process.terminal() or "" if hasattr(process, "terminal") else ""
    except psutil.Error:
        return None
    environ = _environ(process)
    folder = installs.prefix(seen.argv, _executable(process), environ)
    wait, wchan = procfs.blocked(seen.pid)
    short = any(word.split("=")[0] in ("--run-once", "--max-polls") for word in seen.argv)
    path = environ.get("PATH")
    return Process(
        pid=seen.pid, role=kind, command=redact(shlex.join(seen.argv))[:_SHOWN], age=age,
        state="stopped" if status in ("stopped", "tracing-stop") else status, parent=seen.parent,
        terminal=terminal, stdout=procfs.stdout(seen.pid), blocked=wait, wchan=wchan,
        multiplexer=_multiplexer(seen, environ, parents), sigint=procfs.sigint(seen.pid), socket=state,
        api=without_user(environ.get("PREFECT_API_URL", "")), pools=options(seen.argv, ("-p", "--pool")),
        queues=options(seen.argv, ("-q", "--work-queue")), short_lived=short, limit=number(options(seen.argv, ("-l", "--limit"))),
        run=run_id(environ, seen.argv),
        python=str(folder or ""), in_venv=installs.is_venv(folder) if folder else None,
        path_has_venv=installs.on_path(folder, path) if folder and path is not None else None,
        versions=installs.versions(folder) if folder else (),
        http2=flag(environ.get("PREFECT_API_ENABLE_HTTP2", "")),
        heartbeat_s=environ.get("PREFECT_FLOWS_HEARTBEAT_FREQUENCY")
        or environ.get("PREFECT_RUNNER_HEARTBEAT_FREQUENCY", ""),
        unit=procfs.unit(seen.pid), is_capable=procfs.is_capable(seen.pid), cgroup=procfs.cgroup(seen.pid),
        limits=_limits(process),
    )  # fmt: skip


def _environ(process: Any) -> dict[str, str]:
    """Return the variables in `_TOLD`; none when they cannot be read."""
    import psutil  # noqa: PLC0415

    try:
        environ = process.environ()
    except (psutil.Error, OSError):
        return {}
    return {name: environ[name] for name in _TOLD if name in environ}


def _executable(process: Any) -> str:
    import psutil  # noqa: PLC0415

    try:
        return str(process.exe())
    except (psutil.Error, OSError):
        return ""


def _limits(process: Any) -> tuple[tuple[str, int], ...]:
    """Return the limits that are set on open files and processes; no entry means none."""
    import psutil  # noqa: PLC0415

    wanted = {"open files": "RLIMIT_NOFILE", "processes": "RLIMIT_NPROC"}
    found = []
    for label, name in wanted.items():
        try:
            soft, _ = process.rlimit(getattr(psutil, name))
        except (psutil.Error, OSError, AttributeError):
            continue
        if 0 <= soft < 1 << 40:
            found.append((label, int(soft)))
    return tuple(found)


def _multiplexer(seen: Seen, environ: Mapping[str, str], parents: Mapping[int, Seen]) -> str:
    """Return ``screen`` or ``tmux`` by environment or ancestry, ``none``, or nothing if unreadable."""
    if environ.get("STY"):
        return "screen"
    if environ.get("TMUX"):
        return "tmux"
    at: Seen | None = seen
    for _ in range(64):
        at = parents.get(at.parent) if at else None
        if at is None:
            break
        name = at.name.casefold()
        if name == "screen" or name.startswith("tmux"):
            return name.split(":")[0]
    return "none" if environ else ""
