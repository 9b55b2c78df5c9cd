"""A probe as text and as the JSON object of ``diagnose probe --json``."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

from diagnose.probe import metric
from diagnose.probe.records import FORBIDDEN, KNOWN, UNKNOWN, UNREACHABLE
from diagnose.redact import redact
from diagnose.report.data import as_dict
from diagnose.report.plain import clip, one_line, styled, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnose.probe.apistate import ApiState, Run
    from diagnose.probe.hoststate import HostState, Process
    from diagnose.probe.probing import ProbeResult
    from diagnose.probe.records import Value
    from diagnose.result import Diagnosis

MOST_ROWS = 16
"""Lines of one list before it is cut; ``-v`` shows all."""

NAME_WIDTH = 34
FIRST = ("late_runs", "queue_", "worker_", "pool_", "serve", "running_", "run_", "slots_", "agent_process",
         "agent_blocked", "agent_stdout", "api_reach", "api_status", "overdue", "oom", "agent_")  # fmt: skip
"""Beginnings of names of facts, in the order in which they are shown."""

Row: TypeAlias = tuple[str, str]
"""What stands in columns, and the rest of the line."""

_STATUSES = {UNKNOWN: "unknown", FORBIDDEN: "forbidden", UNREACHABLE: "unreachable"}


def render(result: ProbeResult, *, width: int, color: bool, verbose: int = 0) -> str:
    """Return what was read as text; the diagnosis is shown after it by its own report."""
    facts = sorted((v for v in result.facts if v.status == KNOWN), key=_telling)
    parts: list[tuple[str, list[Row]]] = [
        ("API", [("", line) for line in _api(result.api)] if result.api is not None else []),
        ("Heartbeats (seconds since the last)", list(_beats(result))),
        ("Runs", list(_runs(result.api)) if result.api is not None else []),
        ("Concurrency limits", list(_limits(result.api)) if result.api is not None else []),
        ("This host", list(_host(result.host)) if result.host is not None else []),
        ("Facts", [_fact(value) for value in facts]),
        ("Not known", [("", line) for line in _missed(result)]),
        ("Notes", [("", note) for note in result.notes]),
    ]
    lines: list[str] = []
    for title, rows in parts:
        if rows:
            lines += [""] if lines else []
            lines.append(styled(title, "bold", color=color))
            most = len(rows) if verbose else MOST_ROWS
            for row in rows[:most]:
                lines += _drawn(row, width)
            lines += [f"  and {len(rows) - most} more (-v)"] if len(rows) > most else []
    return "\n".join(lines) + "\n"


def _drawn(row: Row, width: int) -> list[str]:
    """A row with a first column keeps to one line; one without is wrapped."""
    first, rest = row
    rest = one_line(redact(rest))
    if first:
        return [f"  {first}  {clip(rest, max(width - len(first) - 4, 10))}".rstrip()]
    head, *more = wrap(rest, width - 2) or [""]
    return [f"  {head}", *(f"    {line}" for line in wrap(" ".join(more), width - 4) if more)]


def _telling(value: Value) -> tuple[int, str]:
    """What is near the fault comes first."""
    place = next((n for n, start in enumerate(FIRST) if value.name.startswith(start)), len(FIRST))
    return place, value.name


def _api(api: ApiState) -> Iterator[str]:
    gap = api.gap("api")
    if gap is not None:
        yield f"{api.url} ({api.source}): {gap.status}: {gap.line}"
        if gap.status == UNREACHABLE:
            return
    else:
        version = f"Prefect {api.version}" if api.version else "version not told"
        latency = f"answers in {api.latency:.2f} s" if api.latency is not None else ""
        yield ", ".join(part for part in (f"{api.url} ({api.source}): {version}", latency) if part)
    counts = (
        ("work pools", api.pools, {"pools"}),
        ("queues", api.queues, {"pools", "queues"}),
        ("workers", api.workers, {"pools", "workers"}),
        ("served deployments", [d for d in api.deployments if d.is_served], {"deployments"}),
    )
    missed = {gap.part.split(" of ")[0] for gap in api.gaps}  # "queues of NAME" among them
    read = [f"{len(rows)} {what}" for what, rows, parts in counts if not missed & {"api", *parts}]
    yield ", ".join([*read, f"{api.calls} calls"])


def _beats(result: ProbeResult) -> Iterator[Row]:
    """Yield the metric with the Late runs of each queue, and queues with such that nobody ever polled."""
    api = result.api
    late = _late(api) if api is not None else Counter()
    for beat in result.metric:
        name = {"queue": f"{beat.pool}/{beat.queue}", "worker": f"{beat.pool}: {beat.name}"}
        runs = late[beat.pool, beat.queue] if beat.kind == "queue" else 0
        text = name.get(beat.kind, beat.name)
        yield f"{beat.seconds:>9.0f}  {beat.kind:<6}", _with_late(text, runs)
    for queue in api.queues if api is not None else ():
        if queue.age is None and late[queue.pool, queue.name]:
            text = _with_late(queue.label, late[queue.pool, queue.name])
            yield f"{'never':>9}  {'queue':<6}", text


def _late(api: ApiState) -> Counter[tuple[str, str]]:
    """Count the Late runs of each queue."""
    return Counter((run.pool, run.queue) for run in api.late)


def _with_late(name: str, runs: int) -> str:
    return f"{name}, {runs} Late" if runs else name


def _runs(api: ApiState) -> Iterator[Row]:
    kinds = (
        ("Late", api.late),
        ("overdue", api.overdue),
        ("Pending", api.pending),
        ("Running", api.running),
    )
    beats = {beat.run: beat.age for beat in api.beats if beat.age is not None}
    for state, runs in kinds:
        for run in runs:
            where = f"{run.pool}/{run.queue}" if run.pool else "no work pool"
            beat = f", heartbeat {beats[run.id]:.0f} s ago" if run.id in beats else ""
            yield f"{_since(run, state):>11}  {state:<7}  {run.id}", f"{where}{beat}"


def _limits(api: ApiState) -> Iterator[Row]:
    for limit in api.limits or ():
        yield f"{limit.taken:>5} of {limit.slots} held", limit.name


def _since(run: Run, state: str) -> str:
    seconds = run.late if state in ("Late", "overdue") else run.age
    return "" if seconds is None else f"{seconds:.0f} s"


def _host(host: HostState) -> Iterator[Row]:
    for process in host.processes:
        yield _process(process)
    if not host.processes:
        yield "", "no Prefect process"
    for unit in host.units:
        restarts = "" if unit.restarts is None else f", {unit.restarts} restarts"
        yield "", f"unit {unit.name}: {unit.state}{restarts}"


def _process(process: Process) -> Row:
    told = process.blocked and process.blocked != process.state
    doing = f"{process.state} ({process.blocked})" if told else process.state
    pools = f"{', '.join(process.pools)}: " if process.pools else ""
    return (
        f"{process.age:>9.0f} s  {process.role:<8} {process.pid:>7}",
        f"{pools}{doing}, output {f'to {process.stdout}' if process.stdout else 'not readable'}",
    )


def _fact(value: Value) -> Row:
    return f"{f'{value.name}={one_line(value.value)}':<{NAME_WIDTH}}", value.subject


def _missed(result: ProbeResult) -> Iterator[str]:
    for gap in result.gaps:
        if gap.part != "api":
            yield f"{gap.part}: {_STATUSES.get(gap.status, gap.status)}: {gap.line}"
    told = {gap.line for gap in result.gaps}
    for value in result.facts:
        if value.status != KNOWN and value.why not in told:
            yield f"{value.name}: {_STATUSES.get(value.status, value.status)}: {value.why}"


def data(result: ProbeResult, diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the object that ``--json`` prints: the diagnosis, and in ``probe`` what was read."""
    read = {
        "about": result.about.label,
        "pools": list(result.pools),
        "metric": {"name": metric.NAME, "unit": "s", "values": metric.rows(result.metric)},
        "facts": [value._asdict() for value in result.facts],
        "gaps": [gap._asdict() for gap in result.gaps],
        "api": _api_data(result.api) if result.api is not None else None,
        "host": _host_data(result.host) if result.host is not None else None,
    }
    return as_dict(diagnosis) | {"command": "probe", "probe": _plain(read)}


def _api_data(api: ApiState) -> dict[str, Any]:
    content = api._asdict()
    del content["gaps"]
    late = _late(api)
    content["queues"] = [
        {**queue._asdict(), "late": late[queue.pool, queue.name]} for queue in api.queues
    ]
    return content


def _host_data(host: HostState) -> dict[str, Any]:
    content = host._asdict()
    del content["pids"], content["gaps"]
    return content


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it, with secrets masked and ages to a tenth of a second."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, float):
        return round(value, 1) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, list | tuple | frozenset):
        return [_plain(item) for item in value]
    return value
