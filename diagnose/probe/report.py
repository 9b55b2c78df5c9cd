"""A probe as text and as the JSON object of ``diagnose probe --json``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from diagnose.probe import metric
from diagnose.probe.records import FORBIDDEN, KNOWN, UNKNOWN, UNREACHABLE
from diagnose.redact import redact
from diagnose.report.data import SCHEMA, as_dict, tool
from diagnose.report.plain import clip, one_line, styled, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnose.probe.apistate import ApiState, Run
    from diagnose.probe.hoststate import HostState, Process
    from diagnose.probe.probing import ProbeResult
    from diagnose.probe.records import Beat, Value
    from diagnose.result import Diagnosis

MOST_ROWS = 12
"""Lines of one list before it is cut; ``-v`` shows all."""

NAME_WIDTH = 32
_STATUSES = {UNKNOWN: "unknown", FORBIDDEN: "forbidden", UNREACHABLE: "unreachable"}


def render(result: ProbeResult, *, width: int, color: bool, verbose: int = 0) -> str:
    """Return what was read as text; the diagnosis is shown beside it by its own report."""
    parts = [
        ("API", list(_api(result.api)) if result.api is not None else []),
        ("Heartbeats (seconds since the last)", [_beat(beat) for beat in result.metric]),
        ("Runs", list(_runs(result.api)) if result.api is not None else []),
        ("This host", list(_host(result.host)) if result.host is not None else []),
        ("Facts", [_fact(value) for value in result.facts if value.status == KNOWN]),
        ("Not known", list(_missed(result))),
        ("Notes", list(result.notes)),
    ]
    lines: list[str] = []
    for title, rows in parts:
        if not rows:
            continue
        lines += (
            ["", styled(title, "bold", color=color)]
            if lines
            else [styled(title, "bold", color=color)]
        )
        most = len(rows) if verbose or title in ("API", "Notes") else MOST_ROWS
        for row in rows[:most]:
            lines += _shown(row, width, whole=title in ("API", "Not known", "Notes"))
        if len(rows) > most:
            lines.append(f"  and {len(rows) - most} more (-v)")
    return "\n".join(lines) + "\n"


def _shown(row: str, width: int, *, whole: bool) -> list[str]:
    safe = one_line(redact(row)) if whole else redact(row)
    if not whole:
        return [f"  {clip(safe, width - 2)}"]
    first, *rest = wrap(safe, width - 2) or [""]
    return [f"  {first}", *(f"    {line}" for line in wrap(" ".join(rest), width - 4) if rest)]


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
        (api.pools, "work pools"), (api.queues, "queues"), (api.workers, "workers"),
        ([d for d in api.deployments if d.is_served], "served deployments"),
    )  # fmt: skip
    yield ", ".join(f"{len(rows)} {what}" for rows, what in counts) + f", {api.calls} calls"


def _beat(beat: Beat) -> str:
    name = {"queue": f"{beat.pool}/{beat.queue}", "worker": f"{beat.pool}: {beat.name}"}
    return f"{beat.seconds:>9.0f}  {beat.kind:<7} {one_line(name.get(beat.kind, beat.name))}"


def _runs(api: ApiState) -> Iterator[str]:
    for state, runs in (
        ("Late", api.late),
        ("overdue", api.overdue),
        ("Pending", api.pending),
        ("Running", api.running),
    ):
        for run in runs:
            yield f"{state:<8} {_since(run, state):>9}  {run.id}  {one_line(f'{run.pool}/{run.queue}' if run.pool else 'served')}"


def _since(run: Run, state: str) -> str:
    seconds = run.late if state in ("Late", "overdue") else run.age
    return "" if seconds is None else f"{seconds:.0f} s"


def _host(host: HostState) -> Iterator[str]:
    for process in host.processes:
        yield _process(process)
    if not host.processes:
        yield "no Prefect process"
    for unit in host.units:
        restarts = "" if unit.restarts is None else f", {unit.restarts} restarts"
        yield f"unit {unit.name}: {unit.state}{restarts}"


def _process(process: Process) -> str:
    doing = process.blocked or "not readable"
    ends = f"{process.role:<7} {process.pid:>7}  {process.age:>8.0f} s  {process.state}, {doing}"
    return f"{ends}, output to {process.stdout or 'not readable'}"


def _fact(value: Value) -> str:
    return f"{f'{value.name}={one_line(value.value)}':<{NAME_WIDTH}}  {one_line(value.subject)}"


def _missed(result: ProbeResult) -> Iterator[str]:
    for gap in result.gaps:
        if gap.part != "api":
            yield f"{gap.part}: {_STATUSES.get(gap.status, gap.status)}: {gap.line}"
    told = {gap.line for gap in result.gaps}
    for value in result.facts:
        if value.status != KNOWN and value.why not in told:
            yield f"{value.name}: {_STATUSES.get(value.status, value.status)}: {value.why}"


def data(result: ProbeResult, diagnosis: Diagnosis) -> dict[str, Any]:
    """Return a probe and its diagnosis as the object that ``--json`` prints."""
    return {
        "schema": SCHEMA,
        "command": "probe",
        "tool": tool(),
        "api": _plain(_api_data(result.api)) if result.api is not None else None,
        "host": _plain(_host_data(result.host)) if result.host is not None else None,
        "metric": {"name": metric.NAME, "unit": "s", "values": _plain(metric.rows(result.metric))},
        "about": result.about.label,
        "facts": [_plain(value._asdict()) for value in result.facts],
        "gaps": [_plain(gap._asdict()) for gap in result.gaps],
        "notes": [_plain(note) for note in result.notes],
        "diagnosis": as_dict(diagnosis),
    }


def _api_data(api: ApiState) -> dict[str, Any]:
    content = api._asdict()
    del content["gaps"]
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
