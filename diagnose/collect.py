"""Collecting: from what the user gave to findings, incidents and versions."""

from __future__ import annotations

import re
from types import MappingProxyType

from diagnose import read, suppress
from diagnose.errors import UsageError
from diagnose.findings import Finding, answered, from_fact, merged
from diagnose.prose import description as described
from diagnose.reading import joined
from diagnose.scope import Expressions
from diagnose.sources import read_all
from kb import versions
from kb.named import NamedTuple
from kb.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from diagnose.describe import Description
    from diagnose.incidents import Incident
    from diagnose.reading import Reading
    from kb.index import Index


class Given(NamedTuple):
    """Everything a user can give, as given."""

    errors: tuple[str, ...] = ()
    logs: tuple[Path, ...] = ()
    urls: tuple[str, ...] = ()
    """Logs elsewhere: URLs of `diagnose.fleet.places`."""
    stdin: bool = False
    symptoms: tuple[str, ...] = ()
    """Ids, or descriptions in plain words."""
    no_symptoms: tuple[str, ...] = ()
    unknown_symptoms: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    version: str = ""
    since: float | None = None
    until: float | None = None
    project: Path | None = None
    """The project file with what is known and is not to be told again."""


class Evidence(NamedTuple):
    """What was found in what was given."""

    findings: dict[str, Finding]
    incidents: list[Incident]
    versions: list[str]
    description: Description | None
    words: str
    """All plain words."""
    ours: bool
    """The input names this base's products or their parts."""
    foreign: bool
    """It names another product and nothing of this base's."""
    captured: dict[str, list[str]]
    """Type of placeholder -> values that were named, most recent last."""
    unread: frozenset[str]
    """Findings the user cannot answer."""
    tally: read.Tally
    events: int
    """Log records that were read."""
    logs_read: int
    """Sources that are logs long enough for the absence of a line to speak."""
    last_event: float | None
    notes: list[str]
    partial: bool = False
    excluded: Mapping[str, str] = MappingProxyType({})
    """Insight -> why the user rules it out."""
    known: suppress.Suppressions = suppress.Suppressions()
    """What the project file suppresses."""
    repeated: int = 0
    """Lines that say again what was said at the very same time."""


def collect(
    given: Given,
    index: Index,
    tally: read.Tally | None = None,
    lines: Iterable[read.Line] = (),
) -> Evidence:
    """Read everything and say what is in it.

    Args:
        given: the inputs.
        index: the base.
        tally: counts while reading; one that raises KeyboardInterrupt stops the reading, and the
            evidence so far is marked partial.
        lines: log lines that were read already, beside the inputs.

    Raises:
        UsageError: an input cannot be read, or an id is unknown.
    """
    _check(given, index)  # before much is read
    counted = tally or read.Tally()
    return of_reading(joined(read_all(given, index, counted, lines)), given, index, counted)


def of_reading(reading: Reading, given: Given, index: Index, tally: read.Tally) -> Evidence:
    """Return the evidence of what was read and of the answers that were given.

    Args:
        reading: what stands in all sources.
        given: the answers, facts and version count; the sources are read already.
        index: the base.
        tally: how much was read.

    Raises:
        UsageError: an id or fact is unknown, or the version is none.
    """
    known = suppress.load(given.project, index)
    evidence = _evidence(reading, _answers(given, index), given, index, tally)
    return evidence._replace(known=known, notes=[*evidence.notes, *known.notes])


def _check(given: Given, index: Index) -> None:
    """Refuse answers, facts and a project file that are mistaken."""
    suppress.load(given.project, index)
    _answers(given, index)


def _evidence(
    reading: Reading, answers: list[Finding], given: Given, index: Index, tally: read.Tally
) -> Evidence:
    found = list(reading.versions)
    description = _described(reading, index, found)
    said = [*answers, *(description.findings if description else ()), *_order(reading, index)]
    near = {name: needed.split("\x1f") for name, needed in index.traits("near").items()}
    seen = [
        finding
        for finding in (*said, *reading.findings.values())
        if finding.id not in near or not reading.near.isdisjoint(near[finding.id])
    ]
    tally.truncated = tally.truncated or reading.truncated
    words = description.description if description else None
    return Evidence(
        findings=merged(seen),
        incidents=list(reading.incidents.values()),
        versions=[given.version] if given.version else found,
        description=words,
        words="\n".join(words.passages) if words else "",
        ours=reading.ours,
        foreign=reading.other and not reading.ours,
        captured={kind: list(values) for kind, values in reading.captured.items()},
        unread=frozenset(given.unknown_symptoms),
        tally=tally,
        events=reading.events,
        logs_read=reading.logs,
        last_event=reading.last_event,
        notes=[] if given.version else _printed_by(seen, index),
        partial=reading.partial,
        repeated=reading.repeated,
    )


class _Described(NamedTuple):
    description: Description
    findings: list[Finding]


def _described(reading: Reading, index: Index, found: list[str]) -> _Described | None:
    """Return what the plain words say, and add the versions that they name to those found."""
    text = described(reading.passages, reading.events)
    if not text:
        return None
    from diagnose.describe import Description  # noqa: PLC0415 (only for plain words)

    for match in Expressions(index.scope().generations, re.IGNORECASE).found(text, fold(text)):
        if match[1] not in found:
            found.append(match[1])
    words = Description(text, index, index.vocabulary())
    findings = []
    for told in words.told():
        row = index.finding(told.symptom)
        if row is not None:
            findings.append(
                Finding(
                    row.id,
                    row.kind,
                    told.state,
                    "lexical",
                    words.trust * told.score,
                    row.text,
                    words.passages[told.passage][:300],
                    "description",
                    0,
                    (0, 0),
                    round(told.score, 3),
                    told.phrasing,
                )
            )
    return _Described(words, findings)


def _answers(given: Given, index: Index) -> list[Finding]:
    """Return what the user answered, as findings, or refuse what is mistaken."""
    if given.version and versions.parse(given.version) is None:
        raise UsageError(
            f"--prefect-version {given.version!r} is not a version such as 2.10.4 or 3.x"
        )
    said = [(s, "present") for s in given.symptoms if index.finding(s)]
    said += [(s, "absent") for s in given.no_symptoms]
    said += [(s, "unknown") for s in given.unknown_symptoms]
    found = []
    for finding_id, state in said:
        finding = answered(index, finding_id, state)
        if finding is None:
            raise UsageError(unknown_id(index, finding_id, ("symptom", "signature", "fact")))
        found.append(finding)
    names = {fact.name for fact in index.facts()} if given.facts else set()
    for name, value in given.facts:
        if name not in names:
            raise UsageError(f"no fact is named {name!r}{nearest(name, sorted(names))}")
        found += from_fact(index, name, value)
    return found


def _order(reading: Reading, index: Index) -> Iterator[Finding]:
    """Turn the course of time into facts."""
    for source, course in sorted(reading.courses.items()):
        told = (
            ("uptimes_shrinking", course.shrinking),
            ("running_at_end_of_log", course.running),
            ("log_gap_then_burst", course.gap_then_burst or None),
        )
        for name, value in told:
            if value is not None:
                yield from from_fact(index, name, str(value).lower(), source)


def _printed_by(findings: Iterable[Finding], index: Index) -> list[str]:
    """Say of signatures that only some versions print which versions these are."""
    printed = index.traits("versions")
    return [
        f"{finding.text!r} is printed by versions {printed[finding.id]}"
        for finding in findings
        if finding.id in printed
        and finding.state == "present"
        and finding.how in ("exact", "normalised")
    ]


def unknown_id(index: Index, wrong: str, kinds: Iterable[str] | None = None) -> str:
    """Return the line that says an id is not known and names the nearest ones."""
    ids = [entity for entity, kind, _ in index.names() if kinds is None or kind in kinds]
    what = "id" if kinds is None else f"{' or '.join(kinds)} id"
    return f"{wrong!r} is no known {what}{nearest(wrong, ids)}"


def nearest(wrong: str, words: Iterable[str]) -> str:
    """Return `` (did you mean ...?)`` with the nearest words, or nothing."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 (only on mistakes)

    found = process.extract(wrong, list(words), scorer=fuzz.WRatio, limit=3, score_cutoff=55)
    names = [name for name, _, _ in found]
    return f" (did you mean {', '.join(names)}?)" if names else ""
