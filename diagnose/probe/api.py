"""Reads the state of a Prefect API: GET, and POST filters that change nothing.

Calls that hand out work (``get_runs``, ``get_scheduled_flow_runs``) or report for a worker are
never made: they move ``last_polled`` and so hide the very fault that is looked for.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from diagnose.probe import apirows, upkeep
from diagnose.probe.answers import ApiError
from diagnose.probe.apistate import ApiState, Beats, Deployment, Limit, Pool, Queue, Run, Worker
from diagnose.probe.client import MOST_ROWS, Client
from diagnose.probe.records import CUT, FORBIDDEN, KNOWN, UNKNOWN, UNREACHABLE, Gap
from diagnose.probe.rowtools import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diagnose.probe.settings import Target

T = TypeVar("T")

SKEW_S = 2.0
"""A clock difference below this is within the second that a Date header has."""

MOST_POOLS = 100
MOST_RUNS_WITH_EVENTS = 20
OVERDUE_S = 60
"""A run that should have started so long ago and is not even Late was overlooked."""

EVENTS_SINCE_S = 7 * 86_400
MOST_EVENTS = 50


def read(target: Target, pools: Sequence[str] = (), *, only_pollers: bool = False) -> ApiState:
    """Return what the API says; whatever could not be read is in its ``gaps``.

    Args:
        target: the API.
        pools: names of work pools to look at; all, and served deployments, when empty.
        only_pollers: whether to leave it at who asks for work and when they last did.

    Raises:
        UsageError: a certificate file or proxy of the environment cannot be used.
    """
    with Client(target) as client:
        return _Reader(client, target, pools).read(only_pollers=only_pollers)


class _Reader:
    def __init__(self, client: Client, target: Target, pools: Sequence[str]) -> None:
        self.client = client
        self.target = target
        self.is_cloud = "/accounts/" in urlsplit(target.base).path
        self.wanted = frozenset(pools)
        self.gaps: list[Gap] = []
        self.offset = 0.0

    def read(self, *, only_pollers: bool) -> ApiState:
        state = self._health()
        if state.reached in (KNOWN, FORBIDDEN):
            state = self._pollers(state)
            state = state if only_pollers else self._runs_and_limits(state)
        for path in dict.fromkeys(self.client.cut):
            line = f"more than {MOST_ROWS} rows of {path}; the others were not read"
            self.gaps.append(Gap(CUT, UNKNOWN, line))
        return state._replace(gaps=tuple(self.gaps), calls=self.client.counted)

    def _pollers(self, state: ApiState) -> ApiState:
        pools = self._part("pools", self._pools) or ()
        return state._replace(
            pools=pools,
            deployments=self._part("deployments", self._deployments) or (),
            queues=self._queues(pools),
            workers=self._workers(pools),
        )

    def _runs_and_limits(self, state: ApiState) -> ApiState:
        late = self._part("late", partial(self._runs, "SCHEDULED", "Late")) or ()
        running = self._part("running", partial(self._runs, "RUNNING")) or ()
        pending = self._part("pending", partial(self._runs, "PENDING")) or ()
        refused = next((gap.code for gap in self.gaps if gap.code), 0)
        if refused and self.target.headers:
            state = state._replace(status=refused)
        return state._replace(
            version="" if self.is_cloud else (self._part("version", self._version) or ""),
            late=late,
            overdue=self._part("overdue", self._overdue) or (),
            pending=pending,
            running=running,
            beats=self._beats(running),
            limits=self._part("limits", self._limits),
            within=self._part("automations", partial(upkeep.within, self.client)),
            services_off=(self._part("settings", partial(upkeep.off, self.client)) or ())
            if late
            else (),
        )

    def _health(self) -> ApiState:
        state = ApiState(self.target.base, self.target.source, self.target.is_loopback)
        try:
            parts = urlsplit(self.target.base)
            if self.is_cloud:  # a workspace has no health page of its own
                answer = self.client.get_url(f"{parts.scheme}://{parts.netloc}/api/health")
            else:
                answer = self.client.get("/health")
        except ApiError as error:
            self.gaps.append(Gap("api", error.kind, f"{error}{self._hint(error)}"))
            code = 0 if error.kind == FORBIDDEN and not self.target.headers else error.status
            return state._replace(reached=error.kind, status=code)
        if answer.offset is not None and abs(answer.offset) > SKEW_S:
            self.offset = answer.offset
        if answer.value not in (True, None) and not isinstance(answer.value, dict):
            line = f"{self.target.shown}/health does not answer as a Prefect API does"
            self.gaps.append(Gap("api", UNKNOWN, line))
            state = state._replace(reached=UNKNOWN)
        return state._replace(latency=answer.seconds, status=answer.status, skew=answer.offset)

    def _hint(self, error: ApiError) -> str:
        """Say what is mistaken most often when something else than the API answers."""
        elsewhere = error.kind == UNKNOWN and error.status in (0, 404)
        if not elsewhere or "/api" in urlsplit(self.target.base).path:
            return ""
        return "; the URL of an API usually ends in /api"

    def _part(self, part: str, reading: Callable[[], T]) -> T | None:
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

    def _version(self) -> str:
        version = self.client.get("/admin/version").value
        return version[:40] if isinstance(version, str) else ""

    def _pools(self) -> tuple[Pool, ...]:
        found = [apirows.pool(row) for row in self.client.rows("/work_pools/filter")]
        kept = [p for p in found if p.name and (not self.wanted or p.name in self.wanted)]
        if len(kept) > MOST_POOLS:
            line = f"more than {MOST_POOLS} work pools; the others were not looked at (--pool NAME)"
            self.gaps.append(Gap(CUT, UNKNOWN, line))
        return tuple(sorted(kept, key=lambda pool: pool.name)[:MOST_POOLS])

    def _queues(self, pools: Sequence[Pool]) -> tuple[Queue, ...]:
        found = []
        for name, rows in self._of_pools("queues", pools):
            found += [apirows.queue(row, name, self._now()) for row in rows]
        return tuple(sorted(found, key=lambda queue: (queue.pool, queue.name)))

    def _workers(self, pools: Sequence[Pool]) -> tuple[Worker, ...]:
        found = []
        for name, rows in self._of_pools("workers", pools):
            found += [apirows.worker(row, name, self._now()) for row in rows]
        return tuple(sorted(found, key=lambda worker: (worker.pool, worker.name)))

    def _of_pools(self, part: str, pools: Sequence[Pool]) -> list[tuple[str, list[dict[str, Any]]]]:
        """Return the rows of a kind for each pool."""
        found = []
        for pool in pools:
            path = f"/work_pools/{quote(pool.name, safe='')}/{part}/filter"
            rows = self._part(f"{part} of {pool.name}", partial(self.client.rows, path))
            found.append((pool.name, rows or []))
        return found

    def _deployments(self) -> tuple[Deployment, ...]:
        rows = self.client.rows("/deployments/filter")
        if self.wanted:
            rows = [row for row in rows if text(row, "work_pool_name") in self.wanted]
        names: dict[str, str] = {}
        if any(not text(row, "work_pool_name") for row in rows):
            flows = self._part("flows", partial(self.client.rows, "/flows/filter")) or []
            names = {text(flow, "id"): text(flow, "name") for flow in flows}
        found = [apirows.deployment(row, names, self._now()) for row in rows]
        return tuple(sorted(found, key=lambda deployment: (deployment.name, deployment.id)))

    def _runs(self, kind: str, name: str = "") -> tuple[Run, ...]:
        state: dict[str, Any] = {"type": {"any_": [kind]}}
        if name:
            state["name"] = {"any_": [name]}
        return self._found({"state": state})

    def _overdue(self) -> tuple[Run, ...]:
        before = _written(self._now() - OVERDUE_S)
        state = {"type": {"any_": ["SCHEDULED"]}, "name": {"any_": ["Scheduled"]}}
        return self._found({"state": state, "expected_start_time": {"before_": before}})

    def _found(self, runs: dict[str, Any]) -> tuple[Run, ...]:
        body = {"flow_runs": runs, "sort": "EXPECTED_START_TIME_ASC"}
        rows = self.client.rows("/flow_runs/filter", body)
        found = [apirows.run(row, self._now()) for row in rows]
        return tuple(run for run in found if not self.wanted or run.pool in self.wanted)

    def _beats(self, running: Sequence[Run]) -> tuple[Beats, ...]:
        found: list[Beats] = []
        for run in running[:MOST_RUNS_WITH_EVENTS]:
            beats = self._part("heartbeat events", partial(self._beats_of, run))
            if beats is None:
                break  # what one run's events cannot be asked, the others' cannot either
            found.append(beats)
        return tuple(found)

    def _beats_of(self, run: Run) -> Beats:
        chosen = {
            "event": {"name": [upkeep.HEARTBEAT_EVENT]},
            "resource": {"id": [f"prefect.flow-run.{run.id}"]},
            "occurred": {"since": _written(self._now() - EVENTS_SINCE_S)},
        }
        answer = self.client.query("/events/filter", {"filter": chosen, "limit": MOST_EVENTS})
        return apirows.beats(answer.value, run.id, self._now())

    def _limits(self) -> tuple[Limit, ...]:
        """Return limits by tag and global ones; servers lack the one or the other."""
        rows = self.client.rows("/concurrency_limits/filter")
        path = "/v2/concurrency_limits/filter"
        others = self._part("global limits", partial(self.client.rows, path)) or []
        found = [apirows.tag_limit(row) for row in rows] + [
            apirows.global_limit(row) for row in others
        ]
        return tuple(sorted({limit for limit in found if limit is not None}))


def _written(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
