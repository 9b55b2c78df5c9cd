"""Processes of this host, on ones of our own that play their parts."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from diagnose.probe import installs
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


def test_versions_are_read_by_name_alone(venv: Path) -> None:
    site = venv / "lib" / "python3.9" / "site-packages"
    (site / "Prefect-9-x.dist-info").mkdir()
    (site / "httpx-extra-7.0.dist-info").mkdir()

    assert installs.versions(venv) == (
        ("h2", "4.1.0"), ("httpcore", "0.16.3"), ("httpx", "0.23.3"),
        ("prefect", "2.8.7"), ("prefect_kubernetes", "0.2.9"),
    )  # fmt: skip
    assert installs.versions(venv / "nothing") == ()
