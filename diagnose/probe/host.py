"""Reads the state of this host: processes, kills for memory, containers, services, terminals."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.probe import procfs
from diagnose.probe.hoststate import HostState, Unit
from diagnose.probe.processes import found
from diagnose.probe.records import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnose.probe.hoststate import Process
    from diagnose.probe.processes import Seen
    from diagnose.probe.settings import Target

UNIT_PATTERNS = ("prefect*.service", "dask*.service")
COMMAND_S = 5.0
"""Seconds for a program that is asked."""

BOOTED = Path("/run/systemd/system")
"""A folder that exists where systemd runs."""

DOCKER_SOCKET = "/var/run/docker.sock"
SCREENS = (
    Path("/run/screen"),
    Path("/var/run/screen"),
    Path("/tmp/screens"),  # noqa: S108 (only looked at)
    Path("/tmp/uscreens"),  # noqa: S108
)


def read(target: Target | None) -> HostState:
    """Return what this host says of itself and of the processes that poll an API."""
    import psutil  # noqa: PLC0415 (only a probe pays for it)

    processes, listed = found(target)
    gaps: list[Gap] = []
    try:
        logins = len(psutil.users())
    except (OSError, AttributeError):
        logins = -1
    return HostState(
        name=socket.gethostname(),
        processes=processes,
        pids=frozenset(seen.pid for seen in listed if not seen.is_defunct),
        zombies=sum(seen.is_defunct for seen in listed),
        oom_kills=procfs.oom_kills(),
        container=procfs.container(),
        dockerd=any(seen.name == "dockerd" for seen in listed),
        docker_socket=_docker(),
        disk_percent=_disk(processes),
        logins=logins,
        units=_units(processes, gaps),
        screens=_screens(),
        gaps=tuple(gaps + _unreadable(processes, listed)),
    )


def _unreadable(processes: Iterable[Process], listed: Sequence[Seen]) -> list[Gap]:
    gaps = []
    if not any(seen.argv for seen in listed if seen.pid != os.getpid()):
        gaps.append(
            Gap("processes", "forbidden", "command lines of other processes cannot be read here")
        )
    elif os.name == "posix" and not any(seen.pid == 1 for seen in listed):
        gaps.append(
            Gap("processes", "forbidden", "processes of other users are hidden from this one")
        )
    for process in processes:
        if procfs.is_there() and not (process.blocked and process.multiplexer):
            line = f"process {process.pid}: what it waits in or its environment needs its owner's rights or root"
            gaps.append(Gap(f"process {process.pid}", "forbidden", line))
    return gaps


def _disk(processes: Iterable[Process]) -> float | None:
    """Return how full the fullest of the file systems is that Prefect writes to."""
    import psutil  # noqa: PLC0415

    places = {os.path.abspath(os.sep), tempfile.gettempdir()}  # noqa: PTH100
    with suppress(RuntimeError):  # some users have no home
        places.add(str(Path.home()))
    places |= {process.python for process in processes if process.python}
    found = []
    for place in sorted(places):
        try:
            found.append(psutil.disk_usage(place).percent)
        except OSError:
            continue
    return max(found, default=None)


def _docker() -> str:
    """Connect to the Docker daemon's socket, without asking it anything."""
    if not hasattr(socket, "AF_UNIX") or not Path(DOCKER_SOCKET).exists():
        return ""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(COMMAND_S)
            client.connect(DOCKER_SOCKET)
    except PermissionError:
        return "forbidden"
    except OSError:
        return "down"
    return "up"


def _units(processes: Iterable[Process], gaps: list[Gap]) -> tuple[Unit, ...]:
    """Ask systemd for the units of the processes and for units with the names in question."""
    program = shutil.which("systemctl")
    if program is None or not BOOTED.exists():
        return ()
    names = sorted({process.unit for process in processes if process.unit})
    wanted = "Id,ActiveState,SubState,NRestarts,ExecMainCode,ExecMainStatus,Result,LoadState"
    argv = [program, "show", "--all", f"--property={wanted}", "--", *UNIT_PATTERNS, *names]
    output, why = run(argv)
    if why:
        gaps.append(Gap("systemd", "unknown", f"systemctl show: {why}"))
    units = {
        unit.name: unit for block in output.split("\n\n") if (unit := _unit(block)) is not None
    }
    return tuple(units[name] for name in sorted(units))


def _unit(block: str) -> Unit | None:
    pairs = dict(line.partition("=")[::2] for line in block.strip().splitlines())
    if not pairs.get("Id") or pairs.get("LoadState") == "not-found":
        return None
    code, status = pairs.get("ExecMainCode", "0"), pairs.get("ExecMainStatus", "")
    ended = pairs.get("ActiveState") in ("inactive", "failed") and code in ("1", "2", "3")
    number = int(status) if ended and status.isdecimal() else None
    restarts = pairs.get("NRestarts", "")
    return Unit(
        pairs["Id"][:255], f"{pairs.get('ActiveState', '')} ({pairs.get('SubState', '')})",
        int(restarts) if restarts.isdecimal() else None,
        number if number is None or code == "1" else 128 + number, pairs.get("Result", ""),
    )  # fmt: skip


def _screens() -> tuple[tuple[str, str], ...]:
    """Return GNU screen's sessions: its sockets are executable while a display is attached."""
    found = []
    for root in SCREENS:
        try:
            for path in root.glob("S-*/*"):
                found.append((path.name, "attached" if path.stat().st_mode & 0o100 else "detached"))
        except OSError:
            continue
    return tuple(sorted(set(found)))


def run(argv: Sequence[str], most: int = 5_000_000) -> tuple[str, str]:
    """Run a reading program without a shell; return its output and why it could not be had."""
    try:
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE,
                timeout=COMMAND_S, check=False,
            )  # fmt: skip
            output.seek(0)
            data = output.read(most + 1)
    except subprocess.TimeoutExpired:
        return "", f"no answer within {COMMAND_S:.0f} s"
    except OSError as error:
        return "", error.strerror or "cannot be started"
    if len(data) > most:
        return "", f"answers with more than {most // 1_000_000} MB"
    if done.returncode:
        words = " ".join(done.stderr.decode(errors="replace").split())[:200]
        return "", words or f"ends with status {done.returncode}"
    return data.decode(errors="replace"), ""


def json_of(argv: Sequence[str]) -> tuple[object, str]:
    """Run a reading program that prints JSON; return it and why it could not be had."""
    output, why = run(argv)
    if why:
        return None, why
    try:
        return json.loads(output), ""
    except (ValueError, RecursionError):
        return None, "answers with something that is no JSON"
