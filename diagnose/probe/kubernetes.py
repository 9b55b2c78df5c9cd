"""Reads from a cluster through ``kubectl``, when asked for: get calls only, no shell."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.probe.host import json_of
from diagnose.probe.records import FORBIDDEN, UNKNOWN, UNREACHABLE, Gap, Value
from diagnose.probe.rowtools import at, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.probe.apistate import Run

LABEL = "prefect.io/flow-run-id"
PATIENCE = "--request-timeout=4s"
INTERRUPTED = ("SpotInterruption", "TerminatingOnInterruption", "PreemptScheduled", "Preempted", "NodeNotReady",
               "TaintManagerEviction", "DisruptionTerminating", "RemovingNode", "DeletingNode")  # fmt: skip
CAPACITY_LABELS = ("karpenter.sh/capacity-type", "eks.amazonaws.com/capacityType", "cloud.google.com/gke-spot",
                   "cloud.google.com/gke-preemptible", "kubernetes.azure.com/scalesetpriority")  # fmt: skip

_FORBIDDEN = ("forbidden", "unauthorized", "must be logged in")
_UNREACHABLE = (
    "refused",
    "timeout",
    "no answer",
    "unable to connect",
    "no such host",
    "i/o",
    "eof",
)


class ClusterState(NamedTuple):
    """What the cluster said."""

    read: bool
    """Whether it answered anything."""
    facts: tuple[Value, ...]
    gaps: tuple[Gap, ...]


def read(running: Sequence[Run]) -> ClusterState:
    """Return facts on pods, jobs and nodes of flow runs.

    Args:
        running: runs that are Running by the API; whether their pods exist is looked up.
    """
    program = shutil.which("kubectl")
    if program is None:
        return ClusterState(False, (), (Gap("kubernetes", UNKNOWN, "kubectl is not on PATH"),))
    reader = _Reader(program)
    pods = reader.get("pods", "-l", LABEL)
    jobs = reader.get("jobs", "-l", LABEL)
    nodes = reader.get("nodes", spaces=False)
    events = reader.get("events", "--field-selector", "involvedObject.kind=Node")
    found: list[Value] = []
    if pods is not None:
        found += _of_pods(pods, [run.id for run in running])
    if jobs is not None:
        found += _of_jobs(jobs, [run.id for run in running])
    if nodes is not None and pods is not None:
        found += _of_nodes(nodes, {text(pod, "spec", "nodeName") for pod in pods})
    if events is not None:
        seen = [text(event, "reason") for event in events]
        hit = next((reason for reason in seen if reason in INTERRUPTED), "")
        found.append(Value("node_interruption", str(bool(hit)).lower(), f"events {hit}".strip()))
    read_any = any(part is not None for part in (pods, jobs, nodes, events))
    return ClusterState(read_any, tuple(found), tuple(reader.gaps))


class _Reader:
    def __init__(self, program: str) -> None:
        self.program = program
        self.gaps: list[Gap] = []

    def get(self, kind: str, *words: str, spaces: bool = True) -> list[Any] | None:
        """Get objects of all namespaces, or of the current one where that is all that is allowed."""
        if any(gap.status == UNREACHABLE for gap in self.gaps):
            return None
        argv = [self.program, "get", kind, *words, "-o", "json", PATIENCE]
        answer, why = json_of([*argv, "--all-namespaces"] if spaces else argv)
        if spaces and _status(why) == FORBIDDEN:
            answer, why = json_of(argv)
        items = at(answer, "items")
        if why or not isinstance(items, list):
            line = f"kubectl get {kind}: {why or 'answers with something that is no list'}"
            self.gaps.append(Gap(f"kubernetes {kind}", _status(why) or UNKNOWN, line))
            return None
        return [item for item in items if isinstance(item, dict)]


def _status(why: str) -> str:
    """Return which way not to know a message of kubectl means, or nothing without a message."""
    folded = why.casefold()
    if not why:
        return ""
    if any(word in folded for word in _FORBIDDEN):
        return FORBIDDEN
    return UNREACHABLE if any(word in folded for word in _UNREACHABLE) else UNKNOWN


def _run_of(item: Any) -> str:
    return text(at(item, "metadata", "labels"), LABEL)


def _of_pods(pods: Sequence[Any], running: Sequence[str]) -> list[Value]:
    found = []
    counts = {run: sum(_run_of(pod) == run for pod in pods) for run in running}
    if counts and any(counts.values()):
        run = min(counts, key=lambda run: (counts[run], run))
        found.append(Value("run_pods", str(counts[run]), f"run {run}"))
    elif counts:
        why = "no Running run has a pod; they may not run on this cluster"
        found.append(Value("run_pods", "", "all Running runs", UNKNOWN, why))
    reasons = sorted({reason for pod in pods for reason in _waiting(pod)})
    if reasons:
        found.append(Value("pod_waiting_reason", reasons[0], "pods of flow runs"))
    return found


def _waiting(pod: Any) -> list[str]:
    found = []
    for status in _items(pod, "containerStatuses"):
        found.append(text(status, "state", "waiting", "reason"))
    for condition in _items(pod, "conditions"):
        if text(condition, "type") == "PodScheduled" and text(condition, "status") == "False":
            found.append(text(condition, "reason"))
    return [reason for reason in found if reason]


def _items(pod: Any, name: str) -> list[Any]:
    items = at(pod, "status", name)
    return items if isinstance(items, list) else []


def _of_jobs(jobs: Sequence[Any], running: Sequence[str]) -> list[Value]:
    """The worst of the Running runs' jobs."""
    states = {}
    for job in jobs:
        if (run := _run_of(job)) in running:
            failed, active = at(job, "status", "failed"), at(job, "status", "active")
            states[run] = "active" if active else "failed" if failed else "unknown"
    for state in ("failed", "active"):
        runs = sorted(run for run, known in states.items() if known == state)
        if runs:
            return [Value("job_status", state, f"run {runs[0]}")]
    return []


def _of_nodes(nodes: Sequence[Any], used: set[str]) -> list[Value]:
    kinds = set()
    for node in nodes:
        if text(node, "metadata", "name") in used:
            labels = at(node, "metadata", "labels")
            kinds |= {_capacity(label, text(labels, label)) for label in CAPACITY_LABELS}
    kinds.discard("")
    if not kinds:
        return []
    kind = "spot" if "spot" in kinds else "preemptible" if "preemptible" in kinds else "on-demand"
    return [Value("node_capacity_type", kind, "nodes of flow runs")]


def _capacity(label: str, value: str) -> str:
    if not value:
        return ""
    folded = value.casefold().replace("_", "-")
    if "preemptible" in label:
        return "preemptible" if folded == "true" else ""
    return "spot" if "spot" in folded or folded == "true" else "on-demand"
