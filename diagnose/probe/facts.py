"""From what was read to facts: ``NAME=VALUE``, whose meaning stands in the knowledge base.

A value that could not be had is listed with the reason and is no evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.probe.hostfacts import of_host
from diagnose.probe.records import FORBIDDEN, KNOWN, UNKNOWN, UNREACHABLE, Value
from diagnose.probe.runfacts import of_runs
from diagnose.probe.slots import of_slots

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnose.probe.apistate import ApiState
    from diagnose.probe.focus import Focus
    from diagnose.probe.hoststate import HostState

FRESH_S = 60
"""A poll younger than this proves a living poller; then "no Late runs" says something."""

_ASKED = (
    ("late_runs", "late"), ("queue_last_poll_age_s", "pools"), ("worker_heartbeat_age_s", "pools"),
    ("serve_deployment_status", "deployments"), ("run_process", "running"),
    ("run_heartbeat_overdue_s", "heartbeat events"), ("heartbeat_received_delay_s", "heartbeat events"),
)  # fmt: skip
"""Facts that are missed when a part of the API could not be read."""


def facts(api: ApiState | None, host: HostState | None, about: Focus) -> tuple[Value, ...]:
    """Return all facts, known and not, by name."""
    found: list[Value] = []
    if api is not None:
        found += _of_api(api)
        found += _of_subject(api, about)
        found += _of_served(api)
        if api.gap("running") is None:
            found.append(Value("running_runs", str(len(api.running)), "all runs"))
        found += of_runs(api, host, about)
        found += _missed(api, found)
    if host is not None:
        found += of_host(host, about)
    return tuple(sorted(found))


def _of_api(api: ApiState) -> Iterator[Value]:
    where = f"API {api.url}"
    gap = api.gap("api")
    if gap is None or gap.status == UNREACHABLE:
        yield Value(
            "api_reachable",
            "true" if gap is None else "false",
            where,
            KNOWN,
            gap.line if gap else "",
        )
    else:
        yield Value("api_reachable", "", where, gap.status, gap.line)
    if api.status:
        yield Value("api_status", str(api.status), where)
    if api.latency is not None:
        yield Value("api_latency_s", f"{api.latency:.2f}", where)
    yield Value("api_scheme", api.url.partition(":")[0], where)
    if api.skew is not None:
        yield Value("clock_skew_s", f"{abs(api.skew):.0f}", where)
    if api.within is not None:
        yield Value("heartbeat_automations", str(len(api.within)), "automations")
    if api.services_off:
        yield Value("server_services", "off", where, KNOWN, ", ".join(api.services_off))


def _of_subject(api: ApiState, about: Focus) -> Iterator[Value]:
    yield from _of_late(api, about)
    queue, pool, what = about.queue, about.pool, about.label
    if queue is None or pool is None:
        return
    if queue.age is not None:
        yield Value("queue_last_poll_age_s", f"{queue.age:.0f}", what)
    else:
        yield Value("queue_last_poll_age_s", "", what, UNKNOWN, "it was never polled")
    if about.late:
        yield Value("queue_ever_polled", str(queue.age is not None).lower(), what)
    yield Value("queue_paused", str(queue.is_paused or pool.is_paused).lower(), what)
    if pool.status:
        yield Value("pool_status", pool.status, f"pool {pool.name}")
    if pool.watch_timeout_s:
        yield Value("job_watch_timeout_s", pool.watch_timeout_s, f"pool {pool.name}")
    yield from _of_workers(api, pool.name)
    yield from of_slots(api, about)


def _of_late(api: ApiState, about: Focus) -> Iterator[Value]:
    if api.gap("late") is None:
        count = len(about.late) or len(api.late)
        polled = about.age is not None and about.age <= FRESH_S
        if count or polled:
            what = about.label if about.late else "all runs"
            yield Value("late_runs", str(count), what)
        else:
            why = "no run is Late, but none may have been due since the last poll"
            yield Value("late_runs", "", "all runs", UNKNOWN, why)
    if api.gap("overdue") is None and (api.overdue or api.late):
        yield Value("overdue_not_late", str(len(api.overdue)), "all runs")


def _of_workers(api: ApiState, pool: str) -> Iterator[Value]:
    """Facts of the pool's workers; rows of workers that were replaced stay, so the freshest counts."""
    workers = [w for w in api.workers if w.pool == pool and w.age is not None]
    if not workers:
        return
    best = min(workers, key=lambda w: (w.age or 0.0, w.name))
    yield Value("worker_heartbeat_age_s", f"{best.age:.0f}", f"worker {best.name}")
    online = sum(worker.is_online for worker in workers)
    yield Value("pool_workers_online", str(online), f"pool {pool}")


def _of_served(api: ApiState) -> Iterator[Value]:
    """Served deployments: a runner has no row of its own, its deployments' polls are all there is."""
    busy = {run.deployment for run in api.running}
    served = [d for d in api.deployments if d.is_served]
    silent = [d for d in served if d.status == "NOT_READY"]
    if not served:
        return
    stopped = [d for d in silent if d.is_paused]
    open_ = [d for d in silent if not d.is_paused]
    shown = min(open_ or stopped or served, key=lambda d: (d.age or 0.0, d.name))
    if shown.status:
        yield Value("serve_deployment_status", shown.status, f"deployment {shown.name}")
    unseen = [d for d in open_ if d.id not in busy]
    yield Value("served_without_runner", str(len(unseen)), f"deployment {shown.name}")
    if silent:
        yield Value("served_deployment_paused", str(not open_).lower(), f"deployment {shown.name}")


def _missed(api: ApiState, found: Sequence[Value]) -> Iterator[Value]:
    known = {value.name for value in found}
    for name, part in _ASKED:
        gap = api.gap(part)
        if gap is not None and name not in known:
            status = gap.status if gap.status in (FORBIDDEN, UNREACHABLE) else UNKNOWN
            yield Value(name, "", part, status, gap.line)
