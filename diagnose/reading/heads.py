"""Heads: what a log line says of time, level and logger before its message.

Known formats: Prefect 1, 2 and 3, journald (short and JSON), docker, docker compose and kubectl
prefixes, supervisord, JSON lines, Python's own logging. What is not recognised is a message
without a time, never an error.
"""

from __future__ import annotations

from diagnose.reading.stamps import DAY, json_seconds, seconds
from kb.named import NamedTuple
from kb.pattern import lazy

ENDINGS = (
    "Error", "Exception", "Exit", "Group", "Timeout", "Interrupt", "Refused", "Closed",
    "Terminated", "Warning", "Abort", "Killed",
)  # fmt: skip
"""What the name of an exception ends in."""

EXCEPTION = rf"(?:{'|'.join(ENDINGS)}\w*)"
"""The same as a pattern; only ``Killed`` may be followed by more of the name."""

LEVEL_STARTS = ("WARN", "ERROR", "CRIT", "FATAL")
"""What the levels of abnormal lines begin with, in every form in which logs write them."""

_STAMP = r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
_CLOCK = r"\d\d:\d\d:\d\d(?:[.,]\d{1,6})?"
_LEVEL = r"(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRIT(?:ICAL)?|FATAL|TRACE)"

_LEVEL_STARTS = ("DEBUG", "INFO", "WARN", "ERROR", "CRIT", "FATAL", "TRACE")

_WRAPPERS = (
    lazy(r"\[(?:pod/)?[\w.-]+(?:/[\w.-]+)+\]\s"),  # kubectl logs --prefix
    lazy(r"(?P<unit>[\w.-]+[-_]\d+) +\| "),  # docker compose
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
    rf"(?:{'|'.join(ENDINGS)})\b|$"
)
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


class Head(NamedTuple):
    """What stands before the message of a line, and the message."""

    text: str
    time: float | None = None
    level: str = ""
    logger: str = ""
    found: bool = False
    bare: bool = False
    """Only the prefix was found that a supervisor puts before every line, also of a traceback."""
    first: bool = False
    """It stands at the very start of the line and names a level: all lines that start like this
    one have a head."""


def begins(head: Head) -> bool:
    """Say of the head of a line that it begins a record, whatever the lines above it."""
    return head.found and not (head.bare and bool(_CONTINUES.match(head.text)))


def continues(text: str) -> bool:
    """Say of a line without a head that it goes on with the line above."""
    return bool(_CONTINUES.match(text))


def parse(text: str) -> Head:
    """Take the prefixes off one line."""
    if (quick := _quick(text)) is not None:
        return quick
    if _is_bare(text) or not _MAY_HEAD.match(text):
        return Head(text)
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
            time = seconds(groups.get("stamp") or "") or time
            logger = groups.get("unit") or logger
            rest = rest[match.end() :]
            found = found or time is not None
    if rest.startswith("{") and (head := _json(rest)) is not None:
        return head
    for pattern in _HEADS:
        if match := pattern.match(rest):
            groups = match.groupdict()
            inner = seconds(groups.get("stamp") or "")
            return Head(
                groups["text"],
                time if inner is None or (time is not None and inner < DAY) else inner,
                _level(groups.get("level") or ""),
                (groups.get("logger") or logger).strip(),
                found=True,
                bare="level" not in groups,
                first="level" in groups and not wrapped and rest is text,
            )
    return Head(rest if wrapped else text, time, "", logger, found, bare=found)


def _quick(text: str) -> Head | None:
    """Return the head of a line in the formats of Prefect's own logs, or None.

    What stands after the stamp of such a line fits no prefix of a supervisor.
    """
    if "|" in text[8:40] and text[:1].isdecimal():
        match = _HEADS[0].match(text)
    elif text.startswith("[2") and "] " in text[20:36]:
        match = _HEADS[1].match(text)
    else:
        return None
    if match is None:
        return None
    stamp, level, logger, message = match.groups()
    return Head(
        message,
        seconds(stamp),
        _level(level),
        logger.strip(),
        True,
        False,
        True,
    )


def _is_bare(text: str) -> bool:
    """Say of most texts without a head that they have none, cheaply."""
    starts_plain = text[:1].isalpha() and not text.startswith(_LEVEL_STARTS)
    return starts_plain and not any(map(str.isdecimal, text))


def _json(text: str) -> Head | None:
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
    inner = parse(first) if not first.startswith("{") else Head(first)
    said = "\n".join([inner.text, *more, *extra]).rstrip("\n")
    time = json_seconds(stamp)
    return Head(
        said,
        inner.time if time is None else time,
        inner.level or _level(level),  # a supervisor writes one level on all that a program prints
        inner.logger or logger,
        found=True,
        bare=not (inner.found or extra or any(data.get(key) for key in _JSON_LEVEL[:3])),
    )


def _level(word: str) -> str:
    word = word.upper()
    return _LEVELS.get(word, word)
