"""What is said of a fleet: which cause, on how many hosts, since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.report.jsontext import moment
from diagnose.report.plain import clip, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.result import HostResult


class FleetCause(NamedTuple):
    """A cause, or a verdict without one, and the hosts whose logs say so."""

    what: str
    """The id of the insight, else the verdict."""
    hosts: tuple[HostResult, ...]
    since: float | None
    """The earliest time on any host, seconds since the epoch."""


def causes(hosts: Sequence[HostResult]) -> list[FleetCause]:
    """Return what the hosts say, the most widespread cause first, verdicts without a cause last."""
    said: dict[str, list[HostResult]] = {}
    for host in hosts:
        said.setdefault(host.insight or host.verdict, []).append(host)
    order = sorted(said.items(), key=lambda item: (not item[1][0].insight, -len(item[1]), item[0]))
    return [
        FleetCause(
            what,
            tuple(found),
            min((h.since for h in found if h.since is not None), default=None),
        )
        for what, found in order
    ]


def lines(hosts: Sequence[HostResult], width: int) -> list[str]:
    """Return two lines for each cause: on how many of the hosts; since when and on which."""
    return [
        line
        for cause in causes(hosts)
        for line in (
            clip(f"{cause.what}: {len(cause.hosts)} of {len(hosts)} hosts", width),
            f"  {clip(_since(cause.since) + ', '.join(map(_shown, cause.hosts)), width - 2)}",
        )
    ]


def rows(hosts: Sequence[HostResult]) -> list[list[str]]:
    """Return the rows of a table: host, files, cause or verdict, how sure, since, not read."""
    return [
        [
            host.host,
            str(host.files),
            host.insight or host.verdict,
            f"{host.confidence}, {host.probability:.0%}" if host.insight else "",
            moment(host.since) or "",
            str(len(host.unread) or ""),
        ]
        for host in hosts
    ]


def _shown(host: HostResult) -> str:
    name = one_line(host.host)
    return f"{name} ({len(host.unread)} unread)" if host.unread else name


def _since(time: float | None) -> str:
    shown = moment(time)
    return f"since {shown}: " if shown else ""
