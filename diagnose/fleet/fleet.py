"""The diagnosis of a fleet: what all logs say together, and what those of each host say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from diagnose.collect import answers, of_reading
from diagnose.diagnosis import conclude
from diagnose.errors import UsageError
from diagnose.fleet import cluster
from diagnose.fleet.hosts import hosts
from diagnose.reading import places
from diagnose.reading.read import Tally
from diagnose.reading.reading import joined, unread
from diagnose.reading.sources import read_all
from diagnose.redact import redact
from diagnose.result import HostResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from diagnose.collect import Answers
    from diagnose.fleet.cluster import Fleet, Progress
    from diagnose.fleet.work import Outcome
    from diagnose.given import Given
    from diagnose.reading.places import LogFile
    from diagnose.result import Diagnosis
    from kb.index import Index


def listed(given: Given) -> list[LogFile]:
    """Return the logs of the fleet.

    Raises:
        UsageError: there are none, or they cannot be listed.
    """
    files = places.files([*map(str, given.logs), *given.urls])
    if not files:
        raise UsageError("--dask needs logs: give --log with files, a folder or a URL")
    return files


def diagnose(
    files: Sequence[LogFile],
    given: Given,
    index: Index,
    address: str,
    *,
    limit: int,
    progress: Callable[[Progress], None],
) -> Diagnosis:
    """Read the logs on a cluster and return what one machine would say of all, and of each host.

    Raises:
        UsageError: as `cluster.read`, an input is mistaken, or no file could be read.
    """
    told = answers(given, index)  # before much is read: they may be mistaken
    fleet = cluster.read(files, given, index, address, progress)
    if not fleet.partial and not any(outcome.reading for outcome in fleet.outcomes.values()):
        first = next(iter(fleet.outcomes.values())).error
        raise UsageError(f"none of {len(files)} files could be read; the first: {first}")
    return _concluded(files, given, told, index, fleet, limit)


def _concluded(
    files: Sequence[LogFile],
    given: Given,
    told: Answers,
    index: Index,
    fleet: Fleet,
    limit: int,
) -> Diagnosis:
    before = given._replace(logs=(), urls=(), stdin=False)
    after = before._replace(errors=(), symptoms=(), stdin=given.stdin)
    tally = Tally()
    outcomes = [fleet.outcomes[file.name] for file in files if file.name in fleet.outcomes]
    read = [outcome.reading or unread(outcome.error) for outcome in outcomes]
    whole = joined([*read_all(before, index, tally), *read, *read_all(after, index, tally)])
    evidence = of_reading(whole, given, index, told)
    found = conclude(evidence, given, index, limit=limit)
    return found._replace(
        hosts=tuple(_by_host(outcomes, given, told, index)),
        partial=found.partial or fleet.partial,
    )


def _by_host(
    outcomes: Sequence[Outcome], given: Given, told: Answers, index: Index
) -> Iterable[HostResult]:
    given = given._replace(errors=(), logs=(), urls=(), stdin=False)
    by_host: dict[str, list[Outcome]] = defaultdict(list)
    for host, outcome in zip(hosts([o.name for o in outcomes]), outcomes, strict=True):
        by_host[host].append(outcome)
    for host, found in sorted(by_host.items()):
        reading = joined(outcome.reading for outcome in found if outcome.reading)
        evidence = of_reading(reading, given, index, told)
        said = conclude(evidence, given, index, limit=1, questions=0)
        lost = tuple(redact(outcome.error) for outcome in found if outcome.error)
        yield _host(host, len(found), said, lost)


def _host(host: str, files: int, said: Diagnosis, lost: tuple[str, ...]) -> HostResult:
    cause = said.causes[0] if said.causes and said.found else None
    signatures = {proof.finding for proof in cause.evidence} if cause else set()
    times = [
        incident.first
        for incident in said.incidents
        if incident.first is not None and signatures.intersection(incident.signatures)
    ]
    return HostResult(
        host=host,
        files=files,
        verdict=said.verdict,
        insight=cause.insight if cause else "",
        title=cause.title if cause else "",
        probability=cause.probability if cause else 0.0,
        confidence=cause.confidence if cause else "",
        since=min(times, default=None),
        unread=lost,
    )
