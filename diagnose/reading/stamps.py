"""Stamps: the times that log lines name, as seconds since the epoch or since midnight."""

from __future__ import annotations

from functools import lru_cache

from kb.pattern import DOTALL, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

# `datetime` is loaded where a text names a time: it takes a fifth of the interpreter's own start.

DAY = 86_400.0
"""Times below this are times of day: the log names no date."""

YEARLESS = 63_072_000.0
YEARLESS_END = YEARLESS + 366 * DAY
"""Times of syslog, which names no year, are put into 1972, the first leap year of the epoch."""

FIRST, LAST = -62_135_596_800.0, 253_402_214_400.0
"""From the year 1 to the last day of the year 9999: times that `datetime` can name, with a day left
for what is added to one."""

_TO_SECONDS = lazy(r"(.{19})(?:\.(\d+))?.*", DOTALL)
_ZONE = lazy(r"([+-])(\d\d):?(\d\d)$")


def dated(time: float, until: float | None) -> float:
    """Return a time with its year: without one it is the last such day before ``until``, or now.

    Where the calendar has no such day before ``until``, the time stays as it is.
    """
    if not YEARLESS <= time < YEARLESS_END:
        return time
    from datetime import UTC, datetime  # noqa: PLC0415

    end = datetime.now(UTC) if until is None else datetime.fromtimestamp(until, UTC)
    moment = datetime.fromtimestamp(time, UTC)
    latest = end.timestamp() + DAY
    for year in range(end.year, max(end.year - 9, 0), -1):
        if _exists(moment, year) and (found := moment.replace(year=year).timestamp()) <= latest:
            return found
    return time


def in_calendar(time: float) -> float:
    """Return seconds since the epoch as they are.

    Raises:
        ValueError: they are not finite, or before the year 1, or after the year 9999.
    """
    if not FIRST <= time < LAST:
        raise ValueError(time)
    return time


def _exists(moment: datetime, year: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return leap or (moment.month, moment.day) != (2, 29)


def json_seconds(stamp: object) -> float | None:
    """Return seconds since the epoch of a number or text in JSON; None when it is no time."""
    try:
        number = float(str(stamp))
    except ValueError:
        return seconds(str(stamp))
    for scale in (1, 1_000, 1_000_000, 1_000_000_000):
        if 1e8 < number / scale < 1e10:
            return number / scale
    return None


def seconds(stamp: str) -> float | None:
    """Return seconds since the epoch, or since midnight; None when it is no time."""
    if not stamp:
        return None
    stamp = stamp.replace(",", ".").replace("/", "-")
    try:
        if len(stamp) in (19, 23) and stamp[4:5] == "-":
            return _midnight(stamp[:10]) + _of_day(stamp[11:13], stamp[14:16], stamp[17:])
        if stamp[2:3] == ":":
            hours, minutes, rest = stamp.split(":")
            return _of_day(hours, minutes, rest)
        from datetime import UTC, datetime, timedelta  # noqa: PLC0415

        if stamp[0].isalpha():  # syslog gives no year: 1972 knows 29 February
            return (
                datetime.strptime(f"1972 {stamp}", "%Y %b %d %H:%M:%S")
                .replace(tzinfo=UTC)
                .timestamp()
            )
        main, fraction = _TO_SECONDS.fullmatch(stamp).groups()  # type: ignore[union-attr]
        time = datetime.fromisoformat(main).replace(tzinfo=UTC)
        zone = _ZONE.search(stamp[19:])
        if zone:
            sign = -1 if zone[1] == "+" else 1
            time += sign * timedelta(hours=int(zone[2]), minutes=int(zone[3]))
        return in_calendar(time.timestamp() + float(f"0.{fraction or 0}"))
    except (ValueError, OverflowError, AttributeError):
        return None


def _of_day(hours: str, minutes: str, seconds: str) -> float:
    """Return seconds since midnight.

    Raises:
        ValueError: it is no time of day.
    """
    hour, minute, second = int(hours), int(minutes), float(seconds)
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0.0 <= second < 60.0):
        raise ValueError(hours)
    return hour * 3600 + minute * 60 + second


@lru_cache(maxsize=64)
def _midnight(date: str) -> float:
    """Return the seconds from the epoch to the start of a day.

    Raises:
        ValueError: there is no such day.
    """
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()
