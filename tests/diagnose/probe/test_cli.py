"""`diagnose probe`: forms, exit statuses, and no secret in any of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from diagnose.cli import main
from diagnose.probe import client, host
from diagnose.probe.hoststate import HostState
from diagnose.schema.published import SCHEMAS

from .rows import deployment, events, pool, queue, run, runs, worker
from .stand_in import as_json, closed_port, prefect, serving

if TYPE_CHECKING:
    from pathlib import Path

KEY = "pnu_0123456789abcdefSECRET"
SICK = {
    "/work_pools/filter": [pool()],
    "/work_pools/p/queues/filter": [queue(900)],
    "/work_pools/p/workers/filter": [worker(900)],
    "/flows/filter": [{"id": "f1", "name": "load"}],
    "/deployments/filter": [deployment(90, "d2", status="NOT_READY")],
    "/flow_runs/filter": runs(late=[run("Late")]),
}
EMPTY = HostState("h", (), frozenset(), 0, None, "", False, "", None, 0, (), ())


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the developer's own settings, and a host on which nothing runs."""
    for name in ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_API_AUTH_STRING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv("PREFECT_API_KEY", KEY)
    monkeypatch.setattr(host, "read", lambda _: EMPTY)


class Run:
    """A run of the command line."""

    def __init__(self, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
        self.status = main(["probe", *words])
        self.out, self.err = capsys.readouterr()
        assert KEY not in self.out + self.err
        assert "Bearer" not in self.out + self.err
        assert "Traceback" not in self.err


def test_text_shows_the_facts_and_then_the_diagnosis(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(prefect(SICK)) as server:
        ran = Run(("--api", server.api), capsys)

    assert ran.status in (0, 1)
    assert "queue_last_poll_age_s=9" in ran.out
    assert re.search(r"9\d\d  queue   p/default", ran.out)
    assert ran.out.index("Facts") < ran.out.index("Next:")


def test_text_shows_late_runs_heartbeats_and_held_slots(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tag = {"tag": "db", "concurrency_limit": 2, "active_slots": ["x"]}
    late, busy = run("Late", work_queue_name="new"), run("Running", "22222222")
    answers = SICK | {
        "/work_pools/p/queues/filter": [queue(900), queue(None, "new"), queue(None, "unused")],
        "/flow_runs/filter": runs(late=[late, late], running=[busy]),
        "/events/filter": events((50, 50)),
        "/concurrency_limits/filter": [tag],
    }
    with serving(prefect(answers)) as server:
        ran = Run(("--api", server.api), capsys)
        data = json.loads(Run(("--api", server.api, "--json"), capsys).out)

    assert "    never  queue   p/new, 2 Late\n" in ran.out
    assert "unused" not in ran.out
    assert re.search(r"Running  22222222  p/default, heartbeat 5\d s ago\n", ran.out)
    assert "    1 of 2 held  db\n" in ran.out
    assert {row["name"]: row["late"] for row in data["probe"]["api"]["queues"]} == {
        "default": 0, "new": 2, "unused": 0,
    }  # fmt: skip


def test_json_holds_what_was_read_and_the_diagnosis(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(prefect(SICK)) as server:
        ran = Run(("--api", server.api, "--json"), capsys)

    found = json.loads(ran.out)
    jsonschema.validate(found, json.loads(SCHEMAS["result"]))
    read = found["probe"]
    assert (found["schema"], found["command"]) == (1, "probe")
    assert read["metric"]["name"] == "prefect.agent.heartbeat"
    assert {value["kind"] for value in read["metric"]["values"]} == {"queue", "worker", "runner"}
    assert {fact["status"] for fact in read["facts"]} <= {
        "known",
        "unknown",
        "forbidden",
        "unreachable",
    }
    assert found["verdict"] in ("established", "ambiguous", "weak")
    sources = [p["where"]["source"] for c in found["causes"] for p in c["evidence"]]
    assert "probe: queue p/default" in sources


def test_the_metric_alone_is_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(prefect(SICK)) as server:
        ran = Run(("--api", server.api, "--format", "prometheus"), capsys)

    assert ran.status == 0
    assert [line.split("{")[0] for line in ran.out.splitlines()[2:]] == [
        "prefect_agent_heartbeat_seconds"
    ] * 3
    assert not [path for _, path, _, _ in server.calls if "flow_runs" in path]


def test_the_metric_says_what_is_missing_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(prefect(SICK | {"/work_pools/p/workers/filter": {"no": "list"}})) as server:
        ran = Run(("--api", server.api, "--format", "prometheus"), capsys)

    assert ran.status == 0
    assert 'kind="queue"' in ran.out
    assert 'kind="worker"' not in ran.out
    assert "workers of p: unknown:" in ran.err


def test_the_metric_of_an_api_that_is_away_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    ran = Run(("--api", f"http://127.0.0.1:{closed_port()}/api", "--format", "prometheus"), capsys)

    assert ran.status == 2
    assert ran.out == ""
    assert "unreachable" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "no API is configured"),
        (("--api", "nonsense"), "--api"),
        (("--api", "http://u:s3cret@127.0.0.1:1/api"), "unreachable"),
        (("--api-only", "--host-only"), "--host-only"),
        (("--host-only", "--api", "http://127.0.0.1:1/api"), "--host-only"),
        (("--host-only",), "no Prefect process"),
        (("--json", "--format", "prometheus"), "--json"),
        (("--format", "prometheus"), "no API is configured"),
        (("--format", "prometheus", "--host-only"), "leave out --host-only"),
    ],
)
def test_nothing_to_read_is_one_line_and_status_2(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Run(words, capsys)

    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert says in ran.err
    assert "s3cret" not in ran.err


@pytest.mark.parametrize(
    "play",
    [
        lambda _: as_json({"key": KEY}, 401),
        lambda _: as_json({"key": KEY}, 403),
        lambda _: as_json([], 404),
        lambda _: as_json([], 500),
        lambda _: (200, {}, b"<html>"),
        lambda _: (200, {}, b"{"),
        lambda _: (302, {"location": f"https://evil.example/?key={KEY}"}, b""),
        lambda _: (200, {}, b" " * 10_000_000),
    ],
    ids=["401", "403", "404", "500", "html", "broken", "elsewhere", "huge"],
)
@pytest.mark.parametrize("form", ["text", "json", "prometheus"])
def test_a_hostile_api_gives_clear_lines_and_no_secret(
    play: Any, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(play) as server:
        ran = Run(("--api", server.api, "--format", form), capsys)

    assert ran.status in (0, 1, 2)
    assert "evil.example/?key" not in ran.out + ran.err


@pytest.mark.parametrize("status", [401, 403, 404, 429])
def test_what_was_not_read_is_not_shown_as_none(
    status: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "BUSY_S", 0.0)
    with serving(lambda _: as_json({}, status)) as server:
        ran = Run(("--api", server.api), capsys)

    assert f"answers {status}" in ran.out
    assert "work pools" not in ran.out.partition("Facts")[0].partition("Not known")[0]


@pytest.mark.parametrize(
    ("path", "missing"), [("workers/filter", "workers"), ("queues/filter", "queues")]
)
def test_what_was_not_read_of_a_pool_is_not_counted(
    path: str, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(prefect(SICK | {f"/work_pools/p/{path}": {"no": "list"}})) as server:
        ran = Run(("--api", server.api), capsys)

    (counts,) = (line for line in ran.out.splitlines() if " work pools" in line)
    other = {"workers": "queues", "queues": "workers"}[missing]
    assert f" {other}," in counts
    assert missing not in counts


def test_a_url_without_its_path_is_hinted_at(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(lambda _: as_json({}, 404)) as server:
        ran = Run(("--api", server.api.removesuffix("/api") + "/"), capsys)

    assert "usually ends in /api" in " ".join(ran.out.split())


def test_hostile_names_stay_on_their_line(capsys: pytest.CaptureFixture[str]) -> None:
    name = "p\x1b[31m'; rm -rf / #\n$(id)"
    answers = {
        "/work_pools/filter": [pool(name)],
        f"/work_pools/{name.encode().hex()}/queues/filter": [],
        "/deployments/filter": [deployment(90, name=name, status="NOT_READY")],
    }
    with serving(prefect(answers)) as server:
        ran = Run(("--api", server.api, "-v"), capsys)

    assert "\x1b" not in ran.out
    assert "\n$(id)" not in ran.out


def test_other_inputs_count_as_well(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    log.write_text("Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED\n")
    with serving(prefect(SICK)) as server:
        ran = Run(("--api", server.api, "--log", str(log), "--json"), capsys)

    assert json.loads(ran.out)["input"]["logs"] == [str(log)]


def test_a_probe_loads_httpx_and_psutil_only_when_it_probes() -> None:
    code = (
        "import sys, diagnose.probe, diagnose.cli.probe; "
        "print([m for m in ('httpx', 'psutil', 'pydantic', 'yaml', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
