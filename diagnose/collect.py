"""Collecting: from what the user gave to findings, incidents and versions."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from diagnose import read, suppress
from diagnose.errors import UsageError
from diagnose.findings import Finding, answered, from_fact, merged
from diagnose.incidents import ABNORMAL, Course, Gathered, Incident
from diagnose.match import Hit, Matcher, sureness
from diagnose.mend import mended
from diagnose.prose import LONGEST, Prose
from diagnose.records import DAY, YEARLESS_END, Record, dated, records
from diagnose.scope import Expressions, Lives, Products
from kb import versions
from kb.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from diagnose.describe import Description
    from kb.index import Index

FIRST_RECORDS = 500
"""So many records of each source are searched for versions, names and products; later ones only
when they are abnormal or hold a signature that is rarer than `ORDINARY` without a cause."""

ORDINARY = 0.1

LOG_RECORDS = 20
"""A source with so many log records is a log: what would stand in it and does not, is absent."""


class Given(NamedTuple):
    """Everything a user can give, as given."""

    errors: tuple[str, ...] = ()
    logs: tuple[Path, ...] = ()
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
    known = suppress.load(given.project, index)
    evidence = _Collector(given, index, tally, lines).run()
    return evidence._replace(known=known, notes=[*evidence.notes, *known.notes])


class _Collector:
    def __init__(
        self, given: Given, index: Index, tally: read.Tally | None, lines: Iterable[read.Line]
    ) -> None:
        self.given = given
        self.lines = lines
        self.index = index
        scope = index.scope()
        self.matcher = Matcher(index)
        self.tally = tally or read.Tally()
        self.near = {name: near.split("\x1f") for name, near in index.traits("near").items()}
        self.leaks: dict[str, float] = {}
        self.gathered = Gathered(self.leaks)
        self.products = Products(scope)
        self.lives = Lives(scope, index)
        self.findings: list[Finding] = []
        self.seen: dict[str, Finding] = {}
        self.prose = Prose(index.stop_words())
        self.near_seen: set[str] = set()
        self.versions: list[str] = []
        self.captured: dict[str, list[str]] = {}
        self.courses: dict[str, Course] = {}
        self.notes: list[str] = []
        self.last_event: float | None = None
        self.repeated = 0
        self.partial = False
        self._version_marks = Expressions(scope.versions, re.IGNORECASE)
        self._said_versions = Expressions(scope.generations, re.IGNORECASE)
        self._captures = {kind: Expressions(found) for kind, found in scope.captures.items()}

    def run(self) -> Evidence:
        self._answers()
        try:
            for record in mended(records(self._lines()), self.matcher):
                self._record(record)
        except KeyboardInterrupt:
            self.partial = True
        description = self._description()
        self._order()
        self._version()
        found = merged(f for f in (*self.findings, *self.seen.values()) if self._near(f))
        return Evidence(
            findings=found,
            incidents=self.gathered.incidents(),
            versions=self.versions,
            description=description,
            words="\n".join(description.passages) if description else "",
            ours=self.products.ours,
            foreign=self.products.foreign,
            captured=self.captured,
            unread=frozenset(self.given.unknown_symptoms),
            tally=self.tally,
            events=sum(course.records for course in self.courses.values()),
            logs_read=sum(course.records >= LOG_RECORDS for course in self.courses.values()),
            last_event=self.last_event,
            notes=self.notes,
            partial=self.partial,
            repeated=self.repeated,
        )

    def _lines(self) -> Iterator[read.Line]:
        for number, error in enumerate(self.given.errors, 1):
            name = "error" if len(self.given.errors) == 1 else f"error {number}"
            yield from read.text_lines(error, name, self.tally)
        for text in self.given.symptoms:
            if self.index.finding(text) is None:
                yield from read.text_lines(text, "symptom", self.tally)
        for path in self.given.logs:
            for file in read.log_files(path):
                yield from read.file_lines(file, self.tally)
        if self.given.stdin:
            yield from read.stream_lines(read.stdin_bytes(), "stdin", self.tally)
        yield from self.lines

    def _record(self, record: Record) -> None:
        if not self._in_time(record):
            return
        course = self.courses.setdefault(record.source, Course())
        if course.repeats(record):
            self.repeated += len(record.lines)
            return
        hits = self.matcher.hits(record)
        for hit in hits:
            row = self.index.finding(hit.signature)
            self.leaks[hit.signature] = row.leak if row else 1.0
        self.gathered.add(record, hits)
        course.add(record, self.lives.mark(record, hits))
        if record.time is not None and record.time > YEARLESS_END:
            self.last_event = max(self.last_event or 0.0, record.time)
        for hit in hits:
            self._keep(_of_hit(hit, self.index))
        if self._tells(record, hits, course):
            self.products.look(record.logger)
            self._look(record.text[:LONGEST])
        self.prose.add(record, hits)

    def _keep(self, finding: Finding) -> None:
        """Keep one finding of an id, counted, so that memory does not grow with the log."""
        known = self.seen.get(finding.id)
        both = (finding,) if known is None else (known, finding)
        self.seen[finding.id] = merged(both)[finding.id]

    def _tells(self, record: Record, hits: list[Hit], course: Course) -> bool:
        """Ordinary records in the middle of a log name nothing that its start did not."""
        return (
            not record.header
            or course.records <= FIRST_RECORDS
            or record.level in ABNORMAL
            or any(self.leaks.get(hit.signature, 1.0) < ORDINARY for hit in hits)
        )

    def _in_time(self, record: Record) -> bool:
        since, until = self.given.since, self.given.until
        if (since is None and until is None) or record.time is None or record.time < DAY:
            return True
        time = dated(record.time, until)
        return (since is None or time >= since) and (until is None or time <= until)

    def _look(self, text: str) -> None:
        """Note products, versions, values for placeholders and texts that signatures need nearby."""
        self.products.look(text)
        folded = fold(text)
        self._versions(self._version_marks, text, folded)
        for kind, patterns in self._captures.items():
            for match in patterns.found(text, folded):
                known = self.captured.setdefault(kind, [])
                if match[1] not in known and len(known) < 50:
                    known.append(match[1])
        self.near_seen |= {n for near in self.near.values() for n in near if fold(n) in folded}

    def _versions(self, patterns: Expressions, text: str, folded: str) -> None:
        for match in patterns.found(text, folded):
            if match[1] not in self.versions:
                self.versions.append(match[1])

    def _description(self) -> Description | None:
        text = self.prose.text(sum(course.records for course in self.courses.values()))
        if not text:
            return None
        from diagnose.describe import Description  # noqa: PLC0415 (only for plain words)

        self._versions(self._said_versions, text, fold(text))
        description = Description(text, self.index, self.index.vocabulary())
        for told in description.told():
            row = self.index.finding(told.symptom)
            if row is not None:
                passage = description.passages[told.passage]
                self.findings.append(
                    Finding(
                        row.id,
                        row.kind,
                        told.state,
                        "lexical",
                        description.trust * told.score,
                        row.text,
                        passage[:300],
                        "description",
                        0,
                        (0, 0),
                        round(told.score, 3),
                        told.phrasing,
                    )
                )
        return description

    def _answers(self) -> None:
        given = self.given
        said = [(s, "present") for s in given.symptoms if self.index.finding(s)]
        said += [(s, "absent") for s in given.no_symptoms]
        said += [(s, "unknown") for s in given.unknown_symptoms]
        for finding_id, state in said:
            finding = answered(self.index, finding_id, state)
            if finding is None:
                raise UsageError(
                    unknown_id(self.index, finding_id, ("symptom", "signature", "fact"))
                )
            self.findings.append(finding)
        names = {fact.name for fact in self.index.facts()} if given.facts else set()
        for name, value in given.facts:
            if name not in names:
                raise UsageError(f"no fact is named {name!r}{nearest(name, sorted(names))}")
            self.findings += from_fact(self.index, name, value)

    def _near(self, finding: Finding) -> bool:
        needed = self.near.get(finding.id)
        return not needed or any(text in self.near_seen for text in needed)

    def _order(self) -> None:
        """Turn the course of time into facts."""
        for source, course in sorted(self.courses.items()):
            told = (
                ("uptimes_shrinking", course.shrinking()),
                ("running_at_end_of_log", course.running()),
                ("log_gap_then_burst", course.gap_then_burst or None),
            )
            for name, value in told:
                if value is not None:
                    self.findings += from_fact(self.index, name, str(value).lower(), source)

    def _version(self) -> None:
        if self.given.version:
            if versions.parse(self.given.version) is None:
                raise UsageError(
                    f"--prefect-version {self.given.version!r} is not a version such as 2.10.4 or 3.x"
                )
            self.versions = [self.given.version]
            return
        printed = self.index.traits("versions")
        for finding in (*self.findings, *self.seen.values()):
            window = printed.get(finding.id)
            if window and finding.state == "present" and finding.how in ("exact", "normalised"):
                self.notes.append(f"{finding.text!r} is printed by versions {window}")


def _of_hit(hit: Hit, index: Index) -> Finding:
    row = index.finding(hit.signature)
    text = row.text if row else hit.signature
    return Finding(
        hit.signature, "signature", "present", hit.how, sureness(hit), text,
        hit.text, hit.source, hit.line, hit.span, hit.score, hit.differs,
    )  # fmt: skip


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
