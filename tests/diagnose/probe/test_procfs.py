"""What the kernel tells of a process, and what it hides."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from diagnose.probe import procfs

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


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
