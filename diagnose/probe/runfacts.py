"""Facts of Running runs: whether their process exists, and what their heartbeats say."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from diagnose.probe.focus import same_host
from diagnose.probe.records import UNKNOWN, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnose.probe.apistate import ApiState
    from diagnose.probe.focus import Focus
    from diagnose.probe.hoststate import HostState

HEARTBEAT_S = 180.0
"""Interval of run heartbeats where neither the events nor a process tell another."""

GRACE_S = 30.0
"""A heartbeat is overdue after two intervals and this."""

FIRST_BEAT_S = 60
"""A run that is older has sent its first heartbeat, which goes out at its start."""

KEPT_S = 6 * 86_400
"""Events of older runs may be gone, as a rule after seven days."""

SLACK = 0.2
"""Part of an interval by which a heartbeat may be later than the one before without saying much."""

BEATS_FOR_A_GAP = 3

NO_RUN = "no-run"
"""There is nothing whose process could be dead or alive."""


def of_runs(api: ApiState, host: HostState | None, about: Focus) -> Iterator[Value]:
    """Return the facts of all Running runs: the worst of them counts."""
    if not api.running:
        if api.gap("running") is None:
            what = "no run is Running"
            yield Value("run_process", NO_RUN, what)
            yield Value("running_without_worker", "0", what)
        return
    if host is not None:
        yield _process_of_runs(api, host)
    yield from _without_worker(api)
    yield from _overdue(api, about)
    intervals = [beats.interval for beats in api.beats if beats.interval]
    if intervals:
        interval = statistics.median(intervals)
        yield Value("run_heartbeat_interval_s", f"{interval:.0f}", "heartbeat events")
        if api.within:
            value = f"{min(api.within) / interval:.1f}"
            yield Value("automation_within_intervals", value, "automations")
    elif _are_off(api):
        yield Value("run_heartbeat_interval_s", "none", "heartbeat events")
    delays = [(beats.delay, beats.run) for beats in api.beats if beats.delay is not None]
    if delays:
        yield Value("heartbeat_received_delay_s", f"{max(delays)[0]:.1f}", f"run {max(delays)[1]}")
    gaps = [
        (beats.longest / beats.interval, beats.run)
        for beats in api.beats
        if beats.longest and beats.interval and beats.events >= BEATS_FOR_A_GAP
    ]
    if gaps:
        yield Value("heartbeat_longest_gap_intervals", f"{max(gaps)[0]:.1f}", f"run {max(gaps)[1]}")


def _overdue(api: ApiState, about: Focus) -> Iterator[Value]:
    seconds = overdue(api, about)
    if seconds:
        run, worst, due = max(seconds, key=lambda entry: (entry[1], entry[0]))
        if worst > 0 or due <= 0:
            yield Value("run_heartbeat_overdue_s", f"{worst:.0f}", f"run {run}")
        else:
            why = "the next heartbeat has not come in time, but is not overdue yet"
            yield Value("run_heartbeat_overdue_s", "", f"run {run}", UNKNOWN, why)


def _are_off(api: ApiState) -> bool:
    """Say whether runs send no heartbeats: none ever came of any that is old enough to have sent one."""
    events = {beats.run: beats.events for beats in api.beats}
    old = [run.id for run in api.running if run.age is not None and FIRST_BEAT_S < run.age < KEPT_S]
    return bool(old) and all(events.get(run) == 0 for run in old)


def overdue(api: ApiState, about: Focus) -> list[tuple[str, float, float]]:
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


def _without_worker(api: ApiState) -> Iterator[Value]:
    """Count Running runs of pools whose runs are children of a worker, where no worker is left."""
    pools = [p.name for p in api.pools if p.kind == "process"]
    read = {name for name in pools if api.gap(f"workers of {name}") is None}
    online = {worker.pool for worker in api.workers if worker.is_online}
    runs = [run for run in api.running if run.pool in read]
    if runs:
        alone = [run.id for run in runs if run.pool not in online]
        what = f"run {min(alone)}" if alone else "all Running runs of process pools"
        yield Value("running_without_worker", str(len(alone)), what)


def _process_of_runs(api: ApiState, host: HostState) -> Value:
    """Say whether the processes of the Running runs exist; one dead counts for all."""
    ours = {process.run: process for process in host.processes if process.run}
    alive: list[str] = []
    dead: list[str] = []
    for run in api.running:
        if run.id in ours:
            alive.append(run.id)
            continue
        there, _, number = run.pid.rpartition(":")
        if not number.isdecimal() or not (
            same_host(run.pid, host.name) or (not there and api.is_local)
        ):
            continue
        (alive if int(number) in host.pids else dead).append(run.id)
    if dead:
        return Value("run_process", "dead", f"run {min(dead)}")
    if alive:
        return Value("run_process", "alive", f"run {min(alive)}")
    why = "the server names no process on this host"
    return Value("run_process", "", "all Running runs", UNKNOWN, why)
