"""This host as the probe sees it, on processes of our own that play their parts."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from diagnose.probe import host, installs, procfs
from diagnose.probe.cmdline import role, run_id
from diagnose.probe.processes import found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from diagnose.probe.hoststate import Process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

AGENT = """
import sys, time
while True:
    sys.stdout.write("x" * 100 + "\\n"); sys.stdout.flush(); time.sleep(0.02)
"""
SECRET = "pnu_0123456789abcdef"


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A folder that looks like an environment with an old agent in it."""
    folder = tmp_path / "venv"
    site = folder / "lib" / "python3.9" / "site-packages"
    for name in (
        "prefect-2.8.7",
        "httpx-0.23.3",
        "httpcore-0.16.3",
        "h2-4.1.0",
        "prefect_kubernetes-0.2.9",
    ):
        (site / f"{name}.dist-info").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (folder / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    (folder / "bin" / "prefect").write_text(AGENT)
    return folder


@pytest.fixture
def start(venv: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start `prefect agent start --pool p --limit 2` as that environment would."""
    running: list[subprocess.Popen[bytes]] = []

    def started(
        stdout: int = subprocess.DEVNULL,
        words: tuple[str, ...] = ("agent", "start"),
        **environ: str,
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [venv / "bin" / "python", venv / "bin" / "prefect", *words, "--pool", "p", "--limit=2"],
            stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "PREFECT_API_KEY": SECRET, "PYTHONHOME": sys.base_prefix, **environ},
        )  # fmt: skip
        running.append(process)
        return process

    yield started
    for process in running:
        process.kill()
        process.wait()


def seen(process: subprocess.Popen[bytes], until: Callable[[Process], bool]) -> Process:
    """Look until it is as expected, at most for some seconds."""
    end = time.monotonic() + 15
    while True:
        mine = next((p for p in found(None)[0] if p.pid == process.pid), None)
        if mine is not None and (until(mine) or time.monotonic() > end):
            return mine
        assert time.monotonic() < end
        time.sleep(0.1)


def test_an_agent_is_seen_with_its_environment(
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    process = start(
        PREFECT_API_ENABLE_HTTP2="TRUE", PREFECT_API_URL="http://u:pw@h/api", STY="12.pts.h"
    )

    mine = seen(process, lambda p: p.blocked == "sleep")

    assert (mine.role, mine.pools, mine.limit) == ("agent", ("p",), 2)
    assert (mine.http2, mine.multiplexer, mine.stdout) == ("true", "screen", "null")
    assert mine.version("httpcore") == "0.16.3"
    assert mine.version("prefect_kubernetes") == "0.2.9"
    assert mine.in_venv is True
    assert mine.path_has_venv is False
    assert mine.api == "http://h/api"
    assert SECRET not in repr(mine)
    assert "pw" not in repr(mine)


def test_a_path_with_the_environment_is_seen(
    start: Callable[..., subprocess.Popen[bytes]], venv: Path
) -> None:
    process = start(PATH=f"/usr/bin:{venv}/bin")

    assert seen(process, lambda p: bool(p.python)).path_has_venv is True


def test_a_stopped_agent_is_stopped(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start()
    process.send_signal(signal.SIGSTOP)

    mine = seen(process, lambda p: p.state == "stopped")

    assert (mine.state, mine.blocked) == ("stopped", "stopped")


def test_an_agent_that_hangs_in_its_terminal_is_told_from_one_that_writes(
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    ours, theirs = pty.openpty()
    try:
        process = start(stdout=theirs)
        _read_for(ours, 1.0)
        assert seen(process, lambda p: p.stdout == "terminal").blocked != "terminal-write"

        os.write(ours, b"\x13")
        assert seen(process, lambda p: p.blocked == "terminal-write").blocked == "terminal-write"

        os.write(ours, b"\x11")
        _read_for(ours, 1.0)
        assert seen(process, lambda p: p.blocked != "terminal-write").blocked != "terminal-write"
    finally:
        os.close(ours)
        os.close(theirs)


def _read_for(terminal: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        os.read(terminal, 65_536)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/v/bin/python /v/bin/prefect agent start -q default", "agent"),
        ("prefect agent docker start", "agent"),
        ("/v/bin/python /v/bin/prefect worker start --pool p", "worker"),
        ("python -m prefect worker start", "worker"),
        ("prefect server start", "server"),
        ("/v/bin/python -m uvicorn --factory prefect.server.api.server:create_app", "server"),
        ("/v/bin/python -m prefect.engine", "run"),
        ("/v/bin/python -m prefect.flow_engine", "run"),
        ("prefect flow-run execute 1", "run"),
        ("prefect flow serve f.py:x", "runner"),
        ("prefect heartbeat flow-run -i 7", "heartbeat"),
        ("/v/bin/python /v/bin/dask-worker tcp://s:8786", "dask-worker"),
        ("dask worker tcp://s:8786", "dask-worker"),
        ("vim prefect.py", ""),
        ("grep prefect agent", ""),
        ("prefect version", ""),
        ("", ""),
    ],
)
def test_command_lines_have_roles(line: str, expected: str) -> None:
    assert role(line.split()) == expected


def test_a_run_id_is_one_or_nothing() -> None:
    identity = "0b8b1d5e-9c1a-4a51-9c5e-7f7a5a7f1d11"

    assert run_id({"PREFECT__FLOW_RUN_ID": identity}, ()) == identity
    assert run_id({"PREFECT__FLOW_RUN_ID": "$(rm -rf /)"}, ()) == ""


@pytest.mark.parametrize(
    ("files", "oom", "used", "limit"),
    [
        ({"g/memory.events": "low 0\noom 2\noom_kill 2\n", "g/memory.current": "9\n", "g/memory.max": "max\n",
          "g/pids.current": "90\n", "g/pids.max": "100\n"}, 2, 90, 100),
        ({"memory.events": "oom_kill 0\n", "pids.current": "1\n", "pids.max": "max\n"}, 0, 1, None),
        ({}, None, None, None),
        ({"g/memory.events": "oom_kill x\n"}, None, None, None),
    ],
)  # fmt: skip
def test_control_groups_count_kills_and_processes(
    files: dict[str, str], oom: int | None, used: int | None, limit: int | None,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, content in {"proc/7/cgroup": "0::/g\n", **files}.items():
        root = tmp_path if name.startswith("proc") else tmp_path / "cgroup"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    monkeypatch.setattr(procfs, "PROC", tmp_path / "proc")
    monkeypatch.setattr(procfs, "CGROUPS", tmp_path / "cgroup")

    group = procfs.cgroup(7)

    assert (group.oom_kills, group.pids, group.pids_limit) == (oom, used, limit)


@pytest.mark.parametrize(
    ("cgroup", "unit"),
    [
        ("0::/system.slice/prefect-agent.service\n", "prefect-agent.service"),
        ("1:name=systemd:/system.slice/a.service/x.scope\n0::/\n", "a.service"),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice\n", ""),
        ("0::/\n", ""),
        ("", ""),
    ],
)
def test_the_unit_is_read_from_the_control_group(
    cgroup: str, unit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "cgroup").write_text(cgroup)
    monkeypatch.setattr(procfs, "PROC", tmp_path)

    assert procfs.unit(7) == unit


@pytest.mark.parametrize(
    ("wchan", "syscall", "expected"),
    [
        ("0", "", ""),
        ("do_signal_stop", "", "stopped"),
        ("ep_poll", "", "event-loop"),
        ("wait_woken", "", ""),
        ("futex_wait_queue", "nonsense", "lock"),
        ("n_tty_write", "", "terminal-write"),
        ("", "running", "running"),
    ],
)
def test_what_the_kernel_hides_is_not_guessed(
    wchan: str, syscall: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = tmp_path / "7" / "task" / "7"
    task.mkdir(parents=True)
    (task / "wchan").write_text(wchan)
    (task / "syscall").write_text(syscall)
    monkeypatch.setattr(procfs, "PROC", tmp_path)

    assert procfs.blocked(7)[0] == expected


def test_processes_that_are_gone_say_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert procfs.blocked(gone.pid) == ("", "")
    assert procfs.stdout(gone.pid) == procfs.sigint(gone.pid) == ""
    assert procfs.is_capable(gone.pid) is None


UNITS = """Id=prefect-agent.service
LoadState=loaded
ActiveState=failed
SubState=failed
NRestarts=7
ExecMainCode=2
ExecMainStatus=9
Result=signal

Id=prefect-worker.service
LoadState=loaded
ActiveState=active
SubState=running
NRestarts=0
ExecMainCode=0
ExecMainStatus=0
Result=success

Id=prefect-old.service
LoadState=not-found
"""


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_units_are_read_from_systemctl_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "units.txt").write_text(UNITS)
    program(tmp_path, "systemctl", f'echo "$@" > {tmp_path}/asked; cat {tmp_path}/units.txt')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(host, "BOOTED", tmp_path)

    units = host.read(None).units

    assert [(u.name, u.restarts, u.exit_status) for u in units] == [
        ("prefect-agent.service", 7, 137),
        ("prefect-worker.service", 0, None),
    ]
    assert (tmp_path / "asked").read_text().startswith("show --all --property=")


def test_a_program_that_hangs_fails_or_floods_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "COMMAND_S", 0.5)

    assert "no answer within" in host.run(["sleep", "5"])[1]
    assert host.run(["sh", "-c", "echo no >&2; exit 3"])[1] == "no"
    assert "more than" in host.run(["head", "-c", "3000000", "/dev/zero"], most=1000)[1]
    assert host.run([str(tmp_path / "nothing")])[1]
    assert host.json_of(["echo", "{"])[1]


def test_sessions_of_screen_are_read_from_their_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "S-me"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as attached:
        monkeypatch.chdir(folder)  # a socket's name is short
        attached.bind("1.tty.h")
        (folder / "1.tty.h").chmod(0o700)
        (folder / "2.tty.h").write_text("")
        (folder / "2.tty.h").chmod(0o600)
        monkeypatch.setattr(host, "SCREENS", (tmp_path,))

        assert host.read(None).screens == (("1.tty.h", "attached"), ("2.tty.h", "detached"))


def test_versions_are_read_by_name_alone(venv: Path) -> None:
    site = venv / "lib" / "python3.9" / "site-packages"
    (site / "Prefect-9-x.dist-info").mkdir()
    (site / "httpx-extra-7.0.dist-info").mkdir()

    assert installs.versions(venv) == (
        ("h2", "4.1.0"), ("httpcore", "0.16.3"), ("httpx", "0.23.3"),
        ("prefect", "2.8.7"), ("prefect_kubernetes", "0.2.9"),
    )  # fmt: skip
    assert installs.versions(venv / "nothing") == ()
