"""Probing a stand-in, and what is known then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnose.probe import probe

from .rows import pool, queue
from .stand_in import prefect, serving

if TYPE_CHECKING:
    from diagnose.probe import ProbeResult

NOBODY = {"PREFECT_HOME": "/nowhere"}


def probed(answers: dict[str, Any] | None, play: Any = None, **options: Any) -> ProbeResult:
    with serving(play or prefect(answers or {})) as server:
        return probe(server.api, environ=NOBODY, **{"host": False, **options})


def known(result: ProbeResult) -> dict[str, str]:
    return dict(result.known)


def one_pool(polled: float | None = 5, **more: Any) -> dict[str, Any]:
    return {
        "/work_pools/filter": [pool()],
        "/work_pools/p/queues/filter": [queue(polled)],
        "/work_pools/p/workers/filter": [],
        **more,
    }
