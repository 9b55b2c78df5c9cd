"""Suppressions: what a project knows and does not want to be told again, with reason and expiry.

They stand in a project file, `NAME`, in the working folder or one above it. A suppressed insight
still explains its findings, so that they speak for nothing else; it is only not offered as a
cause. A suppressed finding counts as unknown. Each result lists the suppressions that changed it.
"""

from __future__ import annotations

import os

from diagnose.errors import UsageError
from diagnose.redact import redact
from kb.named import NamedTuple
from kb.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path
    from typing import Any

    from diagnose.findings import Finding
    from kb.index import Index

NAME = ".diagnose.yaml"

MOST_BYTES = 256 * 1024

_KEYS = {"insight", "finding", "reason", "until"}


class Suppression(NamedTuple):
    """One thing that is known."""

    insight: str
    """Id of an insight, or empty."""
    finding: str
    """Id of a finding, or empty; one of the two is given."""
    reason: str
    until: str
    """Last day on which it holds, as an ISO date."""


class Suppressions(NamedTuple):
    """What holds today, and what is to be said about the rest."""

    active: tuple[Suppression, ...] = ()
    notes: tuple[str, ...] = ()

    def insights(self) -> dict[str, Suppression]:
        """Return insight -> its suppression."""
        return {s.insight: s for s in self.active if s.insight}

    def without(self, findings: Mapping[str, Finding]) -> dict[str, Finding]:
        """Return the findings with the suppressed ones unknown."""
        known = {s.finding for s in self.active if s.finding}
        return {
            name: finding._replace(state="unknown") if name in known else finding
            for name, finding in findings.items()
        }

    def changed(
        self, findings: Mapping[str, Finding], causes: Iterable[str]
    ) -> tuple[Suppression, ...]:
        """Return the suppressions without which a result would be another.

        Args:
            findings: as they were found, before `without`.
            causes: insights that would be listed.
        """
        listed = set(causes)
        there = {f.id for f in findings.values() if f.state != "unknown"}
        return tuple(s for s in self.active if s.insight in listed or s.finding in there)


def find(folder: Path | None = None) -> Path | None:
    """Return the project file in a folder or the nearest one above, within its repository."""
    path = os.path  # `pathlib` costs more than a short answer, and few projects have such a file
    try:
        place = path.abspath(folder or os.curdir)
    except OSError:  # the working folder is gone
        return None
    while not path.isfile(path.join(place, NAME)):
        above = path.dirname(place)
        if above == place or path.exists(path.join(place, ".git")):
            return None
        place = above
    from pathlib import Path  # noqa: PLC0415

    return Path(place, NAME)


def load(path: Path | None, index: Index, today: date | None = None) -> Suppressions:
    """Return what a project file says.

    Args:
        path: the file; None says nothing.
        index: the base, which must hold the ids.
        today: the day to judge by; that of the clock in UTC by default.

    Raises:
        UsageError: the file cannot be read, or an entry is not right.
    """
    if path is None:
        return Suppressions()
    from datetime import UTC, datetime  # noqa: PLC0415 (only where a project has such a file)

    entries = _entries(path)
    day = today or datetime.now(UTC).date()
    active, notes = [], []
    for number, entry in enumerate(entries, 1):
        suppression = _entry(entry, f"{path}: entry {number}", index)
        if suppression.until < day.isoformat():
            what = suppression.insight or suppression.finding
            notes.append(
                f"{path.name}: the suppression of {what} ended on {suppression.until} and no longer counts"
            )
        else:
            active.append(suppression)
    return Suppressions(tuple(active), tuple(notes))


def _entries(path: Path) -> list[Any]:
    from kb import yamlfile  # noqa: PLC0415 (only where a project has such a file)
    from kb.errors import KbError  # noqa: PLC0415

    try:
        raw = yamlfile.read_bytes(path, MOST_BYTES)
        data = yamlfile.parse(raw, str(path), dates=True).data
    except KbError as error:
        raise UsageError(str(error.problems[0])) from error
    if data is None:
        return []
    if not isinstance(data, dict):
        raise UsageError(f"{path}: must be a mapping, such as 'suppress: [...]'")
    for key in data:
        if key != "suppress":
            raise UsageError(f"{path}: unknown key {key!r}; known is 'suppress'")
    entries = data.get("suppress") or []
    if not isinstance(entries, list):
        raise UsageError(f"{path}: 'suppress' must be a list")
    return entries


def _entry(entry: Any, place: str, index: Index) -> Suppression:
    if not isinstance(entry, dict):
        raise UsageError(f"{place}: must be a mapping with insight (or finding), reason and until")
    unknown = sorted(str(key) for key in entry.keys() - _KEYS)
    if unknown:
        raise UsageError(
            f"{place}: unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}"
        )
    insight, finding = (_id(entry, key, place) for key in ("insight", "finding"))
    if bool(insight) == bool(finding):
        raise UsageError(f"{place}: name an insight or a finding, one of the two")
    if insight and index.insight(insight) is None:
        raise UsageError(f"{place}: {_unknown(index, insight, ('insight',))}")
    if finding and index.finding(finding) is None:
        raise UsageError(f"{place}: {_unknown(index, finding, ('symptom', 'signature', 'fact'))}")
    reason = entry.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise UsageError(f"{place}: needs a reason")
    until = _day(entry.get("until"), place)
    return Suppression(insight, finding, redact(" ".join(clean(reason).split())), until)


def _unknown(index: Index, wrong: str, kinds: tuple[str, ...]) -> str:
    from diagnose.lookup import unknown_id  # noqa: PLC0415 (only on mistakes)

    return unknown_id(index, wrong, kinds)


def _id(entry: Mapping[Any, Any], key: str, place: str) -> str:
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{place}: {key} must be an id")
    return value.strip()


def _day(value: Any, place: str) -> str:
    """Return the day of an ISO date or time."""
    from datetime import datetime  # noqa: PLC0415 (only where a project has such a file)

    try:
        return datetime.fromisoformat(str(value)).date().isoformat()
    except ValueError:
        raise UsageError(
            f"{place}: needs 'until', the last day on which it holds, such as 2027-01-31"
        ) from None
