"""What Linux tells of one process under ``/proc``; elsewhere, or without the right, nothing.

Every function returns an empty text or None for "cannot be read", which is never "no".
"""

from __future__ import annotations

import os
import platform
import stat
import time
from pathlib import Path

from diagnose.probe.hoststate import Cgroup

PROC = Path("/proc")
CGROUPS = Path("/sys/fs/cgroup")
MOST_THREADS = 200
AGAIN_S = 0.15
"""A write that is still pending after so many seconds is blocked, not merely slow."""

_SYSCALLS = {
    "x86_64": {
        0: "read", 1: "write", 20: "write", 7: "poll", 271: "poll", 23: "poll", 270: "poll",
        232: "poll", 281: "poll", 441: "poll", 202: "lock", 45: "recv", 47: "recv", 35: "sleep", 230: "sleep",
    },
    "aarch64": {
        63: "read", 64: "write", 66: "write", 73: "poll", 72: "poll", 22: "poll", 441: "poll",
        98: "lock", 207: "recv", 212: "recv", 101: "sleep", 115: "sleep",
    },
}  # fmt: skip
"""Machine -> number of a system call -> what waits in it."""

_WCHANS = {
    "n_tty_write": "terminal-write", "tty_write": "terminal-write", "do_signal_stop": "stopped",
    "do_epoll_wait": "event-loop", "ep_poll": "event-loop", "do_poll": "event-loop",
    "do_sys_poll": "event-loop", "poll_schedule_timeout": "event-loop", "do_select": "event-loop",
    "futex_wait_queue": "lock", "futex_wait_queue_me": "lock", "futex_do_wait": "lock",
    "hrtimer_nanosleep": "sleep", "pipe_write": "pipe-write", "anon_pipe_write": "pipe-write",
    "pipe_read": "pipe-read", "anon_pipe_read": "pipe-read", "sk_wait_data": "socket-read",
}  # fmt: skip


def read(path: Path, most: int = 65_536) -> str:
    """Return a small file's text, or nothing."""
    try:
        with path.open("rb") as stream:
            return stream.read(most).decode(errors="replace")
    except (OSError, ValueError):
        return ""


def is_there() -> bool:
    """Say whether this system has a ``/proc`` at all."""
    return (PROC / "self").exists()


def blocked(pid: int) -> tuple[str, str]:
    """Return what a process waits in, and the kernel's own name of it.

    A thread that hangs in a write to a terminal decides, wherever it is; otherwise the first thread.
    """
    first = _waits(pid, pid)
    kinds = {tid: _waits(pid, tid)[0] for tid in threads(pid)}
    hanging = [tid for tid, kind in kinds.items() if kind == "terminal-write"]
    if hanging:
        time.sleep(AGAIN_S)
        if any(_waits(pid, tid)[0] == "terminal-write" for tid in hanging):
            return "terminal-write", first[1]
        return "running", first[1]
    return first


def threads(pid: int) -> list[int]:
    """Return the threads of a process."""
    try:
        names = os.listdir(PROC / str(pid) / "task")  # noqa: PTH208 (names, not paths)
    except OSError:
        return []
    return sorted(int(name) for name in names if name.isdecimal())[:MOST_THREADS]


def _waits(pid: int, tid: int) -> tuple[str, str]:
    task = PROC / str(pid) / "task" / str(tid)
    wchan = read(task / "wchan").strip()
    wchan = "" if wchan == "0" else wchan
    if wchan == "do_signal_stop":
        return "stopped", wchan
    words = read(task / "syscall").split()
    if words[:1] == ["running"]:
        return "running", wchan
    if len(words) > 1 and (known := _SYSCALLS.get(platform.machine())) and words[0].isdecimal():
        kind = known.get(int(words[0]), "")
        if kind in ("read", "write", "recv"):
            return _on(pid, kind, int(words[1], 16)), wchan
        if kind:
            return {"poll": "event-loop"}.get(kind, kind), wchan
    return _WCHANS.get(wchan, ""), wchan


def _on(pid: int, kind: str, number: int) -> str:
    what = descriptor(pid, number)
    if kind == "write":
        return {"terminal": "terminal-write"}.get(what, f"{what}-write")
    return "socket-read" if kind == "recv" or what == "socket" else f"{what}-read"


def descriptor(pid: int, number: int) -> str:
    """Return what a file descriptor is: terminal, file, pipe, socket, null, other, or nothing."""
    path = PROC / str(pid) / "fd" / str(number)
    try:
        name = str(path.readlink())
    except OSError:
        return ""
    if name.startswith(("socket:", "pipe:")):
        return name.partition(":")[0]
    if name.startswith(("/dev/pts/", "/dev/tty", "/dev/console")):
        return "terminal"
    if name == "/dev/null":
        return "null"
    try:
        mode = path.stat().st_mode
    except OSError:
        return "other"
    return "pipe" if stat.S_ISFIFO(mode) else "file" if stat.S_ISREG(mode) else "other"


def stdout(pid: int) -> str:
    """Return what stdout is, or stderr when that is a terminal: logs go to either."""
    kinds = [descriptor(pid, 1), descriptor(pid, 2)]
    return "terminal" if "terminal" in kinds else kinds[0]


def sigint(pid: int) -> str:
    """Return whether SIGINT is ``ignored`` or ``handled``."""
    masks = _status(pid)
    ignored, caught = masks.get("SigIgn", ""), masks.get("SigCgt", "")
    try:
        if int(ignored, 16) & 2:
            return "ignored"
        return "handled" if int(caught, 16) & 2 else "default"
    except ValueError:
        return ""


def is_capable(pid: int) -> bool | None:
    """Say whether a process holds every capability there is, as in a privileged container."""
    last = read(PROC / "sys" / "kernel" / "cap_last_cap").strip()
    held = _status(pid).get("CapEff", "")
    try:
        everything = (1 << (int(last) + 1)) - 1
        return int(held, 16) & everything == everything
    except ValueError:
        return None


def _status(pid: int) -> dict[str, str]:
    lines = read(PROC / str(pid) / "status").splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def paths_of(pid: int) -> dict[str, str]:
    """Return a process's control groups: controller (empty for version 2) -> path."""
    found = {}
    for line in read(PROC / str(pid) / "cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        for name in controllers.split(","):
            found[name] = path
    return found


def cgroup(pid: int) -> Cgroup:
    """Return the memory and process events of the control group of a process."""
    paths = paths_of(pid)
    if "memory" in paths:
        memory = _folder(CGROUPS / "memory", paths["memory"], "memory.oom_control")
        events, used, limit = "memory.oom_control", "memory.usage_in_bytes", "memory.limit_in_bytes"
        pids = _folder(CGROUPS / "pids", paths.get("pids", "/"), "pids.max")
    else:
        memory = pids = _folder(CGROUPS, paths.get("", "/"), "memory.events")
        events, used, limit = "memory.events", "memory.current", "memory.max"
    return Cgroup(
        paths.get("memory", paths.get("", "")), _counted(memory / events, "oom_kill"),
        _whole(memory / used), _whole(memory / limit), _whole(pids / "pids.current"), _whole(pids / "pids.max"),
    )  # fmt: skip


def _folder(root: Path, path: str, wanted: str) -> Path:
    """Return the group's folder as seen from here: a container sees its own group as the root."""
    folder = root / path.lstrip("/")
    while folder != root and not (folder / wanted).exists():
        folder = folder.parent
    return folder


def _counted(path: Path, name: str) -> int | None:
    for line in read(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.strip().isdecimal():
            return int(value)
    return None


def _whole(path: Path) -> int | None:
    value = read(path).strip()
    return int(value) if value.isdecimal() and int(value) < 1 << 60 else None


def oom_kills() -> int | None:
    """Return how often the kernel killed for memory since boot, anywhere on this host."""
    return _counted(PROC / "vmstat", "oom_kill")


def unit(pid: int) -> str:
    """Return the systemd service that a process belongs to, or nothing."""
    paths = paths_of(pid)
    path = paths.get("name=systemd") or paths.get("", "")
    parts = [part for part in path.split("/") if part.endswith(".service")]
    return parts[-1] if parts and not parts[-1].startswith("user@") else ""


def container() -> str:
    """Return the kind of container that this is, or nothing."""
    if Path("/.dockerenv").exists():
        return "docker"
    if Path("/run/.containerenv").exists():
        return "podman"
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    groups = read(PROC / "1" / "cgroup")
    return next(
        (kind for kind in ("kubepods", "docker", "containerd", "lxc") if kind in groups), ""
    )
