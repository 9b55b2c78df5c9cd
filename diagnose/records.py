"""Log records: what a line says of time, level and logger, and which lines continue it.

Known formats: Prefect 1, 2 and 3, journald (short and JSON), docker, docker compose and kubectl
prefixes, supervisord, JSON lines, Python's own logging. What is not recognised is a message
without a time, never an error.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from kb.pattern import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diagnose.read import Line

MAX_LINES = 400
"""A record keeps at most so many lines; a chain of exceptions is shorter."""


DAY = 86_400.0
"""Times below this are times of day: the log names no date."""

YEARLESS = 63_072_000.0
YEARLESS_END = YEARLESS + 366 * DAY
"""Times of syslog, which names no year, are put into 1972, the first leap year of the epoch."""


class Record(NamedTuple):
    """One log record with its continuation lines."""

    source: str
    line: int
    """Number of its first line, 1-based."""
    time: float | None
    """Seconds since the epoch (UTC where the log names no zone), or since midnight for logs that
    give only the time of day."""
    level: str
    logger: str
    header: bool
    """True when the line had a timestamp or a level: a log said it, not a person."""
    lines: tuple[Line, ...]
    """Messages without their prefix; the first is the record's own."""

    @property
    def text(self) -> str:
        """The whole message."""
        return "\n".join(line.text for line in self.lines)


_STAMP = r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,6})?"
_LEVEL = r"(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRIT(?:ICAL)?|FATAL|TRACE)"

_LEVEL_STARTS = ("DEBUG", "INFO", "WARN", "ERROR", "CRIT", "FATAL", "TRACE")

_WRAPPERS = (
    lazy(r"\[(?:pod/)?[\w.-]+(?:/[\w.-]+)+\]\s"),  # kubectl logs --prefix
    lazy(r"[\w.-]+[-_]\d+ +\| "),  # docker compose
    lazy(rf"(?P<stamp>{_STAMP}) (?:stdout|stderr) [FP] "),  # containerd
    lazy(  # journald, syslog
        rf"(?P<stamp>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d|{_STAMP}) (?P<host>[\w.-]+)"
        r" (?P<unit>[\w.@-]+)\[\d+\]: "
    ),
    lazy(rf"(?P<stamp>{_STAMP}) (?=\[?\d\d(?:\d\d-\d\d-\d\d|:\d\d:\d\d)|\{{)"),  # docker
)
_HEADS = (
    lazy(  # Prefect 2 and 3, server and client
        rf"(?P<stamp>{_STAMP}|{_CLOCK})\s*\|\s*(?P<level>{_LEVEL})\s*\|\s*(?P<logger>.*?) - (?P<text>.*)"
    ),
    lazy(  # Prefect 0 and 1
        rf"\[(?P<stamp>{_STAMP})\]\s*(?P<level>{_LEVEL}) - (?P<logger>[^|]+?) \| (?P<text>.*)"
    ),
    lazy(rf"(?P<stamp>{_STAMP}) - (?P<logger>[\w.]+) - (?P<level>{_LEVEL}) - (?P<text>.*)"),
    lazy(rf"(?P<stamp>{_STAMP})[ |\[-]+(?P<level>{_LEVEL})[\] |:-]+(?P<text>.*)"),
    lazy(rf"\[?(?P<stamp>{_STAMP})\]?(?: ?[:|-]+ ?| )?(?P<text>.*)"),
    lazy(rf"(?P<level>{_LEVEL}):(?P<logger>[\w.]+):(?P<text>.*)"),
    lazy(rf"(?P<level>{_LEVEL})\s*[|:-]\s*(?P<logger>[\w.]+) - (?P<text>.*)"),
    lazy(rf"(?P<level>{_LEVEL}):\s{{2,}}(?P<text>.*)"),  # uvicorn
    lazy(rf"(?P<stamp>{_CLOCK})\s+(?P<text>.*)"),
)
_MAY_HEAD = lazy(rf"[\s\[>]*(?:\d|\[|\{{|[A-Z][a-z]{{2}} [ \d]\d |{_LEVEL}|[\w.-]+[-_]\d+ +\| )")
_CONTINUES = lazy(
    r"\s|[|+]|Traceback|During handling|The above exception|File \"|\w*(?:\.\w+)*"
    r"(?:Error|Exception|Exit|Group|Timeout|Interrupt|Refused|Terminated)\b|$"
)
_TRACEBACK = "Traceback (most recent"
_JSON_TIME = ("timestamp", "time", "ts", "@timestamp", "asctime", "__REALTIME_TIMESTAMP")
_JSON_TEXT = ("message", "msg", "event", "MESSAGE", "log", "text")
_JSON_LEVEL = ("level", "levelname", "severity", "PRIORITY")
_JSON_LOGGER = ("logger", "name", "SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT")
_LEVELS = {
    "WARN": "WARNING", "CRIT": "CRITICAL", "FATAL": "CRITICAL",
    "0": "CRITICAL", "1": "CRITICAL", "2": "CRITICAL", "3": "ERROR", "4": "WARNING", "5": "INFO",
    "6": "INFO", "7": "DEBUG",
}  # fmt: skip
"""Other words for a level; the numbers are syslog's."""


class _Head(NamedTuple):
    text: str
    time: float | None = None
    level: str = ""
    logger: str = ""
    found: bool = False
    bare: bool = False
    """Only the prefix was found that a supervisor puts before every line, also of a traceback."""


def records(lines: Iterable[Line]) -> Iterator[Record]:
    """Group lines into records: one with a head starts a record, what continues it follows.

    When reading is interrupted, the record that was being read still comes.
    """
    current: list[Line] = []
    head = _Head("")
    stopped: list[KeyboardInterrupt] = []
    for line in _until_stopped(lines, stopped):
        new = parse(line.text)
        follows = (
            bool(current)
            and (not new.found or (new.bare and _in_chain(new.text, current)))
            and line.source == current[0].source
            and len(current) < MAX_LINES
            and (head.found or _in_traceback(current) or line.text[:1] in " \t")
            and _goes_on(new.text, current, after_head=head.found)
        )
        if follows:
            current += _parts(line, new.text)
            continue
        if current:
            yield _record(head, current)
        head, current = new, _parts(line, new.text)
    if current:
        yield _record(head, current)
    if stopped:
        raise stopped[0]


def _parts(line: Line, text: str) -> list[Line]:
    """Return the lines of a message; one in JSON may hold a whole traceback."""
    return [line._replace(text=part) for part in text.split("\n")]


def _until_stopped(lines: Iterable[Line], stopped: list[KeyboardInterrupt]) -> Iterator[Line]:
    """Yield the lines; an interruption of the reading ends them and is kept."""
    try:
        yield from lines
    except KeyboardInterrupt as interruption:
        stopped.append(interruption)


def _goes_on(text: str, lines: list[Line], *, after_head: bool) -> bool:
    """Below a record's head anything goes on, until a fence, or an empty line and then prose."""
    if text.startswith(("```", "~~~")):
        return False
    direct = after_head and bool(lines[-1].text.strip())
    return direct or bool(_CONTINUES.match(text))


def _in_chain(text: str, lines: list[Line]) -> bool:
    """Say whether a line that a supervisor prefixed goes on with the traceback above it."""
    begins = text.startswith(_TRACEBACK)
    return begins or (bool(_CONTINUES.match(text)) and _in_traceback(lines))


def _in_traceback(lines: list[Line]) -> bool:
    return any(line.text.lstrip(" |+").startswith(_TRACEBACK) for line in lines[-MAX_LINES:])


def _record(head: _Head, lines: list[Line]) -> Record:
    first = lines[0]
    while len(lines) > 1 and not lines[-1].text.strip():
        lines.pop()
    return Record(
        first.source, first.number, head.time, head.level, head.logger, head.found, tuple(lines)
    )


def dated(time: float, until: float | None) -> float:
    """Return a time with its year: without one it is the last such day before ``until``, or now."""
    if not YEARLESS <= time < YEARLESS_END:
        return time
    end = datetime.now(UTC) if until is None else datetime.fromtimestamp(until, UTC)
    moment = datetime.fromtimestamp(time, UTC)
    years = [year for year in range(end.year, end.year - 9, -1) if _exists(moment, year)]
    times = [moment.replace(year=year).timestamp() for year in years]
    return next(found for found in times if found <= end.timestamp() + DAY)


def _exists(moment: datetime, year: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return leap or (moment.month, moment.day) != (2, 29)


def parse(text: str) -> _Head:
    """Take the prefixes off one line."""
    if _is_bare(text) or not _MAY_HEAD.match(text):
        return _Head(text)
    rest = text.lstrip("> \t")
    if rest.startswith("{") and (head := _json(rest)) is not None:
        return head
    time: float | None = None
    logger = ""
    wrapped = found = False
    for wrapper in _WRAPPERS:
        if match := wrapper.match(rest):
            wrapped = True
            groups = match.groupdict()
            time = _seconds(groups.get("stamp") or "") or time
            logger = groups.get("unit") or logger
            rest = rest[match.end() :]
            found = found or time is not None
    if rest.startswith("{") and (head := _json(rest)) is not None:
        return head
    for pattern in _HEADS:
        if match := pattern.match(rest):
            groups = match.groupdict()
            inner = _seconds(groups.get("stamp") or "")
            return _Head(
                groups["text"],
                time if inner is None or (time is not None and inner < 86_400) else inner,
                _level(groups.get("level") or ""),
                (groups.get("logger") or logger).strip(),
                found=True,
                bare="level" not in groups,
            )
    return _Head(rest if wrapped else text, time, "", logger, found, bare=found)


def _is_bare(text: str) -> bool:
    """Say of most texts without a head that they have none, cheaply."""
    starts_plain = text[:1].isalpha() and not text.startswith(_LEVEL_STARTS)
    return starts_plain and not any(map(str.isdecimal, text))


def _json(text: str) -> _Head | None:
    if len(text) > 200_000:
        return None
    import json  # noqa: PLC0415 (only where a line may be JSON)

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    said = next((str(data[key]) for key in _JSON_TEXT if isinstance(data.get(key), str)), None)
    if said is None:
        return None
    extra = [str(data[k]) for k in ("exc_info", "exception", "stack", "exc_text") if data.get(k)]
    stamp = next((data[key] for key in _JSON_TIME if data.get(key)), "")
    level = next((str(data[key]) for key in _JSON_LEVEL if data.get(key)), "")
    logger = next((str(data[key]) for key in _JSON_LOGGER if data.get(key)), "")
    first, *more = said.rstrip("\n").split("\n")
    inner = parse(first) if not first.startswith("{") else _Head(first)
    said = "\n".join([inner.text, *more, *extra]).rstrip("\n")
    time = _json_seconds(stamp)
    return _Head(
        said,
        inner.time if time is None else time,
        inner.level or _level(level),  # a supervisor writes one level on all that a program prints
        inner.logger or logger,
        found=True,
        bare=not (inner.found or extra or any(data.get(key) for key in _JSON_LEVEL[:3])),
    )


def _json_seconds(stamp: object) -> float | None:
    try:
        number = float(str(stamp))
    except ValueError:
        return _seconds(str(stamp))
    for scale in (1, 1_000, 1_000_000, 1_000_000_000):
        if 1e8 < number / scale < 1e10:
            return number / scale
    return None


def _level(word: str) -> str:
    word = word.upper()
    return _LEVELS.get(word, word)


def _seconds(stamp: str) -> float | None:
    """Return seconds since the epoch, or since midnight; None when it is no time."""
    if not stamp:
        return None
    stamp = stamp.replace(",", ".").replace("/", "-")
    try:
        if stamp[2:3] == ":":
            hours, minutes, seconds = stamp.split(":")
            time_of_day = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
            return time_of_day if time_of_day < DAY else None
        if stamp[0].isalpha():  # syslog gives no year: 1972 knows 29 February
            return (
                datetime.strptime(f"1972 {stamp}", "%Y %b %d %H:%M:%S")
                .replace(tzinfo=UTC)
                .timestamp()
            )
        main, fraction = re.fullmatch(r"(.{19})(?:\.(\d+))?.*", stamp, re.DOTALL).groups()  # type: ignore[union-attr]
        time = datetime.fromisoformat(main).replace(tzinfo=UTC)
        zone = re.search(r"([+-])(\d\d):?(\d\d)$", stamp[19:])
        if zone:
            sign = -1 if zone[1] == "+" else 1
            time += sign * timedelta(hours=int(zone[2]), minutes=int(zone[3]))
        return time.timestamp() + float(f"0.{fraction or 0}")
    except (ValueError, OverflowError, AttributeError):
        return None
