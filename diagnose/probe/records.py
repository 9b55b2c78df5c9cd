"""What a probe finds, as plain records: values, gaps and the metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

KNOWN, UNKNOWN, FORBIDDEN, UNREACHABLE = "known", "unknown", "forbidden", "unreachable"
"""How a value came out; only a known one is evidence, the others never count as absent."""


CUT = "too many"
"""The part of a gap that tells of more pools or rows than are read."""

PROBED = "probe: "
"""How sources of findings begin that were read by a probe."""


class Value(NamedTuple):
    """One fact as read, or why it could not be."""

    name: str
    value: str
    subject: str
    """What it was read of, such as ``queue agents/default`` or ``process 4711``."""
    status: str = KNOWN
    why: str = ""
    """Why it is not known."""


class Gap(NamedTuple):
    """A part of the API, the host or the cluster that could not be read."""

    part: str
    status: str
    line: str
    code: int = 0
    """HTTP status of a refusal."""


def weighty(gaps: Iterable[Gap]) -> list[Gap]:
    """Return what an operator should be told of; what a release just does not offer is not."""
    return [gap for gap in gaps if gap.part in ("api", CUT) or gap.status != UNKNOWN]


class Beat(NamedTuple):
    """The metric for one queue, worker or runner: seconds since its last heartbeat."""

    kind: str
    """``queue`` (what an agent or worker polls), ``worker`` or ``runner`` (a served deployment)."""
    pool: str
    queue: str
    name: str
    seconds: float
