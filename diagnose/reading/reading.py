"""Readings: what stands in one source of text, and how several of them make one.

A `Reading` is plain data: made in one process, or on one machine, and merged in another. Merging
the readings of sources in order gives what reading them one after the other gives.
"""

from __future__ import annotations

from diagnose.findings import Finding, merged
from diagnose.reading.course import CourseFacts, continued
from diagnose.reading.incidents import Incident, gathered
from diagnose.reading.prose import MOST_LINES, Passage
from diagnose.reading.values import MOST_VALUES
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LOG_RECORDS = 20
"""A source with so many log records is a log: what would stand in it and does not, is absent."""


class Reading(NamedTuple):
    """What one source, or several in order, say. Frozen, and may be pickled."""

    findings: dict[str, Finding]
    """The signatures that were seen, each once with its best place."""
    incidents: dict[tuple[str, str], Incident]
    """Incidents by source and normal form of what they say, in the order they were first seen."""
    courses: dict[str, CourseFacts]
    """Source -> how time went by in it."""
    passages: tuple[Passage, ...]
    """Lines that a person wrote."""
    ours: bool
    """This base's products or their parts are named."""
    other: bool
    """Another product is named."""
    versions: tuple[str, ...]
    captured: dict[str, tuple[str, ...]]
    """Type of placeholder -> values that were named, in order."""
    near: frozenset[str]
    """Texts that stand somewhere and that a signature needs nearby."""
    last_event: float | None
    left_out: bool
    """Something lies out of the time that was asked for."""
    unread: tuple[str, ...]
    """What could not be read, or not to its end, and why; each ready to be shown."""
    repeated: int
    """Lines that say again what was said at the very same time."""
    lines: int
    bytes: int
    said: bool
    """Something other than white space was read."""
    truncated: bool
    partial: bool
    """Reading was stopped before the end."""

    @property
    def events(self) -> int:
        """Log records that were read."""
        return sum(course.records for course in self.courses.values())

    @property
    def logs(self) -> int:
        """Sources that are logs long enough for the absence of a line to speak."""
        return sum(course.records >= LOG_RECORDS for course in self.courses.values())


NOTHING = Reading(
    findings={}, incidents={}, courses={}, passages=(), ours=False, other=False, versions=(),
    captured={}, near=frozenset(), last_event=None, left_out=False, unread=(), repeated=0, lines=0, bytes=0, said=False,
    truncated=False, partial=False,
)  # fmt: skip
"""The reading of no source at all."""


def unread(why: str) -> Reading:
    """Return the reading of a source that could not be read."""
    return NOTHING._replace(unread=(f"not read: {why}",))


def joined(readings: Iterable[Reading]) -> Reading:
    """Return several readings as one, as if their sources had been read one after the other."""
    found = NOTHING
    for reading in readings:
        found = reading if found is NOTHING else _both(found, reading)
    return found


def _both(one: Reading, two: Reading) -> Reading:
    incidents, full = gathered(one.incidents, two.incidents)
    return Reading(
        findings=merged((*one.findings.values(), *two.findings.values())),
        incidents=incidents,
        courses=continued(one.courses, two.courses),
        passages=(*one.passages, *two.passages)[:MOST_LINES],
        ours=one.ours or two.ours,
        other=one.other or two.other,
        versions=_once(one.versions, two.versions),
        captured={
            kind: _once(one.captured.get(kind, ()), two.captured.get(kind, ()))[:MOST_VALUES]
            for kind in (*one.captured, *(k for k in two.captured if k not in one.captured))
        },
        near=one.near | two.near,
        last_event=max(one.last_event or 0.0, two.last_event or 0.0) or None,
        left_out=one.left_out or two.left_out,
        unread=(*one.unread, *two.unread),
        repeated=one.repeated + two.repeated,
        lines=one.lines + two.lines,
        bytes=one.bytes + two.bytes,
        said=one.said or two.said,
        truncated=one.truncated or two.truncated or full,
        partial=one.partial or two.partial,
    )


def _once(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *two)))
