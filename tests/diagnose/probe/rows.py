"""Rows as Prefect's API gives them, by age in seconds at the moment of the answer."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

RUN = "11111111-2222-4333-8444-555555555555"


class Ago:
    """A time so many seconds ago, by the clock of whoever writes it, as 3.x does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __str__(self) -> str:
        moment = datetime.fromtimestamp(time.time() - self.seconds, UTC)
        return moment.isoformat().replace("+00:00", "Z")


def pool(name: str = "p", kind: str = "process", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "status": "READY", "is_paused": False, **more}


def queue(age: float | None, name: str = "default", **more: Any) -> dict[str, Any]:
    polled = None if age is None else Ago(age)
    return {"name": name, "status": "READY", "is_paused": False, "last_polled": polled, **more}


def worker(age: float, name: str = "w", **more: Any) -> dict[str, Any]:
    beat = {"last_heartbeat_time": Ago(age), "heartbeat_interval_seconds": 30}
    return {"name": name, "status": "ONLINE", **beat, **more}


def deployment(age: float | None, identity: str = "d1", **more: Any) -> dict[str, Any]:
    return {
        "id": identity, "flow_id": "f1", "name": "etl", "status": "READY", "paused": False,
        "work_pool_name": None, "work_queue_name": None,
        "last_polled": None if age is None else Ago(age), **more,
    }  # fmt: skip


def run(state: str, identity: str = RUN, age: float = 300, **more: Any) -> dict[str, Any]:
    return {
        "id": identity, "name": "calm-fox", "state": {"name": state, "timestamp": Ago(age)},
        "work_pool_name": "p", "work_queue_name": "default", "deployment_id": "d1", "tags": [],
        "expected_start_time": Ago(age), "infrastructure_pid": None, **more,
    }  # fmt: skip


def runs(**by_state: list[dict[str, Any]]) -> Any:
    """An answer to flow_runs/filter: rows by the state that is asked for."""

    def chosen(body: dict[str, Any]) -> list[dict[str, Any]]:
        state = body["flow_runs"]["state"]
        names = (state.get("name") or {}).get("any_") or [state["type"]["any_"][0].capitalize()]
        return by_state.get(names[0].lower(), [])

    return chosen


def events(*times: tuple[float, float]) -> dict[str, Any]:
    """An answer to events/filter from (occurred, received) in seconds ago."""
    return {
        "events": [{"occurred": Ago(o), "received": Ago(r)} for o, r in times],
        "total": len(times),
    }
