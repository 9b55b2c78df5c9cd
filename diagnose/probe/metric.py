"""The metric ``prefect.agent.heartbeat``: seconds since the last heartbeat, and its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnose.probe.records import Beat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnose.probe.apistate import ApiState
    from diagnose.probe.records import Gap

NAME = "prefect.agent.heartbeat"
PROMETHEUS_NAME = "prefect_agent_heartbeat_seconds"
LABELS = Beat._fields[:-1]

_PARTS = ("pools", "queues of ", "workers of ", "deployments", "flows")
"""Parts of the API that the metric is read from."""


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


def gaps(api: ApiState) -> list[Gap]:
    """Return what could not be read and is therefore missing in the metric."""
    return [gap for gap in api.gaps if gap.part.startswith(_PARTS)]


def prometheus(found: Iterable[Beat]) -> str:
    """Return the metric in the text format of Prometheus (version 0.0.4).

    A text with two values for the same labels is refused as a whole, so of subjects whose names
    are the same as far as they are shown the longest silence counts.
    """
    lines = [
        f"# HELP {PROMETHEUS_NAME} Seconds since the last heartbeat of a work queue's poller,"
        " a worker or a runner.",
        f"# TYPE {PROMETHEUS_NAME} gauge",
    ]
    series = {tuple(beat[:-1]): beat.seconds for beat in sorted(found)}
    for values, seconds in series.items():
        text = ",".join(
            f'{label}="{_escaped(value)}"' for label, value in zip(LABELS, values, strict=True)
        )
        lines.append(f"{PROMETHEUS_NAME}{{{text}}} {seconds:.1f}")
    return "\n".join(lines) + "\n"


def rows(found: Iterable[Beat]) -> list[dict[str, Any]]:
    """Return the metric as JSON rows."""
    return [{**beat._asdict(), "seconds": round(beat.seconds, 1)} for beat in found]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
