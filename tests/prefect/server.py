"""What a Prefect server on loopback is told and asked over HTTP."""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.request
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.quiet.machine import until

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 20
"""How often a busy server is asked again."""


class Server:
    """A server's API, with the credentials it wants."""

    def __init__(self, port: int, folder: Path, password: str = "") -> None:
        self.api = f"http://127.0.0.1:{port}/api"
        self.folder = folder
        self.pair = f"admin:{password}" if password else ""
        self.headers = {"content-type": "application/json"}
        if self.pair:
            coded = base64.b64encode(self.pair.encode()).decode()
            self.headers["authorization"] = f"Basic {coded}"
        self._flow = ""

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
            except TimeoutError:
                if body is not None:  # it may have been done all the same
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
