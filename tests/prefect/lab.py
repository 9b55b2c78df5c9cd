"""A Prefect server of its own on loopback, with what polls it, in processes that always end."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.quiet.machine import Bench, free_port, until

from .environments import having
from .release import FLOWS, LOCKS, QUICK, RELEASES, SERVE
from .server import PATIENCE, Server

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lab(Server):
    """One Prefect release: a server, and what the scenarios start against it."""

    def __init__(self, line: str, folder: Path, password: str = "") -> None:
        self.port = free_port()
        super().__init__(self.port, folder, password)
        self.bin = having(f"prefect-{RELEASES[line]}", LOCKS[line].read_text().splitlines())
        self.home = folder / "home"
        folder.mkdir(parents=True, exist_ok=True)
        names = ("PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING")
        self.secrets = dict.fromkeys(names, self.pair) if self.pair else {}
        self.bench = Bench(
            folder,
            {
                "PREFECT_HOME": str(self.home),
                "PREFECT_API_URL": self.api,
                "TMPDIR": str(folder),
                "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
                **QUICK,
                **self.secrets,
            },
        )
        self.terminals: list[int] = []
        (folder / "flows.py").write_text(FLOWS)
        (folder / "serve.py").write_text(SERVE)

    def close(self) -> None:
        """Kill everything that was started, and what that started."""
        self.bench.__exit__()
        for _ in range(PATIENCE):  # what is killed may have started something a moment before
            left = self.left()
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(left, timeout=10)
            if not left:
                break
        for terminal in self.terminals:
            with contextlib.suppress(OSError):
                os.close(terminal)

    def left(self) -> list[psutil.Process]:
        """All processes of this lab, whoever started them: they have its home in their environment."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("PREFECT_HOME") == str(self.home):
                    found.append(process)
        return found

    def server(self) -> subprocess.Popen[bytes]:
        """Start the server; `ready` waits for it."""
        words = ("server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        return self.bench.start("server.log", [self.bin / "prefect", *words])

    def ready(self) -> None:
        """Wait until the server answers."""
        until("server", lambda: self.answers("/health"), 150)

    def agent(self, pool: str, *words: str) -> subprocess.Popen[bytes]:
        """Start an agent."""
        argv: list[str | Path] = [self.bin / "prefect", "agent", "start", "--pool", pool, *words]
        return self.bench.start(f"agent-{pool}.log", argv)

    def worker(self, pool: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a process worker."""
        argv: list[str | Path] = [self.bin / "prefect", "worker", "start", "--pool", pool, *words]
        return self.bench.start(f"worker-{pool}.log", argv)

    def runner(self, *names: str) -> subprocess.Popen[bytes]:
        """Start a script that serves deployments with these names."""
        return self.bench.start(f"runner-{names[0]}.log", [self.bin / "python", "serve.py", *names])

    def on_terminal(
        self, argv: Sequence[str | Path], **environ: str
    ) -> tuple[subprocess.Popen[bytes], int]:
        """Start a program on a pseudo-terminal that is read; its process and our end of it."""
        ours, theirs = pty.openpty()
        self.terminals.append(ours)
        process = subprocess.Popen(
            [str(word) for word in argv],
            stdin=theirs, stdout=theirs, stderr=theirs,
            cwd=self.folder, env={**self.bench.environ, **environ}, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.bench.running.append(process)
        threading.Thread(target=_drain, args=(ours,), daemon=True).start()
        return process, ours


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL a process and everything below it, the process last to be able to react."""
    family = _family(process.pid)
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.suspend()
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.kill()
    process.wait(timeout=30)


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGSTOP a process."""
    process.send_signal(signal.SIGSTOP)


def scratch() -> Path:
    """A folder of its own with a short name (sockets have a limit)."""
    return Path(tempfile.mkdtemp(prefix="kbd-"))


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _drain(terminal: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(terminal, 65536):
            pass
