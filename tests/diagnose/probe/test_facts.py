"""From what an API says to facts: of one subject, and never from what could not be read."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from diagnose.collect import Given
from diagnose.errors import UsageError
from diagnose.probe import client, diagnosis, probe
from diagnose.probe.records import KNOWN
from kb.cache import open_index

from .rows import RUN, deployment, events, pool, queue, run, runs, worker
from .stand_in import as_json, closed_port, prefect, serving

if TYPE_CHECKING:
    from diagnose.probe import ProbeResult

    from .stand_in import Handler, Reply

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


def refusing(status: int, *, health: bool) -> Any:
    plain = prefect(one_pool())

    def play(handler: Handler) -> Reply:
        if handler.path == "/api/health" and health:
            return plain(handler)  # type: ignore[no-any-return]
        return as_json({"detail": "no"}, status)

    return play


@pytest.mark.parametrize("health", [True, False])
@pytest.mark.parametrize("status", [401, 403])
def test_forbidden_is_neither_present_nor_absent(status: int, health: bool) -> None:
    result = probed(None, refusing(status, health=health))

    values = {value.name: value for value in result.facts}
    assert values["late_runs"].status == values["queue_last_poll_age_s"].status == "forbidden"
    assert values["api_reachable"].status == (KNOWN if health else "forbidden")
    assert known(result).get("api_status") in (None, "200")  # no credentials were refused


def test_refused_credentials_are_a_fact() -> None:
    with serving(refusing(401, health=True)) as server:
        environ = {**NOBODY, "PREFECT_API_AUTH_STRING": "admin:s3cret"}
        result = probe(server.api, host=False, environ=environ)

    assert known(result)["api_status"] == "401"
    assert "s3cret" not in repr(result)


def test_a_server_in_trouble_is_not_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BUSY_S", 0.0)

    result = probed(None, refusing(500, health=False))

    assert known(result)["api_status"] == "500"
    assert "api_reachable" not in known(result)


def test_a_page_of_something_else_is_no_api() -> None:
    result = probed(None, lambda _: (200, {}, b"<html>hello</html>"))

    assert "api_reachable" not in known(result)
    assert "web page" in result.gaps[0].line


def test_nobody_there_is_unreachable_and_nothing_more() -> None:
    result = probe(f"http://127.0.0.1:{closed_port()}/api", host=False, environ=NOBODY)

    assert known(result) == {"api_reachable": "false", "api_scheme": "http"}
    assert {value.status for value in result.facts} == {KNOWN, "unreachable"}


def test_an_api_that_dies_in_the_middle_is_not_asked_further() -> None:
    plain = prefect(one_pool())

    def play(handler: Handler) -> Reply | None:
        if handler.path == "/api/health":
            return plain(handler)  # type: ignore[no-any-return]
        handler.connection.close()
        return None

    result = probed(None, play)

    assert result.api is not None
    assert result.api.calls < 5
    assert "late_runs" not in known(result)


@pytest.mark.parametrize(
    "bad", [None, 7, "x", [], [[]], {"a": 1}, [{"name": 3}, {"name": None}]], ids=str
)
def test_rows_of_another_shape_do_no_harm(bad: Any) -> None:
    answers = dict.fromkeys(
        ("/work_pools/filter", "/deployments/filter", "/flow_runs/filter", "/flows/filter",
                     "/automations/filter", "/events/filter", "/concurrency_limits/filter",
                     "/v2/concurrency_limits/filter", "/admin/version", "/admin/settings"),
        bad,
    )  # fmt: skip

    assert probed(answers).about.label == "nothing"


def test_control_codes_in_names_are_taken_out() -> None:
    result = probed(
        {
            "/work_pools/filter": [pool("p\x1b[2J\n")],
            "/work_pools/p%1B%5B2J%0A/queues/filter": [queue(900)],
        }
    )

    assert "\x1b" not in repr(result.api)


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


def test_a_workspace_of_the_cloud_is_asked_at_its_own_paths() -> None:
    place = "/api/accounts/a/workspaces/w"
    paths: list[str] = []

    def play(handler: Handler) -> Reply:
        paths.append(handler.path)
        if handler.path == "/api/health":
            return as_json(True)
        rows = {
            f"{place}/work_pools/filter": [pool()],
            f"{place}/work_pools/p/queues/filter": [queue(900)],
        }
        return as_json(rows.get(handler.path, []))

    with serving(play) as server:
        result = probe(f"{server.api.removesuffix('/api')}{place}/", host=False, environ=NOBODY)

    assert float(known(result)["queue_last_poll_age_s"]) >= 900
    assert not [path for path in paths if "version" in path or path == f"{place}/health"]


def test_a_proxy_is_used_for_hosts_elsewhere_and_not_for_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def play(handler: Handler) -> Reply:
        return as_json(True if handler.path.endswith("/health") else [])

    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(play) as proxy, serving(prefect({})) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.api.removesuffix("/api"))
        probe(server.api, host=False, environ=NOBODY)
        assert proxy.calls == []

        result = probe("http://prefect.example/api", host=False, environ=NOBODY)
        assert {path.partition("/api")[0] for _, path, _, _ in proxy.calls} == {
            "http://prefect.example"
        }
    assert known(result)["api_reachable"] == "true"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "PREFECT_API_SSL_CERT_FILE"])
def test_a_setting_that_cannot_be_used_is_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://x" if name == "HTTPS_PROXY" else "")
    environ = (
        {**NOBODY, "PREFECT_API_SSL_CERT_FILE": "/nowhere/ca.pem"} if "CERT" in name else NOBODY
    )

    with pytest.raises(UsageError) as raised:
        probe("https://prefect.example/api", host=False, environ=environ)

    assert "cannot be used" in str(raised.value)
    assert "\n" not in str(raised.value)
