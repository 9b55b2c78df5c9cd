"""A source: what has been found so far in one file, stream or text."""

from __future__ import annotations

from collections import Counter

from diagnose.findings import Finding, merged
from diagnose.matching.stages import sureness
from diagnose.reading.course import Course
from diagnose.reading.echoes import LOOKS, About, Echo, Meanings
from diagnose.reading.incidents import ABNORMAL, Gathered
from diagnose.reading.prose import LONGEST, Prose
from diagnose.reading.reading import Reading
from diagnose.reading.scope import Products
from diagnose.reading.stamps import YEARLESS, dated
from diagnose.reading.values import Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from diagnose.matching.stages import Hit
    from diagnose.reading.heads import Head
    from diagnose.reading.reader import Reader
    from diagnose.reading.records import Record
    from diagnose.reading.window import Window
    from kb.index import Index

FIRST_RECORDS = 500
"""So many records of each source are searched for versions, names and products; later ones only
when they are abnormal or hold a signature that is rarer than `ORDINARY` without a cause."""

ORDINARY = 0.1


class Source:
    """What has been found in one source so far."""

    def __init__(self, reader: Reader, name: str) -> None:
        self.name = name
        self._index = reader.index
        self._leaks = reader.leaks
        self._lives = reader.lives
        self.matcher = reader.matcher
        self._until = reader.until
        self.window = _window(reader.since, reader.until)
        self._is_in = True  # the window: what was read last
        self._left_out = False
        self._gathered = Gathered(reader.leaks, reader.until)
        self._products = Products(reader.scope)
        self._values = Values(reader.marks)
        self._prose = Prose(reader.stop, reader.scope.ours)
        self._findings: dict[str, Finding] = {}
        self._last_event: float | None = None
        self.repeated = 0
        self._meanings = Meanings()
        self._sightings: Counter[str] = Counter()
        self.course = Course()

    def add(self, record: Record) -> None:
        """Take note of the next record."""
        if record.header:
            self._prose.between(record.line, record.lines[-1].number)
        if not self._is_in_time(record.time):
            return
        if self.course.repeats(record):
            self.repeated += len(record.lines)
            return
        text = record.text
        about = About(record.level, record.logger, record.header)
        echo = self._meanings.of(about, text)
        if echo is not None:
            self._again(echo, record.time, text, record.lines[-1].number)
            return
        hits = self.matcher.hits(record)
        for hit in hits:
            row = self._index.finding(hit.signature)
            self._leaks[hit.signature] = row.leak if row else 1.0
            self._keep(_of_hit(hit, self._index))
        key = self._gathered.add(record, hits)
        mark = self._lives.mark(record, hits)
        self.course.add(record, mark)
        self._see(record.time)
        looks = self._tells(record, hits)
        if looks:
            self._products.look(record.logger)
            self._look(text)
        if not self._prose.add(record, hits) and record.header:
            seen = tuple(hit.signature for hit in hits)
            settled = self.matcher.is_settled(record)
            echo = Echo(settled, seen, key, mark, [LOOKS if looks else 0])
            self._meanings.learn(about, text, echo)

    def again(self, head: Head, line: int) -> Echo | None:
        """Take note of a record of one line, if it is an echo, and return what it means."""
        about = About(head.level, head.logger, head.found)
        echo = self._meanings.of(about, head.text)
        if echo is None or not self._is_in_time(head.time):
            return None
        self._prose.between(line, line)
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

    def begins(self, line: int) -> None:
        """Take note that a log record, which is not read, begins with a line."""
        self._prose.above(line)

    def glance(self, time: float | None) -> None:
        """Take note of the time of a record that is counted elsewhere."""
        if self._is_in_time(time):
            self.course.next(time, "", header=False)
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

    def _see(self, time: float | None) -> None:
        if time is not None and time >= YEARLESS:
            self._last_event = max(self._last_event or 0.0, dated(time, self._until))

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
            passages=self._prose.passages,
            ours=self._products.ours,
            other=self._products.other,
            versions=tuple(self._values.versions),
            captured={kind: tuple(found) for kind, found in self._values.captured.items()},
            near=frozenset(self._values.near),
            last_event=self._last_event,
            left_out=self._left_out,
            unread=(),
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
        return (
            not record.header
            or self.course.records <= FIRST_RECORDS
            or record.level in ABNORMAL
            or any(self._leaks.get(hit.signature, 1.0) < ORDINARY for hit in hits)
        )

    def placed(self, body: bytes) -> bool | None:
        """Say whether all records of what comes next lie in the window, or none; None = some do."""
        if self.window is None:
            return True
        lies = self.window.place(body, before=self._is_in)
        if lies is not None:
            self._move(lies)
        return lies

    def _is_in_time(self, named: float | None) -> bool:
        if self.window is None:
            return True
        lies = self.window.holds(named)
        self._move(self._is_in if lies is None else lies)
        return self._is_in

    def _move(self, is_in: bool) -> None:
        self._is_in = is_in
        self._left_out = self._left_out or not is_in


def _window(since: float | None, until: float | None) -> Window | None:
    """Return the window of time that was asked for; None when all times are in it."""
    if since is None and until is None:
        return None
    from diagnose.reading.window import Window  # noqa: PLC0415 (only for a time)

    return Window(since, until)


def _of_hit(hit: Hit, index: Index) -> Finding:
    row = index.finding(hit.signature)
    text = row.text if row else hit.signature
    return Finding(
        hit.signature, "signature", "present", hit.how, sureness(hit), text,
        hit.text, hit.source, hit.line, hit.span, hit.score, hit.differs,
    )  # fmt: skip
