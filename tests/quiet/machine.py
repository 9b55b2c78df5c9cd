"""Environments from PyPI, processes that always end, and logs without traces of the machine."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HOME = "/srv/prefect"
"""What the logs say instead of the temporary directory."""


class QuietError(Exception):
    """A run did not go as healthy runs go."""


def environment(folder: Path, requirements: Sequence[str], python: str) -> Path:
    """The bin directory of an environment with the requirements; made when it is not there yet.

    Raises:
        QuietError: it cannot be made, with the last line of what the installer says.
    """
    done = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if done.exists() and done.read_text() == wanted:
        return folder / "bin"
    inside = str(folder / "bin" / "python")
    if shutil.which("uv"):
        make = ["uv", "venv", "--quiet", "--clear", "--python", python, str(folder)]
        install = ["uv", "pip", "install", "--quiet", "--python", inside]
    else:
        make = [python, "-m", "venv", "--clear", str(folder)]
        install = [inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                   "--no-compile"]  # fmt: skip
    for words in (make, [*install, *requirements]):
        try:
            subprocess.run(
                words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
            )  # fmt: skip
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().rpartition("\n")[2].strip()
            message = f"{Path(words[0]).name} ended with status {error.returncode}: {said[:200]}"
            raise QuietError(message) from error
    done.write_text(wanted)
    return folder / "bin"


def free_port() -> int:
    """A port of the loopback interface that nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def bindable(port: int) -> bool:
    """True when no connection, not even a closed one that lingers, holds the port."""
    with socket.socket() as listener, contextlib.suppress(OSError):
        listener.bind(("127.0.0.1", port))
        return True
    return False


def until(what: str, true: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for a condition, never longer than the seconds given."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            message = f"{what}: not within {seconds:.0f} s"
            raise QuietError(message)
        time.sleep(1)


def ask(url: str, body: object = None, method: str | None = None) -> Any:
    """The JSON that a server on this machine answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data=data, method=method, headers={"content-type": "application/json"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def answers(url: str) -> bool:
    """True when the URL is served."""
    try:
        ask(url)
    except json.JSONDecodeError:
        return True
    except (urllib.error.URLError, OSError):
        return False
    return True


class Bench:
    """Starts processes that write to named logs, and ends all that is left of them."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "VIRTUAL_ENV"))},
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "PYTHONUNBUFFERED": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            **environ,
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def log(self, name: str) -> Path:
        """Where the named log is collected."""
        return self.folder / "logs" / name

    def start(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        user: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own; both its streams are appended to the log."""
        log = self.log(name)
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as stream:
            process = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**self.environ, **(environ or {})},
                start_new_session=True,
                user=user,
            )
        self.running.append(process)
        return process

    def run(
        self, argv: Sequence[str | Path], name: str = "setup.txt", *, user: str | None = None
    ) -> None:
        """Run a program to its end, which must be a good one."""
        status = self.start(name, argv, user=user).wait(timeout=300)
        if status:
            message = f"{argv[0]} ended with status {status}, see {self.log(name)}"
            raise QuietError(message)

    def stop(self, process: subprocess.Popen[bytes], how: signal.Signals) -> int:
        """Ask the program to end and wait for it; only a program that does end is healthy."""
        if process.poll() is not None:
            message = f"{process.args!r} ended by itself with status {process.returncode}"
            raise QuietError(message)
        process.send_signal(how)
        return process.wait(timeout=90)

    def says(self, name: str, text: str) -> bool:
        """True when the named log has the text."""
        log = self.log(name)
        return log.exists() and text in log.read_text(errors="replace")


def clean(text: str, folder: Path, environments: Path) -> str:
    """The text without directories, the interpreter's place, this machine's name and kernel."""
    text = text.replace(str(folder), HOME)
    text = re.sub(rf"{re.escape(str(environments))}/[^/]+", f"{HOME}/venv", text)
    for prefix in sorted({sys.base_prefix, os.path.realpath(sys.base_prefix)}, key=len):
        if prefix != "/usr":
            text = text.replace(prefix, "/usr/local")
    for host in sorted({socket.gethostname(), socket.getfqdn()}, key=len, reverse=True):
        if host != "localhost":
            text = re.sub(rf"\b{re.escape(host)}\b", "host-1", text)
    text = text.replace(platform.release(), "6.1.0-28-amd64")
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def trim(lines: Sequence[str], most: int) -> list[str]:
    """Start, middle and end of a log, cut between records and never inside one."""
    if len(lines) <= most:
        return list(lines)
    part, middle = most // 3, len(lines) // 2
    spans = ((0, part), (middle - part // 2, middle + part // 2), (len(lines) - part, len(lines)))
    kept: list[str] = []
    for first, last in spans:
        while first and first < last and lines[first][:1].isspace():
            first += 1  # noqa: PLW2901
        end = last
        while end < len(lines) and end > first and lines[end][:1].isspace():
            end -= 1
        kept += lines[first:end]
    return kept


def keep(log: Path, target: Path, folder: Path, environments: Path, most: int) -> int:
    """Store a collected log, cleaned and trimmed; the number of lines kept."""
    lines = trim(clean(log.read_text(errors="replace"), folder, environments).splitlines(), most)
    target.write_text("\n".join(lines) + "\n")
    return len(lines)
