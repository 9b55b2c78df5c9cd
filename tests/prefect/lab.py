"""A Prefect server of its own on loopback, with what polls it, in processes that always end."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests.quiet.machine import Bench, environment, free_port, until

if TYPE_CHECKING:
    from collections.abc import Sequence

RELEASES = {"2": "2.20.26", "3": "3.8.8"}
"""The newest release of each line that could be installed when this was written."""

LOCKS = {line: Path(__file__).with_name(f"prefect-{line}.txt") for line in RELEASES}
"""Everything that a release was tried with, since what is published later may break it. Renewed by
``uv pip compile --universal --python-version 3.11 --no-header --no-annotate`` of the release and,
for 3.8.8, ``fastapi<0.140`` (it does not start with later ones) and ``sqlalchemy<2.1``.
"""

FLOWS = """
import time
from prefect import flow

@flow
def wait(seconds: float = 600):
    time.sleep(seconds)
"""

SERVE = """
import sys
from flows import wait
from prefect import serve

if __name__ == "__main__":
    serve(*(wait.to_deployment(name) for name in sys.argv[1:]))
"""

QUICK = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_AGENT_QUERY_INTERVAL": "2",
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "5",
    "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_API_SERVICES_FOREMAN_LOOP_SECONDS": "2",
    "PREFECT_API_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS": "15",
    "PREFECT_API_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS": "15",
    "PREFECT_API_SERVICES_LATE_RUNS_AFTER_SECONDS": "3",
    "PREFECT_API_SERVICES_LATE_RUNS_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "2",
    "PREFECT_SERVER_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS": "15",
    "PREFECT_SERVER_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS": "15",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "3",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "1",
}
"""Short intervals, so that the server notices within seconds what takes minutes as a rule."""


CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kb-diagnose-tests"
"""Where the environments are kept; read before any test changes HOME."""

PATIENCE = 20
"""How often a busy server is asked again."""


class NotToBeHadError(Exception):
    """The packages or the interpreter of a release cannot be had here."""


def installed(line: str) -> Path:
    """The bin directory of a release in an environment that is made once and kept in the cache."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = CACHE / f"prefect-{RELEASES[line]}-python-{python}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        return environment(folder, LOCKS[line].read_text().splitlines(), sys.executable)
    except (subprocess.CalledProcessError, OSError) as error:
        message = f"prefect=={RELEASES[line]} cannot be installed here: {error}"
        raise NotToBeHadError(message) from error


class Lab:
    """One Prefect release: a server, and what the scenarios start against it."""

    def __init__(self, line: str, folder: Path, password: str = "") -> None:
        self.line = line
        self.bin = installed(line)
        self.folder = folder
        self.home = folder / "home"
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        pair = f"admin:{password}" if password else ""
        self.secrets = (
            {"PREFECT_SERVER_API_AUTH_STRING": pair, "PREFECT_API_AUTH_STRING": pair}
            if pair
            else {}
        )
        self.headers = {"content-type": "application/json"}
        if pair:
            self.headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
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
        self._flow = ""

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

    def pool(self, name: str, kind: str = "process", limit: int | None = None) -> None:
        """Make a work pool."""
        self.post("/work_pools/", {"name": name, "type": kind, "concurrency_limit": limit})

    def deployment(self, name: str, pool: str, **more: Any) -> str:
        """Make a deployment of the flow for a pool; its id."""
        if not self._flow:
            self._flow = self.post("/flows/", {"name": "wait"})["id"]
        step = {"prefect.deployments.steps.set_working_directory": {"directory": str(self.folder)}}
        body = {
            "name": name,
            "flow_id": self._flow,
            "entrypoint": "flows.py:wait",
            "path": str(self.folder),
            "pull_steps": [step],
            "work_pool_name": pool,
            **more,
        }
        made: str = self.post("/deployments/", body)["id"]
        return made

    def deployment_id(self, name: str) -> str:
        """The id of a deployment that a runner registers, once it is there."""
        path = f"/deployments/name/wait/{name}"
        until(name, lambda: self.answers(path))
        found: str = self.ask(path)["id"]
        return found

    def run(self, deployment: str, seconds: float = 600) -> str:
        """Ask for a run now; its id."""
        body = {"state": {"type": "SCHEDULED"}, "parameters": {"seconds": seconds}}
        made: str = self.post(f"/deployments/{deployment}/create_flow_run", body)["id"]
        return made

    def state(self, run: str) -> str:
        """The name of a run's state, such as Late or Running."""
        name: str = self.ask(f"/flow_runs/{run}")["state"]["name"]
        return name

    def pid(self, run: str) -> str:
        """What the server knows of a run's process; the worker tells it after the start."""
        told: str = self.ask(f"/flow_runs/{run}")["infrastructure_pid"] or ""
        return told

    def reached(self, run: str, *names: str, seconds: float = 90) -> None:
        """Wait until a run is in one of the states."""
        until(f"run {'/'.join(names)}", lambda: self.state(run) in names, seconds)

    def post(self, path: str, body: object) -> Any:
        """POST to the server."""
        return self.ask(path, body)

    def ask(self, path: str, body: object = None) -> Any:
        """The JSON that the server answers; with SQLite it is sometimes busy for a moment."""
        for _ in range(PATIENCE):
            try:
                return self._asked(path, body)
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
            time.sleep(1)
        return self._asked(path, body)

    def _asked(self, path: str, body: object) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}{path}", data=data, headers=self.headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def answers(self, path: str) -> bool:
        """True when the path is served."""
        try:
            self.ask(path)
        except (urllib.error.URLError, OSError):
            return False
        return True

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

    def polled(self, pool: str, queue: str = "default") -> bool:
        """True when a queue was polled at all."""
        return self.age(pool, queue) is not None

    def age(self, pool: str, queue: str = "default") -> float | None:
        """Seconds since a queue was last polled."""
        moment = self.ask(f"/work_pools/{pool}/queues/{queue}")["last_polled"]
        if moment is None:
            return None
        return time.time() - datetime.fromisoformat(moment).timestamp()

    def stale(self, pool: str, seconds: float) -> bool:
        """True when the last poll of a queue is that old."""
        age = self.age(pool)
        return age is not None and age > seconds

    def fresh(self, pool: str, seconds: float = 15) -> bool:
        """True when a queue was polled so recently."""
        age = self.age(pool)
        return age is not None and age < seconds

    def online(self, pool: str) -> bool:
        """True when a worker of the pool told of itself lately."""
        rows = self.ask(f"/work_pools/{pool}/workers/filter", {})
        times = [datetime.fromisoformat(row["last_heartbeat_time"]).timestamp() for row in rows]
        return bool(times) and time.time() - max(times) < 10

    def crash(self, run: str) -> None:
        """Force a run into Crashed, as the base says to do with a ghost."""
        self.post(f"/flow_runs/{run}/set_state", {"state": {"type": "CRASHED"}, "force": True})


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
