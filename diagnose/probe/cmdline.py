"""What a command line and a few variables say of a process."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_RUN_MODULES = ("prefect.engine", "prefect.flow_engine")
_COMMANDS = {
    ("agent", "start"): "agent", ("worker", "start"): "worker", ("server", "start"): "server",
    ("orion", "start"): "server", ("flow", "serve"): "runner", ("flow-run", "execute"): "run",
}  # fmt: skip
_RUN_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def role(argv: Sequence[str]) -> str:
    """Return what a command line makes of a process, or nothing."""
    if "-m" in argv:
        module = argv[argv.index("-m") + 1 : argv.index("-m") + 2]
        if module and module[0] in _RUN_MODULES:
            return "run"
    names = [PurePath(word.replace("\\", "/")).name.removesuffix(".exe") for word in argv[:4]]
    if any("prefect.server" in word or "prefect.orion" in word for word in argv[:12]):
        return "server"
    if "dask-worker" in names or ("dask" in names and "worker" in argv):
        return "dask-worker"
    if "prefect" not in names:
        return ""
    words = [word for word in argv[names.index("prefect") + 1 :] if not word.startswith("-")]
    if words[:1] == ["heartbeat"]:
        return "heartbeat"
    if words[:1] == ["agent"] and "start" in words[1:3]:
        return "agent"
    return _COMMANDS.get((words[0], words[1]), "") if len(words) > 1 else ""


def options(argv: Sequence[str], flags: Sequence[str]) -> tuple[str, ...]:
    """Return the values of a repeatable option on a command line."""
    values = []
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        flag, equals, value = word.partition("=")
        if flag in flags and (equals or following):
            values.append(value if equals else following)
    return tuple(values)


def number(values: Sequence[str]) -> int | None:
    """Return the last value as a whole number, or None."""
    return int(values[-1]) if values and values[-1].isdecimal() and len(values[-1]) < 7 else None


def run_id(environ: Mapping[str, str], argv: Sequence[str]) -> str:
    """Return the id of the flow run that a process executes, or nothing."""
    for text in (environ.get("PREFECT__FLOW_RUN_ID", ""), *argv[-2:]):
        if match := _RUN_ID.fullmatch(text.strip().lower()):
            return match[0]
    return ""


def flag(text: str) -> str:
    """Return ``true`` or ``false`` for a switch as settings write it, or nothing."""
    word = text.strip().casefold()
    return {"1": "true", "true": "true", "yes": "true", "on": "true",
            "0": "false", "false": "false", "no": "false", "off": "false"}.get(word, "")  # fmt: skip


def without_user(url: str) -> str:
    """Return a URL without credentials and without a slash at its end."""
    scheme, mark, rest = url.strip().partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}".rstrip("/")
