"""The metric ``prefect.agent.heartbeat``: seconds since the last heartbeat, and its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnose.probe.records import Beat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnose.probe.apistate import ApiState

NAME = "prefect.agent.heartbeat"
PROMETHEUS_NAME = "prefect_agent_heartbeat_seconds"


def beats(api: ApiState) -> tuple[Beat, ...]:
    """Return the metric for every queue, worker and runner that ever gave a sign of life.

    An agent has no row of its own on any server: its queues' last poll is its heartbeat.
    """
    found = [Beat("queue", q.pool, q.name, "", q.age) for q in api.queues if q.age is not None]
    found += [Beat("worker", w.pool, "", w.name, w.age) for w in api.workers if w.age is not None]
    found += [
        Beat("runner", "", "", d.name or d.id, d.age)
        for d in api.deployments
        if d.is_served and d.age is not None
    ]
    return tuple(sorted(found))


def prometheus(found: Iterable[Beat]) -> str:
    """Return the metric in the text format of Prometheus (version 0.0.4)."""
    lines = [
        f"# HELP {PROMETHEUS_NAME} Seconds since the last heartbeat of a work queue's poller,"
        " a worker or a runner.",
        f"# TYPE {PROMETHEUS_NAME} gauge",
    ]
    for beat in found:
        labels = {"kind": beat.kind, "pool": beat.pool, "queue": beat.queue, "name": beat.name}
        text = ",".join(f'{label}="{_escaped(value)}"' for label, value in labels.items())
        lines.append(f"{PROMETHEUS_NAME}{{{text}}} {beat.seconds:.1f}")
    return "\n".join(lines) + "\n"


def rows(found: Iterable[Beat]) -> list[dict[str, Any]]:
    """Return the metric as JSON rows."""
    return [{**beat._asdict(), "seconds": round(beat.seconds, 1)} for beat in found]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
