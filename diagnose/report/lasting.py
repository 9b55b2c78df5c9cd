"""From when to when a cause was seen, where the logs go on without it: an outage that may be over."""

from __future__ import annotations

from datetime import datetime

from diagnose.report.jsontext import DAY, moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.reading.incidents import Incident
    from diagnose.result import Cause, Diagnosis

LONG = 600.0
"""Seconds; what was read must go on for so long after the last sign of a cause, and `TIMES` as long
as it usually took from one sign to the next."""

TIMES = 3.0


def lasting(cause: Cause, diagnosis: Diagnosis) -> str:
    """Return when a cause was seen first and last, where what was read goes on for long after.

    Empty where it does not, and where logs name no dates.
    """
    signs = {proof.finding for proof in cause.evidence}
    shown = [one for one in diagnosis.incidents if signs.intersection(one.signatures)]
    if not shown or not diagnosis.input.last_event:
        return ""
    first, last, usual = _span(shown)
    end = datetime.fromisoformat(diagnosis.input.last_event).timestamp()
    if first < DAY or end - last < max(LONG, TIMES * usual):
        return ""
    times = [_clock(time, first) for time in (first, last, end)]
    seen = times[0] if times[0] == times[1] else f"{times[0]} to {times[1]}"
    return f"{seen}; what was read goes on until {times[2]} without it"


def _span(shown: Sequence[Incident]) -> tuple[float, float, float]:
    """Return when incidents began and ended, and the longest usual time between two of one kind."""
    first = min(one.first or 0.0 for one in shown)
    last = max(one.last or 0.0 for one in shown)
    usual = [
        (one.last - one.first) / (one.count - 1)
        for one in shown
        if one.count > 1 and one.first is not None and one.last is not None
    ]
    return first, last, max(usual, default=0.0)


def _clock(time: float, first: float) -> str:
    """Return a time as it is said beside the first one: the day only when it is another one."""
    day, clock = (moment(time) or "").split("T")
    shown = clock[:5]
    return shown if time != first and day == (moment(first) or "")[:10] else f"{day} {shown}"
