"""From the probe alone: what is wrong with a real agent, worker, runner or run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from diagnose.probe import report
from diagnose.report.jsontext import dumps

from .release import RELEASES
from .story import PASSWORD

if TYPE_CHECKING:
    from .story import Story

pytestmark = pytest.mark.prefect

DOCUMENT = frozenset(
    [
        "ghost-runs-after-runner-death",
        "runner-heartbeat-observability-gap",
        "heartbeat-events-delayed",
        "http2-protocol-error-stops-agent",
        "agent-uptime-decreasing",
        "dask-systemd-missing-venv-path",
        "docker-in-docker-exhaustion",
        "screen-session-freeze",
        "late-notification-agent-unresponsive",
        "agent-alive-but-unresponsive",
        "agents-run-indefinitely",
        "task-heartbeat-zombie-api-outage",
        "karpenter-spot-termination",
    ]
)
"""The insights of the document."""

FAULTS = {
    "stopped": "agent-alive-but-unresponsive",
    "ghost": "ghost-runs-after-runner-death",
}
"""What is mended in the end -> its cause."""


@pytest.mark.parametrize("line", ["2", "3"])
def test_healthy_systems_give_no_cause(story: Story, line: str) -> None:
    moment = story.moments[f"healthy-{line}"]

    assert moment.diagnosis.verdict == "nothing_known", moment.probe.known
    assert moment.probe.versions == (RELEASES[line],)
    assert moment.fact("run_process") == "alive"


@pytest.mark.parametrize("who", ["agent-stopped", "worker-2-stopped", "worker-3-stopped"])
def test_a_stopped_poller_is_alive_but_unresponsive(story: Story, who: str) -> None:
    moment = story.moments[who]

    assert moment.first == "agent-alive-but-unresponsive"
    assert moment.diagnosis.verdict == "established"
    assert moment.fact("agent_process_state") == "stopped"
    fixes = {fix.id: fix for fix in moment.diagnosis.causes[0].fixes}
    assert fixes["kill-cont"].filled


def test_an_agent_in_a_stopped_terminal_is_frozen_by_its_screen(story: Story) -> None:
    moment = story.moments["terminal"]

    assert moment.first == "screen-session-freeze"
    assert moment.diagnosis.verdict == "established"
    assert moment.fact("agent_blocked_in") == "terminal-write"


def test_an_agent_that_is_gone_leaves_the_question_how_it_ended(story: Story) -> None:
    moment = story.moments["agent-gone"]

    assert moment.diagnosis.verdict in ("ambiguous", "weak")
    assert float(moment.fact("queue_last_poll_age_s")) > 60
    assert moment.fact("agent_processes") == "0"
    asked = {question.id for question in moment.diagnosis.next_checks}
    assert asked & {"agent-exit-as-told", "agent-exit-with-error", "clean-shutdown-requested"}


def test_late_runs_with_fresh_polls_are_a_matter_of_capacity(story: Story) -> None:
    moment = story.moments["limit"]

    assert moment.first == "concurrency-limit-blocks-runs"
    assert not {c.insight for c in moment.diagnosis.causes if c.confidence != "unlikely"} & DOCUMENT


def test_a_served_deployment_without_runner_shows_the_gap(story: Story) -> None:
    moment = story.moments["runner-gone"]

    assert moment.first == "runner-heartbeat-observability-gap"
    assert moment.diagnosis.verdict in ("ambiguous", "established")


@pytest.mark.parametrize("view", ["ghosts-of-worker", "ghosts"])
def test_runs_whose_processes_were_killed_are_ghosts(story: Story, view: str) -> None:
    moment = story.moments[view]

    assert moment.first == "ghost-runs-after-runner-death"
    assert moment.diagnosis.verdict == "established"
    assert moment.fact("run_process") == "dead"


@pytest.mark.parametrize("fault", ["stopped", "ghost"])
def test_verify_says_that_it_is_still_there(story: Story, fault: str) -> None:
    done = story.verified[fault]
    found = json.loads(done.out)

    assert done.status == 1
    assert found["causes"][0]["insight"] == FAULTS[fault]
    assert found["causes"][0]["state"] == "still there"
    assert found["resolved"] is False


@pytest.mark.parametrize(
    ("fault", "cure"), [("stopped", "stopped, continued"), ("ghost", "ghost, freed")]
)
def test_verify_says_that_it_is_resolved(story: Story, fault: str, cure: str) -> None:
    done = story.verified[cure]
    found = json.loads(done.out)

    assert found["causes"][0]["insight"] == FAULTS[fault]
    assert {cause["state"] for cause in found["causes"]} == {"resolved"}, found["causes"]
    assert found["new"] == []
    assert done.status == 0


def test_a_watch_sees_the_ghost_come_and_go_once(story: Story) -> None:
    told = [json.loads(line) for line in story.watched.out.splitlines()]
    events = [row["event"] for row in told if row["insight"] == FAULTS["ghost"]]

    assert events == ["appeared", "gone"]
    assert story.watched.status == 143
    assert "Traceback" not in story.watched.err


def test_the_heartbeat_of_a_killed_run_is_never_called_fresh(story: Story) -> None:
    value = story.moments["ghosts"].fact("run_heartbeat_overdue_s")

    assert not value or float(value) > 0


def test_an_unreachable_api_is_said_to_be_unreachable_and_nothing_else(story: Story) -> None:
    moment = story.moments["unreachable"]

    assert moment.fact("api_reachable") == "false"
    assert moment.first == "api-unreachable-or-restarting"
    assert not {c.insight for c in moment.diagnosis.causes if c.confidence != "unlikely"} & DOCUMENT
    unread = {v.name: v.status for v in moment.probe.facts}
    assert unread["late_runs"] == unread["queue_last_poll_age_s"] == "unreachable"


def test_a_refusal_is_forbidden_and_not_evidence(story: Story) -> None:
    moment = story.moments["refused"]

    unread = {v.name: v.status for v in moment.probe.facts}
    assert unread["late_runs"] == unread["queue_last_poll_age_s"] == "forbidden"
    assert "api_status" not in unread or moment.fact("api_status") == "200"


def test_the_metric_has_queues_workers_and_runners(story: Story) -> None:
    healthy = story.moments["healthy-3"].probe.metric
    old = [beat for beat in healthy if not 0 <= beat.seconds < 30]
    stopped = {b.pool: b.seconds for b in story.moments["agent-stopped"].probe.metric}

    assert {beat.kind for beat in healthy} == {"queue", "worker", "runner"}
    assert old == []
    assert 60 < stopped["agents"] < 300
    assert (story.metric.status, story.metric.err) == (0, "")
    assert 'kind="runner",pool="",queue="",name="wait/served"' in story.metric.out
    assert story.metric.out.count("prefect_agent_heartbeat_seconds{") == len(healthy)


def test_a_probe_moves_no_last_poll(story: Story) -> None:
    before, after = story.polled

    assert before == after


def test_no_credentials_are_in_any_output(story: Story) -> None:
    for done in (*story.verified.values(), story.watched, story.metric):
        assert PASSWORD not in done.out + done.err
    for moment in story.moments.values():
        data = dumps(report.data(moment.probe, moment.diagnosis))
        text = report.render(moment.probe, width=120, color=False, verbose=1)
        json.loads(data)

        for secret in (PASSWORD, *story.three.headers.values()):
            if secret != "application/json":
                assert secret not in data
                assert secret not in text
