"""Healthy lives of Prefect 2.20 (server, agent, worker) and 3.8 (server, worker, runner)."""

from __future__ import annotations

import time
from functools import partial
from signal import SIGINT, SIGTERM
from typing import TYPE_CHECKING, Self

from .database import PLACES, Database
from .flows import AGENT_DEPLOYMENTS, FLOWS, NAMES, SCRIPT, SERVE, deployments_file
from .machine import Bench, QuietError, answers, ask, bindable, environment, free_port, until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

PREFECT_2 = "2.20.26"
PREFECT_3 = "3.8.8"
"""Newest releases of their lines that could be installed when this was written."""
BESIDE = {PREFECT_2: [], PREFECT_3: ["fastapi<0.140", "sqlalchemy<2.1"]}
"""What a release needs beside what it asks for: 3.8.8 does not start with a later FastAPI, and with
a later SQLAlchemy it cannot schedule runs ("Can't evaluate bulk DML statement")."""


class Installation:
    """One Prefect release with a server on loopback and a home of its own.

    With SQLite the server of 2.20 answered 503 "database is locked" even to one run after the
    other, so PostgreSQL is used where it is installed; without it the script may need a second try.
    """

    def __init__(self, folder: Path, environments: Path, version: str, python: str) -> None:
        self.line = ".".join(version.split(".")[:2])
        self.bin = environment(
            environments / f"prefect-{self.line}",
            [f"prefect=={version}", *BESIDE[version]],
            python,
        )
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "tmp").mkdir()
        self.database = Database(folder / "database") if PLACES else None
        database = {}
        if self.database:
            database = {"PREFECT_API_DATABASE_CONNECTION_URL": self.database.url}
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.bench = Bench(
            folder,
            {
                "PREFECT_HOME": str(folder / "home"),
                "PREFECT_API_URL": self.api,
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                "DO_NOT_TRACK": "1",
                "PREFECT_CLI_COLORS": "false",
                "PREFECT_CLI_WRAP_LINES": "false",
                "PREFECT_LOGGING_COLORS": "false",
                "PREFECT_AGENT_QUERY_INTERVAL": "4",
                "PREFECT_WORKER_QUERY_SECONDS": "4",
                "PREFECT_RUNNER_POLL_FREQUENCY": "4",
                "PREFECT_WORKER_HEARTBEAT_SECONDS": "10",
                "PREFECT_RUNNER_HEARTBEAT_FREQUENCY": "30",
                "TMPDIR": str(folder / "tmp"),
                "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
                **database,
            },
        )
        (folder / "flows.py").write_text(FLOWS)
        (folder / "script.py").write_text(FLOWS + SCRIPT)
        (folder / "serve.py").write_text(SERVE)
        (folder / "agents.py").write_text(AGENT_DEPLOYMENTS)
        (folder / "prefect.yaml").write_text(deployments_file(folder))

    def __enter__(self) -> Self:
        if self.database:
            self.database.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bench.__exit__()
        if self.database:
            self.database.bench.__exit__()

    def sound(self, *parts: str) -> dict[str, Path]:
        """The logs of the parts, after a look for answers that no healthy server gives."""
        bad = {part: ["Service exceeded error threshold", "Crashed"] for part in parts}
        bad["server"] = ["database is locked", 'HTTP/1.1" 50', "Traceback", "Crashed"]
        for part, texts in bad.items():
            if any(self.bench.says(self.named(part), text) for text in texts):
                message = f"{self.named(part)} is not healthy"
                raise QuietError(message)
        return {self.named(part): self.bench.log(self.named(part)) for part in parts}

    def named(self, part: str) -> str:
        """File name of the log of a part."""
        return f"prefect-{self.line}-{part}.log"

    def command(self, *words: str) -> None:
        """Run a Prefect command that sets something up."""
        self.bench.run([self.bin / "prefect", "--no-prompt", *words])

    def part(self, part: str, *words: str | Path, level: str) -> subprocess.Popen[bytes]:
        """Start a server, agent, worker or runner."""
        return self.bench.start(self.named(part), words, environ={"PREFECT_LOGGING_LEVEL": level})

    def server(self, level: str) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers."""
        until("port", partial(bindable, self.port))  # Prefect refuses a port that lingers
        words = ("server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        process = self.part(
            "server", self.bin / "prefect", *words, "--log-level", level, level=level
        )
        until("server", lambda: process.poll() is not None or answers(f"{self.api}/health"), 180)
        if process.poll() is not None:
            message = f"the server ended with status {process.returncode}"
            raise QuietError(message)
        return process

    def deployed(self, name: str) -> bool:
        """True when the deployment is known to the server."""
        return answers(f"{self.api}/deployments/name/{name}")

    def make_runs(self, kind: str, count: int) -> None:
        """Run the flows of a kind of deployment, one after the other."""
        for number in range(count):
            name = f"{NAMES[number % len(NAMES)]}/{kind}"
            until(name, partial(self.deployed, name))
            deployment = ask(f"{self.api}/deployments/name/{name}")["id"]
            url = f"{self.api}/deployments/{deployment}/create_flow_run"
            run = ask(url, {"state": {"type": "SCHEDULED"}})["id"]
            until(f"run of {name}", partial(self.completed, run))

    def completed(self, run: str) -> bool:
        """True when the run is Completed; any other end is no healthy run."""
        state: str = ask(f"{self.api}/flow_runs/{run}")["state_type"]
        if state in {"FAILED", "CRASHED", "CANCELLED"}:
            message = f"run {run} ended as {state}"
            raise QuietError(message)
        return state == "COMPLETED"

    def idle(self) -> bool:
        """True when nothing is running."""
        active = ["RUNNING", "PENDING", "CANCELLING"]
        query = {"flow_runs": {"state": {"type": {"any_": active}}}}
        return bool(ask(f"{self.api}/flow_runs/count", query) == 0)


def two(folder: Path, environments: Path, python: str) -> dict[str, Path]:
    """Prefect 2.20: two lives of a server, an agent and a process worker."""
    it = Installation(folder, environments, PREFECT_2, python)
    prefect = it.bin / "prefect"
    with it:
        for life, level in enumerate(("INFO", "DEBUG")):
            server = it.server(level)
            if not life:
                it.command("work-pool", "create", "agents", "--type", "prefect-agent")
                it.command("work-pool", "create", "processes", "--type", "process")
                it.bench.run([it.bin / "python", "agents.py"])
                it.command("deploy", "--all")
            agent = it.part("agent", prefect, "agent", "start", "--pool", "agents", level=level)
            words = ("worker", "start", "--pool", "processes", "--name", "worker-1")
            worker = it.part("worker", prefect, *words, level=level)
            it.make_runs("agent", 5 - 2 * life)
            it.make_runs("worker", 5 - 2 * life)
            until("idle", it.idle)
            time.sleep(45)
            it.bench.stop(agent, SIGINT if life else SIGTERM)
            it.bench.stop(worker, SIGINT if life else SIGTERM)
            it.bench.stop(server, SIGINT if life else SIGTERM)
    return it.sound("server", "agent", "worker")


def three(folder: Path, environments: Path, python: str) -> dict[str, Path]:
    """Prefect 3.8: two lives of a server, a process worker and served flows; flows by hand."""
    it = Installation(folder, environments, PREFECT_3, python)
    prefect = it.bin / "prefect"
    with it:
        for life, level in enumerate(("INFO", "DEBUG")):
            server = it.server(level)
            if not life:
                it.command("work-pool", "create", "processes", "--type", "process")
                it.command("deploy", "--all")
            words = ("worker", "start", "--pool", "processes", "--name", "worker-1")
            worker = it.part("worker", prefect, *words, level=level)
            runner = it.part("runner", it.bin / "python", "serve.py", level=level)
            it.make_runs("worker", 5 - 2 * life)
            it.make_runs("served", 5 - 2 * life)
            it.bench.run([it.bin / "python", "script.py"], it.named("flow-run"))
            until("idle", it.idle)
            time.sleep(45)
            until("idle", it.idle)
            it.bench.stop(runner, SIGTERM if life else SIGINT)
            it.bench.stop(worker, SIGINT if life else SIGTERM)
            it.bench.stop(server, SIGINT if life else SIGTERM)
    return it.sound("server", "worker", "runner", "flow-run")
