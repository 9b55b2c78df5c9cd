"""A saved result (``--json``) as far as `verify` needs it; the file is input like any other."""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose import files
from diagnose.errors import UsageError
from diagnose.reading.stamps import in_calendar
from diagnose.report.jsontext import SCHEMA
from diagnose.result import LIKELY

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 64 * 1024 * 1024

COMMANDS = ("diagnose", "probe", "run", "verify")
"""Commands whose JSON holds a diagnosis."""


class OldProof(NamedTuple):
    """A finding that spoke for a cause."""

    finding: str
    text: str
    effect: float
    how: str


class OldCause(NamedTuple):
    """A likely cause of the saved result."""

    insight: str
    title: str
    proofs: tuple[OldProof, ...]
    """Findings that spoke for it, the most telling first."""


class Seen(NamedTuple):
    """How often something was seen, and when last."""

    times: int
    last: float


class Saved(NamedTuple):
    """What a saved result says."""

    causes: tuple[OldCause, ...]
    logs: tuple[Path, ...]
    last_event: float | None
    version: str
    probed: bool
    """Facts of a probe stand in it."""
    api_probed: bool
    host_probed: bool
    """What of the two the probe looked at."""
    pools: tuple[str, ...]
    """Work pools that the probe was about; all when empty."""
    spacing: dict[str, float]
    """Signature -> seconds that usually passed between two incidents that showed it."""
    seen: dict[str, Seen]
    """Signature -> how often it was seen, and when last."""
    stdin: bool
    """Standard input was read."""


def load(path: Path) -> Saved:
    """Return the saved result in a file.

    Raises:
        UsageError: the file cannot be read or is no result of this program.
    """
    data = files.read(path, MOST_BYTES, "a saved result")
    saved = parse(data.decode("utf-8-sig", "replace"), str(path))
    return saved._replace(logs=tuple(_beside(path, log) for log in saved.logs))


def _beside(report: Path, log: Path) -> Path:
    """Return where a log is: as its name says from here, or else from the folder of the report."""
    beside = report.parent / log
    return beside if os.path.exists(beside) and not os.path.exists(log) else log  # noqa: PTH110


def parse(text: str, name: str) -> Saved:
    """Return the saved result in a text.

    Raises:
        UsageError: it is no result of this program.
    """
    try:
        data = json.loads(text)
        if data["command"] not in COMMANDS or type(data["schema"]) is not int:
            raise KeyError("command")
        if data["schema"] > SCHEMA:
            raise UsageError(
                f"{name}: written by a later version (format {data['schema']}); update diagnose"
            )
        return _saved(data if "verdict" in data else data["diagnosis"])
    except (
        ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        message = f"{name}: is no saved result; save one with: diagnose ... --json -o report.json"
        raise UsageError(message) from error


def _saved(data: dict[str, Any]) -> Saved:
    given, probe = data["input"], data.get("probe")
    return Saved(
        causes=tuple(_cause(cause) for cause in data["causes"] if cause["confidence"] in LIKELY),
        logs=tuple(files.as_path(log) for log in given["logs"] if log != "stdin"),
        last_event=_moment(given.get("last_event")),
        version=str(given.get("prefect_version") or ""),
        probed=isinstance(probe, dict),
        api_probed=bool(probe and probe.get("api")),
        host_probed=bool(probe and probe.get("host")),
        pools=tuple(str(pool) for pool in probe.get("pools", ())) if probe else (),
        spacing=_spacing(data["incidents"]),
        seen=_seen(data["incidents"]),
        stdin="stdin" in given["logs"],
    )


def _cause(cause: dict[str, Any]) -> OldCause:
    proofs = [
        OldProof(
            str(proof["finding"]),
            str(proof["text"]),
            float(proof["effect"]),
            str(proof["how"]),
        )
        for proof in cause["evidence"]
        if proof["state"] == "present" and float(proof["effect"]) > 0.0
    ]
    proofs.sort(key=lambda proof: (-proof.effect, proof.finding))
    return OldCause(str(cause["insight"]), str(cause["title"]), tuple(proofs))


def _spacing(incidents: list[dict[str, Any]]) -> dict[str, float]:
    spacing: dict[str, float] = {}
    for incident in incidents:
        first, last = _moment(incident.get("first")), _moment(incident.get("last"))
        count = int(incident["count"])
        if count < 2 or first is None or last is None:
            continue
        for signature in incident.get("signatures", ()):
            usual = (last - first) / (count - 1)
            spacing[str(signature)] = max(spacing.get(str(signature), 0.0), usual)
    return spacing


def _seen(incidents: list[dict[str, Any]]) -> dict[str, Seen]:
    seen: dict[str, Seen] = {}
    for incident in incidents:
        last = _moment(incident.get("last"))
        if last is None:
            continue
        for signature in map(str, incident.get("signatures", ())):
            known = seen.get(signature, Seen(0, last))
            times = known.times + max(int(incident["count"]), 1)
            seen[signature] = Seen(times, max(known.last, last))
    return seen


def _moment(text: Any) -> float | None:
    """Return seconds since the epoch; None for a time of day, which some logs give alone.

    Raises:
        ValueError: it is out of the calendar.
    """
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return in_calendar(moment.timestamp())
