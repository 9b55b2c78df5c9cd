"""Facts of concurrency limits: how many slots are free for runs of the subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.probe.records import KNOWN, UNKNOWN, Value
from diagnose.probe.runfacts import overdue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnose.probe.apistate import ApiState, Run
    from diagnose.probe.focus import Focus


class Slots(NamedTuple):
    """One limit that runs of the subject stand under."""

    free: int
    name: str
    holders: tuple[str, ...]
    """Ids of the runs that take its slots."""


def of_slots(api: ApiState, about: Focus) -> Iterator[Value]:
    """Return facts of the tightest limit that runs of the subject stand under, Late ones first."""
    if about.queue is None:
        return
    active = [*api.running, *api.pending]
    limits = [
        *_of_subject(about, active),
        *_of_deployments(api, about, active),
        *_of_tags(api, about, active),
    ]
    if limits:
        tightest = min(limits)
        yield from _tightest(tightest, api, about)
    elif api.limits is not None and api.gap("deployments") is None:
        yield Value("slots_free", "inf", about.label, KNOWN, "no limit is set")


def _tightest(limit: Slots, api: ApiState, about: Focus) -> Iterator[Value]:
    if limit.free > 0 or about.late:
        yield Value("slots_free", str(limit.free), limit.name)
    else:
        yield Value(
            "slots_free", "", limit.name, UNKNOWN, "all are taken, but no run waits for one"
        )
    if limit.free <= 0 and about.late:
        dead = {run for run, seconds, _ in overdue(api, about) if seconds > 0}
        yield Value("slots_held_by_dead", str(len(dead.intersection(limit.holders))), limit.name)


def _of_subject(about: Focus, active: Sequence[Run]) -> Iterator[Slots]:
    """Limits of the pool, the queue and the processes that poll it."""
    queue, pool = about.queue, about.pool
    if queue is None:
        return
    in_pool = [run for run in active if run.pool == queue.pool]
    if pool is not None and pool.limit is not None:
        yield _slots(pool.limit, f"pool {pool.name}", in_pool)
    if queue.limit is not None:
        yield _slots(queue.limit, about.label, [run for run in in_pool if run.queue == queue.name])
    for process in about.pollers:
        if process.limit is not None:
            yield _slots(process.limit, f"limit of process {process.pid}", in_pool)


def _of_deployments(api: ApiState, about: Focus, active: Sequence[Run]) -> Iterator[Slots]:
    pool = about.queue.pool if about.queue is not None else ""
    wanted = {run.deployment for run in about.late}
    wanted = wanted or {d.id for d in api.deployments if d.pool == pool}
    for deployment in api.deployments:
        if deployment.id in wanted and deployment.limit is not None:
            holders = [run for run in active if run.deployment == deployment.id]
            yield _slots(deployment.limit, f"deployment {deployment.name}", holders)


def _of_tags(api: ApiState, about: Focus, active: Sequence[Run]) -> Iterator[Slots]:
    tags = {tag for run in about.late for tag in run.tags}
    for limit in api.limits or ():
        tag = limit.name.removeprefix("tag:")
        if tag in tags:
            holders = tuple(run.id for run in active if tag in run.tags)
            yield Slots(limit.slots - limit.taken, f"limit {limit.name}", holders)


def _slots(limit: int, name: str, holders: Sequence[Run]) -> Slots:
    return Slots(limit - len(holders), name, tuple(run.id for run in holders))
