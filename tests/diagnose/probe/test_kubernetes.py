"""Facts from a cluster, through a ``kubectl`` that says what it is told to say."""

from __future__ import annotations

import json
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest

from diagnose.probe import apirows, kubernetes

from .rows import RUN, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="plays kubectl with a shell script")

OTHER = "99999999-2222-4333-8444-555555555555"
RUNNING = [apirows.run(run("Running"), 0.0)]


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], Path]:
    """A kubectl that answers by kind: a list of items, or a message and a failure."""

    def made(answers: dict[str, Any]) -> Path:
        lines = ["#!/bin/sh", f'echo "$@" >> {tmp_path}/asked', "case $2 in"]
        for kind, answer in answers.items():
            if isinstance(answer, str):
                lines.append(f"{kind}) echo {shlex.quote(answer)} >&2; exit 1;;")
            else:
                (tmp_path / f"{kind}.json").write_text(json.dumps({"items": answer}))
                lines.append(f"{kind}) cat {tmp_path}/{kind}.json;;")
        lines += ["*) echo '{\"items\": []}';;", "esac"]
        (tmp_path / "kubectl").write_text("\n".join(lines) + "\n")
        (tmp_path / "kubectl").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        return tmp_path / "asked"

    return made


def pod(identity: str = RUN, node: str = "n1", **status: Any) -> dict[str, Any]:
    labels = {"prefect.io/flow-run-id": identity}
    return {"metadata": {"labels": labels}, "spec": {"nodeName": node}, "status": status}


def known(state: kubernetes.ClusterState) -> dict[str, str]:
    return {value.name: value.value for value in state.facts if value.status == "known"}


def test_pods_jobs_nodes_and_events_give_facts(kubectl: Callable[[dict[str, Any]], Path]) -> None:
    job = {"metadata": {"labels": {"prefect.io/flow-run-id": RUN}}, "status": {"failed": 1}}
    node = {"metadata": {"name": "n1", "labels": {"karpenter.sh/capacity-type": "spot"}}}
    asked = kubectl(
        {
            "pods": [pod()],
            "jobs": [job],
            "nodes": [node],
            "events": [{"reason": "Starting"}, {"reason": "SpotInterruption"}],
        }
    )

    state = kubernetes.read(RUNNING)

    assert known(state) == {
        "run_pods": "1", "job_status": "failed", "node_capacity_type": "spot", "node_interruption": "true",
    }  # fmt: skip
    assert all(line.startswith("get ") for line in asked.read_text().splitlines())


def test_a_run_without_a_pod_is_seen_while_others_have_theirs(
    kubectl: Callable[[dict[str, Any]], Path],
) -> None:
    kubectl({"pods": [pod(OTHER)]})
    both = [*RUNNING, apirows.run(run("Running", OTHER), 0.0)]

    assert known(kubernetes.read(both))["run_pods"] == "0"
    assert "run_pods" not in known(kubernetes.read(RUNNING))


def test_pods_that_wait_tell_why(kubectl: Callable[[dict[str, Any]], Path]) -> None:
    waiting = {"state": {"waiting": {"reason": "ImagePullBackOff"}}}
    kubectl({"pods": [pod(containerStatuses=[waiting])]})

    assert known(kubernetes.read(RUNNING))["pod_waiting_reason"] == "ImagePullBackOff"


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("Error from server (Forbidden): pods is forbidden", "forbidden"),
        ("error: You must be logged in to the server (Unauthorized)", "forbidden"),
        ("The connection to the server localhost:8080 was refused", "unreachable"),
        ("Unable to connect to the server: dial tcp: i/o timeout", "unreachable"),
        ("error: the server doesn't have a resource type", "unknown"),
    ],
)
def test_three_ways_not_to_know(
    message: str, status: str, kubectl: Callable[[dict[str, Any]], Path]
) -> None:
    kubectl(dict.fromkeys(("pods", "jobs", "nodes", "events"), message))

    state = kubernetes.read(RUNNING)

    assert state.facts == ()
    assert not state.read
    assert {gap.status for gap in state.gaps} == {status}


def test_a_forbidden_cluster_may_still_show_one_namespace(
    kubectl: Callable[[dict[str, Any]], Path], tmp_path: Path
) -> None:
    kubectl({})
    (tmp_path / "pods.json").write_text(json.dumps({"items": [pod()]}))
    (tmp_path / "kubectl").write_text(
        '#!/bin/sh\ncase "$*" in\n*--all-namespaces*) echo forbidden >&2; exit 1;;\n'
        f"'get pods'*) cat {tmp_path}/pods.json;;\n*) echo '{{\"items\": []}}';;\nesac\n"
    )

    assert known(kubernetes.read(RUNNING))["run_pods"] == "1"


@pytest.mark.parametrize(
    "bad", [[], [[]], [{}], ["x"], [{"metadata": 7, "status": {"conditions": 7}}]], ids=str
)
def test_objects_of_another_shape_do_no_harm(
    bad: list[Any], kubectl: Callable[[dict[str, Any]], Path]
) -> None:
    kubectl(dict.fromkeys(("pods", "jobs", "nodes", "events"), bad))

    assert "run_pods" not in known(kubernetes.read(RUNNING))


def test_without_kubectl_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert kubernetes.read(RUNNING).gaps[0].line == "kubectl is not on PATH"
