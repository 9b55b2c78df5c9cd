"""Points in time as users write them: ``2h`` ago, or an ISO time."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from diagnose.errors import UsageError
from diagnose.reading.stamps import in_calendar

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_RELATIVE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?(s|m|min|h|d|w)(?: ago)?")


def parse(text: str, option: str, now: float | None = None) -> float:
    """Return seconds since the epoch.

    A time without a zone is taken as UTC, as one in a log is.

    Args:
        text: ``30m``, ``2h``, ``1d`` (before now), ``now``, or an ISO date or time.
        option: the option it was given to, for the message.
        now: seconds since the epoch; the clock's by default.

    Raises:
        UsageError: it is none of these.
    """
    word = text.strip().lower()
    present = time.time() if now is None else now
    if word == "now":
        return present
    try:
        if match := _RELATIVE.fullmatch(word):
            return in_calendar(present - float(match[1]) * _UNITS[match[2]])
        found = datetime.fromisoformat(text.strip().replace(",", "."))
        return in_calendar((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        message = f"{option}: {text!r} is no time such as 2h, 30m, 1d or 2024-05-01T12:00:00+02:00"
        raise UsageError(message) from None
