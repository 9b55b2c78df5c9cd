"""This host beyond its processes: units of systemd, sessions of screen, programs that are asked."""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from diagnose.probe import host
from tests.diagnose.made import program

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


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
