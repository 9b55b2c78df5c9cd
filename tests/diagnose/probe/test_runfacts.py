"""Running runs: whether their heartbeats and their processes are still there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from diagnose.given import Given
from diagnose.probe import diagnosis
from kb.cache import open_index

from .looking import known, one_pool, probed
from .rows import RUN, events, pool, queue, run, runs, worker


@pytest.mark.parametrize(
    ("times", "overdue"),
    [
        (((10, 10), (40, 40)), "negative"),
        (((50, 50), (80, 80)), "undecided"),
        (((95, 95), (125, 125)), "overdue"),
        (((95, 95),), "negative"),  # one beat: the default interval of 180 s holds
        ((), "undecided"),
    ],
)
def test_a_heartbeat_is_overdue_by_the_interval_in_force(
    times: tuple[tuple[float, float], ...], overdue: str
) -> None:
    answers = one_pool(
        **{"/flow_runs/filter": runs(running=[run("Running")]), "/events/filter": events(*times)}
    )

    value = known(probed(answers)).get("run_heartbeat_overdue_s")

    assert {"negative": value is not None and float(value) < 0, "undecided": value is None,
            "overdue": value is not None and float(value) > 0}[overdue]  # fmt: skip


def test_heartbeats_that_come_late_are_measured() -> None:
    times = events((10, 10), (40, 5), (70, 69), (160, 160))
    states = runs(running=[run("Running")])

    found = known(probed(one_pool(**{"/flow_runs/filter": states, "/events/filter": times})))

    assert float(found["heartbeat_received_delay_s"]) == pytest.approx(35, abs=2)
    assert float(found["heartbeat_longest_gap_intervals"]) == pytest.approx(3, abs=0.2)


def test_automations_on_heartbeats_are_counted() -> None:
    trigger = {"after": ["prefect.flow-run.heartbeat"], "within": 60}
    answers = one_pool(
        **{
            "/automations/filter": [{"trigger": trigger}, {"trigger": None}, {}],
            "/flow_runs/filter": runs(running=[run("Running")]),
            "/events/filter": events((10, 10), (40, 40)),
        }
    )

    found = known(probed(answers))

    assert found["heartbeat_automations"] == "1"
    assert float(found["automation_within_intervals"]) == pytest.approx(2, abs=0.1)


def test_a_dead_process_of_a_running_run_is_seen_on_its_own_host() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    here = os.uname().nodename
    for pid, answer in (
        (f"{here}:{gone.pid}", "dead"), (str(gone.pid), "dead"), (f"{here}:{os.getpid()}", "alive"),
        (f"elsewhere:{gone.pid}", None), ("", None), ("pod/x", None),
    ):  # fmt: skip
        states = runs(running=[run("Running", infrastructure_pid=pid)])
        result = probed(one_pool(**{"/flow_runs/filter": states}), host=True)

        assert known(result).get("run_process") == answer, pid


@pytest.mark.skipif(sys.platform != "linux", reason="leaves a process defunct by waitid")
def test_a_process_that_ended_and_was_not_asked_how_is_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as defunct:
        os.waitid(os.P_PID, defunct.pid, os.WEXITED | os.WNOWAIT)
        states = runs(running=[run("Running", infrastructure_pid=str(defunct.pid))])
        result = probed(one_pool(**{"/flow_runs/filter": states}), host=True)

    assert known(result)["run_process"] == "dead"
    assert int(known(result)["zombie_children"]) >= 1


def test_without_a_running_run_no_process_of_one_can_be_dead() -> None:
    assert known(probed(one_pool()))["run_process"] == "no-run"
    refused = probed(one_pool() | {"/flow_runs/filter": {"no": "list"}})
    assert "run_process" not in known(refused)


@pytest.mark.parametrize(
    ("kind", "age", "expected"),
    [("process", 5, "0"), ("process", 500, "1"), ("kubernetes", 500, None)],
)
def test_runs_of_a_process_pool_need_a_worker_that_lives(
    kind: str, age: float, expected: str | None
) -> None:
    answers = {
        "/work_pools/filter": [pool(kind=kind)],
        "/work_pools/p/queues/filter": [queue(age)],
        "/work_pools/p/workers/filter": [worker(age)],
        "/flow_runs/filter": runs(running=[run("Running")]),
    }

    assert known(probed(answers)).get("running_without_worker") == expected
    unread = {**answers, "/work_pools/p/workers/filter": {"no": "list"}}
    assert "running_without_worker" not in known(probed(unread))


def test_run_ids_and_names_become_values_of_commands() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    states = runs(running=[run("Running", infrastructure_pid=str(gone.pid))])
    result = probed(one_pool(900, **{"/flow_runs/filter": states}), host=True)

    found = diagnosis(result, Given(), open_index())

    values = {
        value for c in found.causes for f in (*c.checks, *c.fixes) for *_, value in f.placeholders
    }
    assert RUN in values
    assert "p" in values


def test_runs_that_never_sent_a_heartbeat_have_them_switched_off() -> None:
    answers = one_pool(
        **{"/flow_runs/filter": runs(running=[run("Running")]), "/events/filter": events()}
    )

    assert known(probed(answers))["run_heartbeat_interval_s"] == "none"
