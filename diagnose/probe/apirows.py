"""From rows of an API, which may hold anything, to records."""

from __future__ import annotations

import statistics
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from diagnose.probe.apistate import Beats, Deployment, Limit, Pool, Queue, Run, Worker
from diagnose.probe.rowtools import at, moment, number, text, texts, truth, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

_WATCH_TIMEOUT = ("base_job_template", "variables", "properties", "job_watch_timeout_seconds")


def age(now: float, row: Any, *path: str) -> float | None:
    """Return the seconds since the time at a path of keys; a time to come is now."""
    then = moment(row, *path)
    return None if then is None else max(0.0, now - then)


def pool(row: Any) -> Pool:
    """Return a work pool."""
    timeout = whole(row, *_WATCH_TIMEOUT, "default")
    return Pool(
        name=text(row, "name"),
        kind=text(row, "type"),
        status=text(row, "status"),
        is_paused=truth(row, "is_paused"),
        limit=whole(row, "concurrency_limit"),
        watch_timeout_s="" if timeout is None else str(timeout),
    )


def queue(row: Any, pool_name: str, now: float) -> Queue:
    """Return a work queue."""
    return Queue(
        pool=pool_name,
        name=text(row, "name"),
        status=text(row, "status"),
        is_paused=truth(row, "is_paused"),
        limit=whole(row, "concurrency_limit"),
        age=age(now, row, "last_polled"),
    )


def worker(row: Any, pool_name: str, now: float) -> Worker:
    """Return a worker."""
    return Worker(
        pool=pool_name,
        name=text(row, "name"),
        status=text(row, "status"),
        age=age(now, row, "last_heartbeat_time"),
        interval=number(row, "heartbeat_interval_seconds"),
    )


def deployment(row: Any, flows: Mapping[str, str], now: float) -> Deployment:
    """Return a deployment, named ``flow/deployment`` where the flow's name is known."""
    flow = text(row, "flow_id")
    limit = whole(row, "global_concurrency_limit", "limit")
    return Deployment(
        id=text(row, "id"),
        flow_id=flow,
        name="/".join(part for part in (flows.get(flow, ""), text(row, "name")) if part),
        pool=text(row, "work_pool_name"),
        queue=text(row, "work_queue_name"),
        status=text(row, "status"),
        is_paused=truth(row, "paused"),
        limit=whole(row, "concurrency_limit") if limit is None else limit,
        age=age(now, row, "last_polled"),
    )


def run(row: Any, now: float) -> Run:
    """Return a flow run."""
    return Run(
        id=text(row, "id"),
        name=text(row, "name"),
        state=text(row, "state", "name") or text(row, "state_name"),
        pool=text(row, "work_pool_name"),
        queue=text(row, "work_queue_name"),
        deployment=text(row, "deployment_id"),
        tags=texts(row, "tags"),
        age=age(now, row, "state", "timestamp"),
        late=age(now, row, "expected_start_time"),
        pid=text(row, "infrastructure_pid"),
    )


def beats(answer: Any, run_id: str, now: float) -> Beats:
    """Return what an answer with heartbeat events says of a run."""
    events = at(answer, "events")
    pairs = [
        (occurred, moment(event, "received"))
        for event in (events if isinstance(events, list) else ())
        if (occurred := moment(event, "occurred")) is not None
    ]
    times = sorted(occurred for occurred, _ in pairs)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return Beats(
        run=run_id,
        events=len(times),
        age=max(0.0, now - times[-1]) if times else None,
        interval=statistics.median(gaps) if gaps else None,
        longest=max(gaps, default=None),
        delay=max((received - occurred for occurred, received in pairs if received), default=None),
    )


def tag_limit(row: Any) -> Limit | None:
    """Return a limit on task runs by tag, or None when the row is none."""
    slots, taken = whole(row, "concurrency_limit"), at(row, "active_slots")
    if slots is None or not isinstance(taken, list):
        return None
    return Limit(text(row, "tag"), slots, len(taken))


def global_limit(row: Any) -> Limit | None:
    """Return a global limit that is switched on, or None."""
    slots, taken = whole(row, "limit"), whole(row, "active_slots")
    if slots is None or taken is None or not truth(row, "active"):
        return None
    return Limit(text(row, "name"), slots, taken)
