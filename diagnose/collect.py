"""Collecting: from what the user gave to findings, incidents and versions."""

from __future__ import annotations

from types import MappingProxyType

from diagnose import suppress
from diagnose.errors import UsageError
from diagnose.findings import ANSWERED, Finding, answered, from_courses, from_fact, merged, misfit
from diagnose.notes import notes
from diagnose.reading import read
from diagnose.reading.prose import description as described
from diagnose.reading.reading import joined
from diagnose.reading.scope import Expressions
from diagnose.reading.sources import read_all
from kb.named import NamedTuple
from kb.pattern import IGNORECASE
from kb.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from diagnose.given import Given
    from diagnose.matching.describe import Description
    from diagnose.reading.incidents import Incident
    from diagnose.reading.reading import Reading
    from kb.index import Index


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
    lines: int
    bytes: int
    truncated: bool
    """Not all that was seen is kept."""
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
    logs: Reading | None = None,
) -> Evidence:
    """Read everything and say what is in it.

    Args:
        given: the inputs.
        index: the base.
        tally: counts while reading; one that raises KeyboardInterrupt stops the reading, and the
            evidence so far is marked partial.
        lines: log lines that were read already, beside the inputs.
        logs: what `read_logs` found in the logs of ``given``, which are not read again then.

    Raises:
        UsageError: an input cannot be read, or an id is unknown.
    """
    said = answers(given, index)  # before much is read: they may be mistaken
    unread = given if logs is None else given._replace(logs=(), urls=(), stdin=False)
    readings = read_all(unread, index, tally or read.Tally(), lines)
    reading = joined(readings if logs is None else (*readings, logs))
    return of_reading(reading, given, index, said)


def read_logs(given: Given, index: Index, tally: read.Tally | None = None) -> Reading:
    """Return what stands in the logs that were given, for those who ask of it again and again.

    Args:
        given: the inputs.
        index: the base.
        tally: counts while reading, as for `collect`.

    Raises:
        UsageError: a log cannot be read.
    """
    only = given._replace(errors=(), symptoms=())
    return joined(read_all(only, index, tally or read.Tally()))


class Answers(NamedTuple):
    """What is known without reading."""

    known: suppress.Suppressions
    findings: list[Finding]


def answers(given: Given, index: Index) -> Answers:
    """Return what the user answered and the project file suppresses.

    Raises:
        UsageError: an id or fact is unknown, the version is none, or the project file is mistaken.
    """
    return Answers(suppress.load(given.project, index), _findings(given, index))


def of_reading(
    reading: Reading, given: Given, index: Index, told: Answers | None = None
) -> Evidence:
    """Return the evidence of what was read and of the answers that were given.

    Args:
        reading: what stands in all sources.
        given: the answers, facts and version count; the sources are read already.
        index: the base.
        told: what `answers` says of them, where it was asked before.

    Raises:
        UsageError: as `answers`.
    """
    told = told or answers(given, index)
    found = list(reading.versions)
    description = _described(reading, index, found)
    said = [
        *told.findings,
        *(description.findings if description else ()),
        *from_courses(index, reading.courses),
    ]
    near = {name: needed.split("\x1f") for name, needed in index.traits("near").items()}
    seen = [
        finding
        for finding in (*said, *reading.findings.values())
        if finding.id not in near or not reading.near.isdisjoint(near[finding.id])
    ]
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
        lines=reading.lines,
        bytes=reading.bytes,
        truncated=reading.truncated,
        events=reading.events,
        logs_read=reading.logs,
        last_event=reading.last_event,
        notes=[*notes(reading, given, found, seen, index), *told.known.notes],
        partial=reading.partial,
        known=told.known,
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
    from diagnose.matching.describe import Description  # noqa: PLC0415 (only for plain words)

    for match in Expressions(index.scope().generations, IGNORECASE).found(text, fold(text)):
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


def _findings(given: Given, index: Index) -> list[Finding]:
    """Return what the user answered, as findings, or refuse what is mistaken."""
    if given.version:
        from kb import versions  # noqa: PLC0415 (few name one)

        if versions.parse(given.version) is None:
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
            from diagnose.lookup import unknown_id  # noqa: PLC0415 (only on mistakes)

            raise UsageError(unknown_id(index, finding_id, ANSWERED))
        found.append(finding)
    names = {fact.name for fact in index.facts()} if given.facts else set()
    for name, value in given.facts:
        if name not in names:
            from diagnose.lookup import nearest  # noqa: PLC0415 (only on mistakes)

            raise UsageError(f"no fact is named {name!r}{nearest(name, sorted(names))}")
        if wrong := misfit(index, name, value):
            raise UsageError(wrong)
        found += from_fact(index, name, value)
    return found
