"""A verification as plain lines and as the fields of ``diagnose verify --json``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from diagnose.followup.verify import RESOLVED
from diagnose.report.wording import count

if TYPE_CHECKING:
    from diagnose.followup.verify import Verification


def lines(found: Verification) -> list[str]:
    """Return the verification in plain lines, the conclusion last."""
    shown = []
    for cause in found.causes:
        shown.append(f"{cause.state}: {cause.insight} ({cause.title})")
        shown.append(f"  {cause.why}")
        shown += [f"  not looked at again: {text}" for text in cause.left]
    shown += [f"new: {insight}" for insight in found.new]
    shown += [f"not used: {log} names no dates" for log in found.span.undated]
    number = sum(cause.state == RESOLVED for cause in found.causes)
    read = f"; {count(found.span.records, 'log record')} {_when(found)}"
    is_read = found.since is not None or found.span.records
    shown.append(f"{number} of {len(found.causes)} resolved{read if is_read else ''}")
    return shown


def _when(found: Verification) -> str:
    if found.span.records and found.span.first is None:
        return "without dates"
    return f"since {_moment(found.since)}"


def _moment(seconds: float | None) -> str:
    return (
        datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
        if seconds
        else "the saved result"
    )


def as_dict(found: Verification) -> dict[str, Any]:
    """Return the fields of ``diagnose verify --json``."""
    from diagnose.report.data import as_dict as diagnosis_as_dict  # noqa: PLC0415 (JSON only)

    return {
        "resolved": found.all_resolved,
        "since": _moment(found.since) if found.since else None,
        "log_records": found.span.records,
        "undated": list(found.span.undated),
        "causes": [{**cause._asdict(), "left": list(cause.left)} for cause in found.causes],
        "new": list(found.new),
        "diagnosis": diagnosis_as_dict(found.diagnosis),
    }
