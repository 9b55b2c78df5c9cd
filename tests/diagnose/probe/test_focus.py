"""What a probe is about, of all queues and deployments, and what is known of it."""

from __future__ import annotations

from typing import Any

import pytest

from .looking import known, one_pool, probed
from .rows import deployment, pool, queue, run, runs, worker


def test_the_queue_with_late_runs_is_the_subject() -> None:
    answers = one_pool() | {
        "/work_pools/p/queues/filter": [
            queue(3, "busy"),
            queue(900, "silent"),
            queue(4000, "idle"),
        ],
        "/flow_runs/filter": runs(late=[run("Late", work_queue_name="busy")]),
    }

    result = probed(answers)

    assert result.about.label == "queue p/busy"
    assert float(known(result)["queue_last_poll_age_s"]) < 60
    assert known(result)["late_runs"] == "1"


def test_without_late_runs_the_longest_silence_is_the_subject() -> None:
    answers = one_pool() | {
        "/work_pools/p/queues/filter": [queue(3, "a"), queue(900, "b"), queue(None, "never")]
    }

    assert probed(answers).about.label == "queue p/b"


def test_a_queue_that_was_given_up_days_ago_is_not_looked_at() -> None:
    answers = one_pool() | {"/work_pools/p/queues/filter": [queue(3, "a"), queue(300_000, "old")]}

    assert probed(answers).about.label == "queue p/a"


def test_no_late_runs_say_nothing_while_nobody_polls() -> None:
    stale, fresh = probed(one_pool(900)), probed(one_pool(2))

    assert "late_runs" not in known(stale)
    assert known(fresh)["late_runs"] == "0"


def test_late_runs_in_a_queue_that_was_never_polled() -> None:
    late = runs(late=[run("Late")])

    found = known(probed(one_pool(None, **{"/flow_runs/filter": late})))

    assert found["queue_ever_polled"] == "false"
    assert "queue_last_poll_age_s" not in found


def test_rows_of_replaced_workers_do_not_count() -> None:
    rows = [worker(90_000, "old"), worker(4, "new")]

    found = known(probed(one_pool() | {"/work_pools/p/workers/filter": rows}))

    assert float(found["worker_heartbeat_age_s"]) < 60
    assert found["pool_workers_online"] == "1"


@pytest.mark.parametrize(
    ("rows", "running", "silent", "paused"),
    [
        ([deployment(90, status="NOT_READY")], [], "1", "false"),
        ([deployment(90, status="NOT_READY", paused=True)], [], "0", "true"),
        ([deployment(90, status="NOT_READY")], [run("Running")], "0", "false"),
        ([deployment(3)], [], "0", None),
        ([deployment(None, status="NOT_READY")], [], None, None),
        ([deployment(90, status="NOT_READY", work_pool_name="p")], [], None, None),
    ],
)
def test_a_served_deployment_that_nobody_polls(
    rows: list[dict[str, Any]],
    running: list[dict[str, Any]],
    silent: str | None,
    paused: str | None,
) -> None:
    answers = {"/deployments/filter": rows, "/flow_runs/filter": runs(running=running)}

    found = known(probed(answers))

    assert found.get("served_without_runner") == silent
    assert found.get("served_deployment_paused") == paused


def test_a_pool_can_be_chosen() -> None:
    answers = {
        "/work_pools/filter": [pool("p"), pool("q")],
        "/work_pools/p/queues/filter": [queue(900)],
        "/work_pools/q/queues/filter": [queue(3)],
        "/flow_runs/filter": runs(late=[run("Late")]),
        "/deployments/filter": [deployment(90, status="NOT_READY")],
    }

    result = probed(answers, pools=["q"])

    assert result.about.label == "queue q/default"
    assert known(result)["late_runs"] == "0"
    assert "served_without_runner" not in known(result)


def test_services_that_are_off_are_said() -> None:
    settings = {
        "server": {"services": {"late_runs": {"enabled": True}, "foreman": {"enabled": False}}}
    }
    late = runs(late=[run("Late")])

    found = known(probed(one_pool(**{"/flow_runs/filter": late, "/admin/settings": settings})))

    assert found["server_services"] == "off"
