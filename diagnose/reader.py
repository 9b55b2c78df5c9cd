"""The reader: from the lines of one source to a `diagnose.reading.Reading`."""

from __future__ import annotations

from collections import Counter

from diagnose import read
from diagnose.course import Course
from diagnose.echoes import LOOKS, MOST_ECHOES, Echo, shaped
from diagnose.findings import Finding, merged
from diagnose.heads import DAY, YEARLESS_END, dated
from diagnose.incidents import ABNORMAL, Gathered
from diagnose.match import Matcher, sureness
from diagnose.mend import mended
from diagnose.prose import LONGEST, Prose
from diagnose.reading import Reading
from diagnose.records import records
from diagnose.scope import Lives, Products
from diagnose.values import Marks, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from typing import IO, TypeAlias

    from diagnose.heads import Head
    from diagnose.match import Hit
    from diagnose.records import Record
    from diagnose.telling import Wanted
    from kb.index import Index

    Shape: TypeAlias = tuple[str, str, bool, str]

FIRST_RECORDS = 500
"""So many records of each source are searched for versions, names and products; later ones only
when they are abnormal or hold a signature that is rarer than `ORDINARY` without a cause."""

ORDINARY = 0.1


class Reader:
    """Reads sources one by one; what it learns about a base it keeps for the next."""

    def __init__(self, index: Index, since: float | None = None, until: float | None = None):
        """Prepare to read.

        Args:
            index: the base.
            since: records before this time do not count, seconds since the epoch.
            until: nor do records after this one.
        """
        self.index = index
        self.since = since
        self.until = until
        self.matcher = Matcher(index)
        self.scope = index.scope()
        self.lives = Lives(self.scope, index)
        self.marks = Marks(index, self.scope)
        self.stop = index.stop_words()
        self.leaks: dict[str, float] = {}
        self._listed: Sequence[Wanted] | None = None

    def text(self, text: str, source: str, tally: read.Tally) -> Reading:
        """Read a text given on the command line or pasted."""
        return self.lines(read.text_lines(text, source, tally), source, tally)

    def file(self, path: Path, tally: read.Tally | None = None) -> Reading:
        """Read one file.

        Raises:
            UsageError: it cannot be read, is broken, or holds no text.
        """
        try:
            with path.open("rb") as stream:
                return self.stream(stream, str(path), tally)
        except OSError as error:
            raise read.unreadable(path, error) from error

    def url(self, url: str, tally: read.Tally | None = None) -> Reading:
        """Read one log in object storage or wherever else fsspec reaches.

        Raises:
            UsageError: it cannot be read, is broken, or holds no text.
        """
        from diagnose.fleet.places import opened  # noqa: PLC0415 (an extra)

        with opened(url) as stream:
            return self.stream(stream, url, tally)

    def stream(self, stream: IO[bytes], source: str, tally: read.Tally | None = None) -> Reading:
        """Read one binary stream, a long one as `diagnose.scan` does.

        Raises:
            UsageError: the content is broken or holds no text.
        """
        from diagnose.scan import Scan  # noqa: PLC0415 (only for logs)

        counted = tally or read.Tally()
        found = Source(self, source)
        scan = Scan(found, self._wanted, counted)
        blocks = read.stream_blocks(stream, source, counted)
        return _reading(found, counted, lambda: scan.run(blocks))

    def lines(self, lines: Iterable[read.Line], source: str, tally: read.Tally) -> Reading:
        """Read the lines of one source; an interruption ends it, and what was read counts.

        Args:
            lines: the lines, all of one source.
            source: its name.
            tally: counts the lines as they are read.
        """
        found = Source(self, source)

        def run() -> None:
            for record in mended(records(lines), self.matcher):
                found.add(record)

        return _reading(found, tally, run)

    def _wanted(self) -> Sequence[Wanted]:
        """Return what the sieve looks for in long logs."""
        if self._listed is None:
            from diagnose.telling import wanted  # noqa: PLC0415 (only for long logs)

            self._listed = wanted(self.index, self.scope)
        return self._listed


def _reading(found: Source, tally: read.Tally, run: Callable[[], None]) -> Reading:
    """Return what was found; an interruption ends the reading, and what was read counts."""
    before = (tally.lines, tally.bytes)
    partial = False
    try:
        run()
    except KeyboardInterrupt:
        partial = True
    return found.reading()._replace(
        lines=tally.lines - before[0],
        bytes=tally.bytes - before[1],
        said=tally.said,
        partial=partial,
    )


class Source:
    """What has been found in one source so far."""

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader = reader
        self.name = name
        self.matcher = reader.matcher
        self.since, self.until = reader.since, reader.until
        self._gathered = Gathered(reader.leaks)
        self._products = Products(reader.scope)
        self._values = Values(reader.marks)
        self._prose = Prose(reader.stop)
        self._findings: dict[str, Finding] = {}
        self._last_event: float | None = None
        self.repeated = 0
        self._echoes: dict[Shape, Echo] = {}
        self._sightings: Counter[str] = Counter()
        self.course = Course()

    def add(self, record: Record) -> None:
        """Take note of the next record."""
        if not self._is_in_time(record.time):
            return
        if self.course.repeats(record):
            self.repeated += len(record.lines)
            return
        shape = (record.level, record.logger, record.header, shaped(record.text))
        echo = self._echoes.get(shape)
        if echo is not None:
            self._again(echo, record.time, record.text, record.lines[-1].number)
            return
        reader = self._reader
        hits = self.matcher.hits(record)
        for hit in hits:
            row = reader.index.finding(hit.signature)
            reader.leaks[hit.signature] = row.leak if row else 1.0
            self._keep(_of_hit(hit, reader.index))
        key = self._gathered.add(record, hits)
        mark = reader.lives.mark(record, hits)
        self.course.add(record, mark)
        self._see(record.time)
        looks = self._tells(record, hits)
        if looks:
            self._products.look(record.logger)
            self._look(record.text)
        if not self._prose.add(record, hits) and record.header and self.matcher.is_settled(record):
            seen = tuple(hit.signature for hit in hits)
            self._remember(shape, Echo(seen, key, mark, [LOOKS if looks else 0]))

    def again(self, head: Head, line: int) -> Echo | None:
        """Take note of a record of one line, if one like it is known, and return what it means."""
        shape = (head.level, head.logger, head.found, shaped(head.text))
        echo = self._echoes.get(shape)
        if echo is None or not self._is_in_time(head.time):
            return None
        if head.time is not None and self.course.repeated(head.time, head.level, head.text):
            self.repeated += 1
        else:
            self._again(echo, head.time, head.text, line)
        return echo

    def heard(self, echo: Echo, count: int, time: float | None, line: int) -> None:
        """Take note of records that were told by their bytes; time and line are the last one's."""
        for signature in echo.signatures:
            self._sightings[signature] += count
        if echo.incident is not None:
            self._gathered.again(echo.incident, time, line, count)
        self.course.records += count
        self._see(time)

    def glance(self, time: float | None, *, header: bool) -> None:
        """Take note of the time of a record that says nothing."""
        if self._is_in_time(time):
            self.course.next(time, "", header=header)
            self._see(time)

    def _again(self, echo: Echo, time: float | None, text: str, line: int) -> None:
        for signature in echo.signatures:
            self._sightings[signature] += 1
        if echo.incident is not None:
            self._gathered.again(echo.incident, time, line)
        self.course.next(time, echo.mark, header=True)
        self._see(time)
        if echo.looks[0]:
            echo.looks[0] -= 1
            self._look(text)

    def _remember(self, shape: Shape, echo: Echo) -> None:
        if len(self._echoes) < MOST_ECHOES:
            self._echoes[shape] = echo

    def _see(self, time: float | None) -> None:
        if time is not None and time > YEARLESS_END:
            self._last_event = max(self._last_event or 0.0, time)

    def _look(self, text: str) -> None:
        part = text[:LONGEST]
        self._products.look(part)
        self._values.look(part)

    def reading(self) -> Reading:
        """Return what was found; how much was read is for the caller to say."""
        return Reading(
            findings=merged(
                finding._replace(count=finding.count + self._sightings[name])
                for name, finding in self._findings.items()
            ),
            incidents=self._gathered.incidents(),
            courses={self.name: self.course.facts()},
            passages=tuple(self._prose.passages),
            ours=self._products.ours,
            other=self._products.other,
            versions=tuple(self._values.versions),
            captured={kind: tuple(found) for kind, found in self._values.captured.items()},
            near=frozenset(self._values.near),
            last_event=self._last_event,
            repeated=self.repeated,
            lines=0,
            bytes=0,
            said=False,
            truncated=self._gathered.truncated,
            partial=False,
        )

    def _keep(self, finding: Finding) -> None:
        """Keep one finding of an id, counted, so that memory does not grow with the log."""
        known = self._findings.get(finding.id)
        both = (finding,) if known is None else (known, finding)
        self._findings[finding.id] = merged(both)[finding.id]

    def _tells(self, record: Record, hits: list[Hit]) -> bool:
        """Ordinary records in the middle of a log name nothing that its start did not."""
        leaks = self._reader.leaks
        return (
            not record.header
            or self.course.records <= FIRST_RECORDS
            or record.level in ABNORMAL
            or any(leaks.get(hit.signature, 1.0) < ORDINARY for hit in hits)
        )

    def _is_in_time(self, named: float | None) -> bool:
        since, until = self.since, self.until
        if (since is None and until is None) or named is None or named < DAY:
            return True
        time = dated(named, until)
        return (since is None or time >= since) and (until is None or time <= until)


def _of_hit(hit: Hit, index: Index) -> Finding:
    row = index.finding(hit.signature)
    text = row.text if row else hit.signature
    return Finding(
        hit.signature, "signature", "present", hit.how, sureness(hit), text,
        hit.text, hit.source, hit.line, hit.span, hit.score, hit.differs,
    )  # fmt: skip
