"""One probe: read the API, the host and, when asked for, the cluster; then facts, then diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import collect
from diagnose.diagnosis import conclude
from diagnose.errors import UsageError
from diagnose.findings import from_fact, merged
from diagnose.probe import metric
from diagnose.probe.facts import facts
from diagnose.probe.focus import Focus, focus
from diagnose.probe.records import KNOWN, PROBED, Gap, Value
from diagnose.probe.settings import target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diagnose.collect import Evidence
    from diagnose.given import Given
    from diagnose.probe.apistate import ApiState
    from diagnose.probe.hoststate import HostState
    from diagnose.probe.kubernetes import ClusterState
    from diagnose.probe.records import Beat
    from diagnose.result import Diagnosis
    from kb.index import Index

SKEW_SAID_S = 5
"""A clock difference from here on is said."""

NOTHING = (
    "nothing could be read: no API is configured (--api URL, PREFECT_API_URL or an active profile) "
    "and no Prefect process runs on this host"
)


class ProbeResult(NamedTuple):
    """What a probe read and what it makes of it."""

    api: ApiState | None
    host: HostState | None
    cluster: ClusterState | None
    about: Focus
    facts: tuple[Value, ...]
    metric: tuple[Beat, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]
    pools: tuple[str, ...] = ()
    """Work pools that were asked for; all when empty."""

    @property
    def known(self) -> tuple[tuple[str, str], ...]:
        """The facts that are known, as (name, value)."""
        return tuple((value.name, value.value) for value in self.facts if value.status == KNOWN)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all could be read."""
        answered = self.api is not None and (self.api.status or self.api.reached == KNOWN)
        processes = self.host is not None and any(p.role != "server" for p in self.host.processes)
        return not (answered or processes or (self.cluster is not None and self.cluster.read))

    @property
    def versions(self) -> tuple[str, ...]:
        """Versions of Prefect: those of the pollers, else that of the server."""
        found = sorted({v for p in self.about.pollers if (v := p.version("prefect"))})
        server = self.api.version if self.api is not None else ""
        return tuple(found) or ((server,) if server else ())


def probe(
    api: str | None = None,
    *,
    host: bool = True,
    network: bool = True,
    kubernetes: bool = False,
    pools: Sequence[str] = (),
    here: bool = False,
    environ: Mapping[str, str] | None = None,
) -> ProbeResult:
    """Read what can be read.

    Args:
        api: base URL of the API; by default what the environment or the active profile configures.
        host: whether to look at this host.
        network: whether to ask the API at all.
        kubernetes: whether to ask the cluster through ``kubectl``.
        pools: work pools to look at; everything when empty.
        here: whether the agent is known to belong on this host.
        environ: environment to read settings from; that of this process by default.

    Raises:
        UsageError: the API's URL or the profile file cannot be used.
    """
    from diagnose.probe import api as api_of  # noqa: PLC0415 (only a probe pays for it)
    from diagnose.probe import host as host_of  # noqa: PLC0415
    from diagnose.probe import kubernetes as kubernetes_of  # noqa: PLC0415

    place = target(api, environ) if network else None
    said = api_of.read(place, pools) if place is not None else None
    seen = host_of.read(place) if host else None
    about = focus(said, seen, here=here or (host and not network))
    found = facts(said, seen, about)
    cluster = kubernetes_of.read(said.running if said is not None else ()) if kubernetes else None
    if cluster is not None:
        found = tuple(sorted((*found, *cluster.facts)))
    gaps = [gap for part in (said, seen, cluster) if part is not None for gap in part.gaps]
    notes = list(place.notes) if place is not None else []
    if said is not None and said.skew is not None and abs(said.skew) > SKEW_SAID_S:
        notes.append(
            f"this host's clock differs from the server's by {abs(said.skew):.0f} s; ages are by the server's"
        )
    if place is None and network:
        notes.append(
            "no API is configured: give --api URL, set PREFECT_API_URL, or activate a profile"
        )
    beats = metric.beats(said) if said is not None else ()
    return ProbeResult(
        said, seen, cluster, about, found, beats, tuple(gaps), tuple(notes), tuple(pools)
    )


def diagnosis(result: ProbeResult, given: Given, index: Index, *, limit: int = 5) -> Diagnosis:
    """Return the diagnosis of the facts, together with whatever else was given.

    Raises:
        UsageError: nothing could be read, or another input cannot be.
    """
    names = {fact.name for fact in index.facts()}
    known = tuple((name, value) for name, value in result.known if name in names)
    if not known:
        raise UsageError(NOTHING)
    evidence = enriched(collect(given, index), result, index)
    told = given._replace(facts=(*given.facts, *known))
    return conclude(evidence, told, index, limit=limit)


def enriched(evidence: Evidence, result: ProbeResult, index: Index) -> Evidence:
    """Return evidence with the probe's facts, what they were read of, and values for commands."""
    kept = [
        finding for finding in evidence.findings.values() if not _is_ours(finding.matched, result)
    ]
    for value in result.facts:
        if value.status == KNOWN:
            kept += from_fact(index, value.name, value.value, f"{PROBED}{value.subject}")
    captured = {kind: list(values) for kind, values in evidence.captured.items()}
    for kind, text in _captures(result):
        values = captured.setdefault(kind, [])
        if text not in values:
            values.append(text)
    versions = evidence.versions or list(result.versions)
    notes = [*evidence.notes, *result.notes]
    return evidence._replace(
        findings=merged(kept), captured=captured, versions=versions, notes=notes
    )


def _is_ours(matched: str, result: ProbeResult) -> bool:
    return any(matched == f"{name}={value}" for name, value in result.known)


def _captures(result: ProbeResult) -> list[tuple[str, str]]:
    """Return values for the placeholders of commands: (type, value)."""
    about = result.about
    found: list[tuple[str, str]] = []
    if about.queue is not None:
        found += [("pool", about.queue.pool), ("queue", about.queue.name)]
    if about.served is not None:
        found.append(("deployment", about.served.name))
    if about.process is not None:
        found.append(("pid", str(about.process.pid)))
        found += [("unit", about.process.unit)] if about.process.unit else []
    found += [
        ("run-id", value.subject.removeprefix("run "))
        for value in result.facts
        if (value.name, value.value) == ("run_process", "dead")
    ]
    return found
