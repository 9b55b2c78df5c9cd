"""Concurrency limits: which one is the tightest, and whether the dead hold its slots."""

from __future__ import annotations

from typing import Any

import pytest

from .looking import known, one_pool, probed
from .rows import deployment, events, pool, queue, run, runs


@pytest.mark.parametrize(
    ("more", "free"),
    [
        ({"/work_pools/filter": [pool(concurrency_limit=1)]}, "0"),
        ({"/work_pools/filter": [pool(concurrency_limit=3)]}, "2"),
        ({"/work_pools/p/queues/filter": [queue(2, concurrency_limit=1)]}, "0"),
        ({"/deployments/filter": [deployment(2, work_pool_name="p", concurrency_limit=1)]}, "0"),
        ({"/concurrency_limits/filter": [{"tag": "db", "concurrency_limit": 2, "active_slots": ["x", "y"]}]}, "0"),
        ({"/v2/concurrency_limits/filter": [{"name": "tag:db", "limit": 1, "active_slots": 1, "active": True}]}, "0"),
        ({"/v2/concurrency_limits/filter": [{"name": "tag:db", "limit": 1, "active_slots": 1, "active": False}]}, "inf"),
        ({}, "inf"),
    ],
)  # fmt: skip
def test_the_tightest_limit_counts(more: dict[str, Any], free: str) -> None:
    states = runs(
        late=[run("Late", tags=["db"])], running=[run("Running", "22222222", tags=["db"])]
    )

    found = known(probed(one_pool(**{"/flow_runs/filter": states}) | more))

    assert found["slots_free"] == free


def test_full_slots_that_nobody_waits_for_are_no_evidence() -> None:
    answers = one_pool(**{"/flow_runs/filter": runs(running=[run("Running")])})

    found = known(probed(answers | {"/work_pools/filter": [pool(concurrency_limit=1)]}))

    assert "slots_free" not in found


def test_a_limit_may_be_held_by_the_dead() -> None:
    states = runs(late=[run("Late", "22222222")], running=[run("Running")])
    answers = one_pool(
        **{"/flow_runs/filter": states, "/events/filter": events((700, 700), (730, 730))}
    )

    found = known(probed(answers | {"/work_pools/filter": [pool(concurrency_limit=1)]}))

    assert found["slots_held_by_dead"] == "1"
