"""Reads the state of a Prefect API: GET, and POST filters that change nothing.

Calls that hand out work (``get_runs``, ``get_scheduled_flow_runs``) or report for a worker are
never made: they move ``last_polled`` and so hide the very fault that is looked for.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit


from diagnose.probe.client import ApiError, Client
from diagnose.probe.records import (
    FORBIDDEN, KNOWN, UNREACHABLE, ApiState, Beats, Deployment, Gap, Limit, Pool, Queue, Run, Worker,
)  # fmt: skip
from diagnose.probe.rowtools import at, moment, number, text, texts, truth, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diagnose.probe.settings import Target

SKEW_S = 2.0
"""A clock difference below this is within the second that a Date header has."""

MOST_POOLS = 100
MOST_RUNS_WITH_EVENTS = 20
OVERDUE_S = 60
"""A run that should have started so long ago and is not even Late was overlooked."""

HEARTBEAT_EVENT = "prefect.flow-run.heartbeat"
EVENTS_SINCE_S = 7 * 86_400


def read(target: Target, pools: Sequence[str] = ()) -> ApiState:
    """Return what the API says; whatever could not be read is in its ``gaps``.

    Args:
        target: the API.
        pools: names of work pools to look at; all, and served deployments, when empty.
    """
    with Client(target) as client:
        return _Reader(client, target, pools).read()


class _Reader:
    def __init__(self, client: Client, target: Target, pools: Sequence[str]) -> None:
        self.client = client
        self.target = target
        self.wanted = frozenset(pools)
        self.gaps: list[Gap] = []
        self.offset = 0.0

    def read(self) -> ApiState:
        state = self._health()
        if state.reached not in (KNOWN, FORBIDDEN):
            return state._replace(gaps=tuple(self.gaps), calls=self.client.counted)
        pools = self._part("pools", self._pools) or ()
        served = self._part("deployments", self._deployments) or ()
        runs = {
            part: self._part(part, lambda names=names, kind=kind: self._runs(kind, names)) or ()
            for part, kind, names in (
                ("late", "SCHEDULED", ["Late"]), ("running", "RUNNING", None), ("pending", "PENDING", None),
            )
        }  # fmt: skip
        refused = next((gap.code for gap in self.gaps if gap.code), 0)
        if refused and self.target.headers:
            state = state._replace(status=refused)
        return state._replace(
            version=self._version(),
            pools=pools,
            queues=self._of_pools("queues", pools, self._queues),
            workers=self._of_pools("workers", pools, self._workers),
            deployments=served,
            overdue=self._part("overdue", self._overdue) or (),
            beats=self._beats(runs["running"]),
            limits=self._part("limits", self._limits),
            within=self._part("automations", self._within),
            services_off=self._part("settings", self._services_off) or () if runs["late"] else (),
            gaps=tuple(self.gaps),
            calls=self.client.counted,
            **runs,
        )

    def _health(self) -> ApiState:
        state = ApiState(self.target.base, self.target.source, self.target.is_loopback)
        try:
            parts = urlsplit(self.target.base)
            if "/accounts/" in parts.path:  # Cloud: a workspace has no health page of its own
                answer = self.client.get_url(f"{parts.scheme}://{parts.netloc}/api/health")
            else:
                answer = self.client.get("/health")
        except ApiError as error:
            self.gaps.append(Gap("api", error.kind, str(error)))
            code = 0 if error.kind == FORBIDDEN and not self.target.headers else error.status
            return state._replace(reached=error.kind, status=code)
        if answer.offset is not None and abs(answer.offset) > SKEW_S:
            self.offset = answer.offset
        said = {"latency": answer.seconds, "status": answer.status, "skew": answer.offset}
        if answer.value not in (True, None) and not isinstance(answer.value, dict):
            line = f"{self.target.shown}/health does not answer as a Prefect API does"
            self.gaps.append(Gap("api", "unknown", line))
            said["reached"] = "unknown"
        return state._replace(**said)

    def _part(self, part: str, reading: Callable[[], Any]) -> Any:
        """Read one part; a failure is noted and leaves the others alone."""
        if any(gap.status == UNREACHABLE for gap in self.gaps):
            self.gaps.append(Gap(part, UNREACHABLE, "not asked: the API stopped answering"))
            return None
        try:
            return reading()
        except ApiError as error:
            code = error.status if error.kind == FORBIDDEN else 0
            self.gaps.append(Gap(part, error.kind, str(error), code))
            return None

    def _now(self) -> float:
        return time.time() + self.offset

    def _age(self, row: Any, *path: str) -> float | None:
        then = moment(row, *path)
        return None if then is None else max(0.0, self._now() - then)

    def _version(self) -> str:
        if "/accounts/" in self.target.base:
            return ""
        answer = self._part("version", lambda: self.client.get("/admin/version"))
        return answer.value[:40] if answer and isinstance(answer.value, str) else ""

    def _pools(self) -> tuple[Pool, ...]:
        found = []
        for row in self.client.rows("/work_pools/filter"):
            name = text(row, "name")
            if name and (not self.wanted or name in self.wanted):
                template = ("base_job_template", "variables", "properties", "job_watch_timeout_seconds")
                timeout = whole(row, *template, "default")
                found.append(
                    Pool(
                        name, text(row, "type"), text(row, "status"), truth(row, "is_paused"),
                        whole(row, "concurrency_limit"), "" if timeout is None else str(timeout),
                    )  # fmt: skip
                )
        return tuple(sorted(found)[:MOST_POOLS])

    def _of_pools(self, part: str, pools: Sequence[Pool], reading: Callable[[str], list[Any]]) -> Any:
        found: list[Any] = []
        for pool in pools:
            found += self._part(f"{part} of {pool.name}", lambda pool=pool: reading(pool.name)) or ()
        return tuple(sorted(found, key=lambda row: (row.pool, row.name)))

    def _queues(self, pool: str) -> list[Queue]:
        return [
            Queue(
                pool, text(row, "name"), text(row, "status"), truth(row, "is_paused"),
                whole(row, "concurrency_limit"), self._age(row, "last_polled"),
            )  # fmt: skip
            for row in self.client.rows(f"/work_pools/{quote(pool, safe='')}/queues/filter")
        ]

    def _workers(self, pool: str) -> list[Worker]:
        return [
            Worker(
                pool, text(row, "name"), text(row, "status"), self._age(row, "last_heartbeat_time"),
                number(row, "heartbeat_interval_seconds"),
            )  # fmt: skip
            for row in self.client.rows(f"/work_pools/{quote(pool, safe='')}/workers/filter")
        ]

    def _deployments(self) -> tuple[Deployment, ...]:
        rows = self.client.rows("/deployments/filter")
        if self.wanted:
            rows = [row for row in rows if text(row, "work_pool_name") in self.wanted]
        names = self._flow_names() if any(not text(row, "work_pool_name") for row in rows) else {}
        found = []
        for row in rows:
            flow = text(row, "flow_id")
            name = "/".join(part for part in (names.get(flow, ""), text(row, "name")) if part)
            limit = whole(row, "global_concurrency_limit", "limit")
            found.append(
                Deployment(
                    text(row, "id"), flow, name, text(row, "work_pool_name"), text(row, "work_queue_name"),
                    text(row, "status"), truth(row, "paused"),
                    whole(row, "concurrency_limit") if limit is None else limit,
                    self._age(row, "last_polled"),
                )  # fmt: skip
            )
        return tuple(sorted(found, key=lambda d: (d.name, d.id)))

    def _flow_names(self) -> dict[str, str]:
        rows = self._part("flows", lambda: self.client.rows("/flows/filter")) or ()
        return {text(row, "id"): text(row, "name") for row in rows}

    def _runs(self, kind: str, names: list[str] | None) -> tuple[Run, ...]:
        state: dict[str, Any] = {"type": {"any_": [kind]}}
        if names:
            state["name"] = {"any_": names}
        return self._found({"state": state})

    def _overdue(self) -> tuple[Run, ...]:
        before = datetime.fromtimestamp(self._now() - OVERDUE_S, UTC).isoformat()
        state = {"type": {"any_": ["SCHEDULED"]}, "name": {"any_": ["Scheduled"]}}
        return self._found({"state": state, "expected_start_time": {"before_": before}})

    def _found(self, runs: dict[str, Any]) -> tuple[Run, ...]:
        body = {"flow_runs": runs, "sort": "EXPECTED_START_TIME_ASC"}
        found = [self._run(row) for row in self.client.rows("/flow_runs/filter", body)]
        return tuple(run for run in found if not self.wanted or run.pool in self.wanted)

    def _run(self, row: dict[str, Any]) -> Run:
        state = text(row, "state", "name") or text(row, "state_name")
        return Run(
            text(row, "id"), text(row, "name"), state, text(row, "work_pool_name"),
            text(row, "work_queue_name"), text(row, "deployment_id"), texts(row, "tags"),
            self._age(row, "state", "timestamp"), self._age(row, "expected_start_time"),
            text(row, "infrastructure_pid"),
        )  # fmt: skip

    def _beats(self, running: Sequence[Run]) -> tuple[Beats, ...]:
        found = []
        for run in running[:MOST_RUNS_WITH_EVENTS]:
            beats = self._part("heartbeat events", lambda run=run: self._beats_of(run))
            if beats is None:
                break  # what one run's events cannot be asked, the others' cannot either
            found.append(beats)
        return tuple(found)

    def _beats_of(self, run: Run) -> Beats:
        since = datetime.fromtimestamp(self._now() - EVENTS_SINCE_S, UTC).isoformat()
        chosen = {
            "event": {"name": [HEARTBEAT_EVENT]},
            "resource": {"id": [f"prefect.flow-run.{run.id}"]},
            "occurred": {"since": since},
        }
        answer = self.client.query("/events/filter", {"filter": chosen, "limit": 50})
        events = answer.value.get("events") if isinstance(answer.value, dict) else None
        pairs = [
            (occurred, moment(event, "received"))
            for event in (events if isinstance(events, list) else ())
            if (occurred := moment(event, "occurred")) is not None
        ]
        times = sorted(occurred for occurred, _ in pairs)
        gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
        delays = [received - occurred for occurred, received in pairs if received is not None]
        return Beats(
            run.id, len(times), max(0.0, self._now() - times[-1]) if times else None,
            statistics.median(gaps) if gaps else None, max(gaps, default=None),
            max(delays, default=None),
        )  # fmt: skip

    def _limits(self) -> tuple[Limit, ...]:
        """Return limits by tag and global ones; servers lack the one or the other."""
        found = []
        for row in self.client.rows("/concurrency_limits/filter"):
            taken = row.get("active_slots")
            slots = whole(row, "concurrency_limit")
            if slots is not None and isinstance(taken, list):
                found.append(Limit(text(row, "tag"), slots, len(taken)))
        rows = self._part("global limits", lambda: self.client.rows("/v2/concurrency_limits/filter"))
        for row in rows or ():
            slots, active = whole(row, "limit"), whole(row, "active_slots")
            if slots is not None and active is not None and truth(row, "active"):
                found.append(Limit(text(row, "name"), slots, active))
        return tuple(sorted(set(found)))

    def _services_off(self) -> tuple[str, ...]:
        """Return which of the services that watch runs are off; 2.x and 3.x name them differently."""
        settings = self.client.get("/admin/settings").value
        found = []
        for service in ("late_runs", "foreman"):
            old = at(settings, f"PREFECT_API_SERVICES_{service.upper()}_ENABLED")
            if old is False or at(settings, "server", "services", service, "enabled") is False:
                found.append(service)
        return tuple(found)

    def _within(self) -> tuple[float, ...]:
        found = []
        for row in self.client.rows("/automations/filter"):
            trigger = row.get("trigger")
            after = texts(trigger, "after")
            within = number(trigger, "within")
            if HEARTBEAT_EVENT in after and within is not None:
                found.append(within)
        return tuple(sorted(found))


