"""`diagnose verify`: what it reads again, and runs again only after consent."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from diagnose.diagnosis import diagnose
from diagnose.given import Given
from diagnose.report.data import as_dict
from diagnose.report.jsontext import dumps
from kb.cache import open_index
from tests.diagnose.made import CLOSED_AT, DIND, GHOST, WORK_AT, program
from tests.diagnose.probe.rows import pool, queue, run, runs, worker
from tests.diagnose.probe.stand_in import as_json, closed_port, prefect, serving

from .conftest import assert_one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Result


def saved(folder: Path, given: Given) -> Path:
    path = folder / "report.json"
    path.write_text(dumps(as_dict(diagnose(given, open_index()))), encoding="utf-8")
    return path


def test_status_and_json_say_it(cli: Callable[..., Result], tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    log.write_text(WORK_AT.format("10:00") + CLOSED_AT.format("10:10"), encoding="utf-8")
    report = saved(tmp_path, Given(logs=(log,)))

    assert cli("verify", report).status == 1
    with log.open("a", encoding="utf-8") as stream:
        stream.writelines(WORK_AT.format(f"11:{minute:02}") for minute in range(20))
    done = cli("verify", report, "--json")

    data = json.loads(done.out)
    assert done.status == 0
    assert (data["command"], data["resolved"]) == ("verify", True)
    assert data["causes"][0]["state"] == "resolved"


def test_a_log_elsewhere_is_refused(cli: Callable[..., Result], tmp_path: Path) -> None:
    report = saved(tmp_path, Given(errors=("Agent stopped!",)))

    assert_one_line(cli("verify", report, "--log", "s3://logs/a.log"), 2, "this machine only")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A Docker daemon was seen inside the agent's container."""
    return saved(
        tmp_path, Given(facts=(("dockerd_in_container", "true"), ("pids_used_percent", "97")))
    )


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose programs come first; none of those that checks may start does anything."""
    folder = tmp_path / "bin"
    for name in ("pgrep", "cat"):
        program(folder, name, "exit 64")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


posix = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts")


@posix
@pytest.mark.parametrize(
    ("script", "state", "status"),
    [
        ("exit 1", "resolved", 0),
        ("echo 77 /usr/bin/dockerd", "still there", 1),
        ("echo pgrep: no such option >&2; exit 64", "cannot tell", 1),
    ],
    ids=["gone", "there", "not-understood"],
)
def test_a_check_tells_what_no_log_can(
    script: str, state: str, status: int, cli: Callable[..., Result], report: Path, tools: Path
) -> None:
    program(tools, "pgrep", script)

    done = cli("verify", report, "--checks", "--yes")

    assert f"{state}: {DIND}" in done.out
    assert done.status == status
    assert "pgrep-dockerd: ran pgrep -a dockerd" in done.err


@posix
def test_a_check_whose_program_is_missing_tells_nothing(
    cli: Callable[..., Result], report: Path, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tools / "nowhere"))

    done = cli("verify", report, "--checks", "--yes")

    assert f"cannot tell: {DIND}" in done.out
    assert "pgrep is not on the PATH here" in done.err


@posix
def test_without_consent_nothing_is_started(
    cli: Callable[..., Result], report: Path, tools: Path, tmp_path: Path
) -> None:
    program(tools, "pgrep", f"touch {tmp_path}/started")

    for words in ((), ("--checks",), ("--yes",)):
        assert f"cannot tell: {DIND}" in cli("verify", report, *words).out
    assert "needs your consent" in cli("verify", report, "--checks").err
    assert not (tmp_path / "started").exists()


@posix
@pytest.mark.parametrize(("answer", "state"), [("yes", "resolved"), ("no", "cannot tell")])
def test_consent_shows_the_exact_command_and_where_it_runs(
    answer: str, state: str, report: Path, tools: Path
) -> None:
    import pexpect  # noqa: PLC0415 (not on Windows)

    program(tools, "pgrep", "exit 1")
    child = pexpect.spawn(
        sys.executable,
        ["-m", "diagnose", "verify", str(report), "--checks"],
        timeout=60,
        encoding="utf-8",
    )
    child.expect("command: pgrep -a dockerd")
    child.expect("would run here: ")
    child.expect("Run exactly this command here")
    child.sendline(answer)
    at = child.expect([f"{state}: {DIND}", "Run exactly this command here"])
    if at == 1:
        child.sendline("no")
        child.expect(f"{state}: {DIND}")
    child.expect(pexpect.EOF)
    child.close()


def api(age: float, *running: dict[str, Any]) -> dict[str, Any]:
    """A pool whose worker and queue gave a sign of life so many seconds ago."""
    return {
        "/work_pools/filter": [pool()],
        "/work_pools/p/queues/filter": [queue(age)],
        "/work_pools/p/workers/filter": [worker(age)],
        "/flow_runs/filter": runs(running=list(running)),
    }


@pytest.fixture
def probed(cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A probe of an API that has a run without a worker."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    path = tmp_path / "probe.json"
    with serving(prefect(api(900, run("Running")))) as server:
        words = ("probe", "--api-only", "--api", server.api, "--json", "-o", path)
        assert cli(*words).status == 0
    assert json.loads(path.read_text())["causes"][0]["insight"] == GHOST
    return path


@pytest.mark.parametrize(
    ("answers", "state", "status"),
    [
        (api(900, run("Running")), "still there", 1),
        (api(2, run("Running")), "resolved", 0),
        (api(2), "resolved", 0),
    ],
    ids=["still", "worker-back", "run-ended"],
)
def test_a_saved_probe_is_probed_again(
    answers: dict[str, Any],
    state: str,
    status: int,
    cli: Callable[..., Result],
    probed: Path,
) -> None:
    with serving(prefect(answers)) as server:
        done = cli("verify", probed, "--api", server.api)

    assert f"{state}: {GHOST}" in done.out
    assert done.status == status


def test_what_cannot_be_asked_is_not_resolved(cli: Callable[..., Result], probed: Path) -> None:
    away = f"http://127.0.0.1:{closed_port()}/api"
    done = cli("verify", probed, "--api", away)

    assert f"cannot tell: {GHOST}" in done.out
    assert "unreachable" in done.err
    assert done.status == 1
    for status in (401, 404, 500):
        with serving(lambda _, code=status: as_json({}, code)) as server:
            done = cli("verify", probed, "--api", server.api)
        assert f"cannot tell: {GHOST}" in done.out
        assert f"answers {status}" in done.err


def test_this_host_is_looked_at_only_when_the_report_did(
    cli: Callable[..., Result], probed: Path
) -> None:
    with serving(prefect(api(900, run("Running")))) as server:
        without = cli("verify", probed, "--api", server.api, "--json").out
        data = json.loads(probed.read_text())
        data["probe"]["host"] = {"name": "h"}
        probed.write_text(json.dumps(data))
        with_host = cli("verify", probed, "--api", server.api, "--json").out

    assert '"probe: queue ' in without
    assert '"probe: host ' not in without
    assert '"probe: host ' in with_host


def test_the_api_is_never_taken_from_the_report(cli: Callable[..., Result], probed: Path) -> None:
    """A report may come from anybody."""
    with serving(prefect(api(2))) as server:
        data = json.loads(probed.read_text())
        data["probe"]["api"]["url"] = server.api
        probed.write_text(json.dumps(data))
        done = cli("verify", probed)

        assert server.calls == []
    assert "no API is configured" in done.err


def test_a_report_that_is_none_is_refused(cli: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("[]")
    assert_one_line(cli("verify", path), 2, "is no saved result")
    assert_one_line(cli("verify", tmp_path / "missing"), 2, "cannot be read")
