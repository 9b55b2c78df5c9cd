"""From what was read to facts: ``NAME=VALUE``, whose meaning stands in the knowledge base.

A value that could not be had is listed with the reason and is no evidence.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from diagnose.probe.focus import same_host
from diagnose.probe.hostfacts import of_host
from diagnose.probe.records import FORBIDDEN, KNOWN, UNKNOWN, UNREACHABLE, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnose.probe.focus import Focus
    from diagnose.probe.records import ApiState, HostState, Run

FRESH_S = 60
"""A poll younger than this proves a living poller; then "no Late runs" says something."""

HEARTBEAT_S = 180.0
"""Interval of run heartbeats where neither the events nor a process tell another."""

GRACE_S = 30.0
"""A heartbeat is overdue after two intervals and this."""

SLACK = 0.2
"""Part of an interval by which a heartbeat may be later than the one before without saying much."""

BEATS_FOR_A_GAP = 3

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
        found += _of_runs(api, host, about)
        found += _missed(api, found)
    if host is not None:
        found += of_host(host, about, api)
    return tuple(sorted(found))


def _of_api(api: ApiState) -> Iterator[Value]:
    where = f"API {api.url}"
    gap = api.gap("api")
    if gap is None or gap.status == UNREACHABLE:
        yield Value("api_reachable", "true" if gap is None else "false", where, KNOWN, gap.line if gap else "")
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
    yield from _of_slots(api, about)


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
    online = [w for w in workers if w.status == "ONLINE" or (w.age or 0.0) <= 3 * (w.interval or 30.0)]
    yield Value("pool_workers_online", str(len(online)), f"pool {pool}")


def _of_slots(api: ApiState, about: Focus) -> Iterator[Value]:
    """The tightest limit that runs of the subject stand under, Late ones first."""
    if about.queue is None:
        return
    active = [*api.running, *api.pending]
    in_pool = [run for run in active if run.pool == about.queue.pool]
    in_queue = [run for run in in_pool if run.queue == about.queue.name]
    limits: list[tuple[int, str, Sequence[Run]]] = []
    if about.pool is not None and about.pool.limit is not None:
        limits.append((about.pool.limit - len(in_pool), f"pool {about.pool.name}", in_pool))
    if about.queue.limit is not None:
        limits.append((about.queue.limit - len(in_queue), about.label, in_queue))
    for process in about.pollers:
        if process.limit is not None:
            limits.append((process.limit - len(in_pool), f"limit of process {process.pid}", in_pool))
    limits += _other_limits(api, about, active)
    if limits:
        free, what, holders = min(limits, key=lambda limit: (limit[0], limit[1]))
        if free > 0 or about.late:
            yield Value("slots_free", str(free), what)
        else:
            yield Value("slots_free", "", what, UNKNOWN, "all are taken, but no run waits for one")
        if free <= 0 and about.late:
            overdue = {run for run, seconds, _ in _overdue(api, about) if seconds > 0}
            held = sum(run.id in overdue for run in holders)
            yield Value("slots_held_by_dead", str(held), what)
    elif api.limits is not None and api.gap("deployments") is None:
        yield Value("slots_free", "inf", about.label, KNOWN, "no limit is set")


def _other_limits(
    api: ApiState, about: Focus, active: Sequence[Run]
) -> list[tuple[int, str, Sequence[Run]]]:
    """Limits of the Late runs' deployments and tags."""
    found: list[tuple[int, str, Sequence[Run]]] = []
    wanted = {run.deployment for run in about.late} or {
        deployment.id
        for deployment in api.deployments
        if about.queue is not None and deployment.pool == about.queue.pool
    }
    for deployment in api.deployments:
        if deployment.id in wanted and deployment.limit is not None:
            holders = [run for run in active if run.deployment == deployment.id]
            found.append((deployment.limit - len(holders), f"deployment {deployment.name}", holders))
    tags = {tag for run in about.late for tag in run.tags}
    tags |= {f"tag:{tag}" for tag in tags}
    for limit in api.limits or ():
        if limit.name in tags:
            holders = [run for run in active if limit.name.removeprefix("tag:") in run.tags]
            found.append((limit.slots - limit.taken, f"limit {limit.name}", holders))
    return found


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


def _of_runs(api: ApiState, host: HostState | None, about: Focus) -> Iterator[Value]:
    if not api.running:
        return
    if host is not None:
        yield _process_of_runs(api, host)
    seconds = _overdue(api, about)
    if seconds:
        run, worst, due = max(seconds, key=lambda entry: (entry[1], entry[0]))
        if worst > 0 or due <= 0:
            yield Value("run_heartbeat_overdue_s", f"{worst:.0f}", f"run {run}")
        else:
            why = "the next heartbeat has not come in time, but is not overdue yet"
            yield Value("run_heartbeat_overdue_s", "", f"run {run}", UNKNOWN, why)
    intervals = [beats.interval for beats in api.beats if beats.interval]
    if intervals:
        interval = statistics.median(intervals)
        yield Value("run_heartbeat_interval_s", f"{interval:.0f}", "heartbeat events")
        if api.within:
            value = f"{min(api.within) / interval:.1f}"
            yield Value("automation_within_intervals", value, "automations")
    delays = [(beats.delay, beats.run) for beats in api.beats if beats.delay is not None]
    if delays:
        yield Value("heartbeat_received_delay_s", f"{max(delays)[0]:.1f}", f"run {max(delays)[1]}")
    gaps = [
        (beats.longest / beats.interval, beats.run)
        for beats in api.beats
        if beats.longest and beats.interval and beats.count >= BEATS_FOR_A_GAP
    ]
    if gaps:
        yield Value("heartbeat_longest_gap_intervals", f"{max(gaps)[0]:.1f}", f"run {max(gaps)[1]}")


def _overdue(api: ApiState, about: Focus) -> list[tuple[str, float, float]]:
    """Return for each Running run by how many seconds its heartbeats are overdue.

    (run, seconds beyond two intervals and the grace, seconds beyond one interval and its slack)
    """
    known = [beats.interval for beats in api.beats if beats.interval]
    told = [float(p.heartbeat_s) for p in about.pollers if p.heartbeat_s.isdecimal()]
    usual = statistics.median(known) if known else max(told, default=HEARTBEAT_S)
    return [
        (
            beats.run,
            beats.age - (2 * (beats.interval or usual) + GRACE_S),
            beats.age - (beats.interval or usual) * (1 + SLACK),
        )
        for beats in api.beats
        if beats.age is not None
    ]


def _process_of_runs(api: ApiState, host: HostState) -> Value:
    """Say whether the processes of the Running runs exist; one dead counts for all."""
    ours = {process.run: process for process in host.processes if process.run}
    alive, dead = [], []
    for run in api.running:
        if run.id in ours:
            alive.append(run.id)
            continue
        there, _, number = run.pid.rpartition(":")
        if not number.isdecimal() or not (same_host(run.pid, host.name) or (not there and api.is_local)):
            continue
        (alive if int(number) in host.pids else dead).append(run.id)
    if dead:
        return Value("run_process", "dead", f"run {min(dead)}")
    if alive:
        return Value("run_process", "alive", f"run {min(alive)}")
    why = "the server names no process on this host"
    return Value("run_process", "", "all Running runs", UNKNOWN, why)


def _missed(api: ApiState, found: Sequence[Value]) -> Iterator[Value]:
    known = {value.name for value in found}
    for name, part in _ASKED:
        gap = api.gap(part)
        if gap is not None and name not in known:
            status = gap.status if gap.status in (FORBIDDEN, UNREACHABLE) else UNKNOWN
            yield Value(name, "", part, status, gap.line)
