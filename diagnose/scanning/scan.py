"""Scanning: reading a long log without looking at most of it.

The first lines are read in full, as `diagnose.reading.reader` reads a short text. Of the rest the records
are read that the sieve picks, whole, and samples that tell how time went by. What lies between is
counted. So the findings are those of reading everything, with these differences:

- A signature whose words were changed is only recognised in a record that is abnormal or holds one
  of its telling words.
- Plain words of a person, names of products, versions and values are taken from the first lines and
  from records that were picked.
- How often an ordinary signature was seen is counted as long as it is looked for, which ends when
  it stands everywhere. Records that say again what was just said count as events, unless picked.
- In a log that mixes records with lines that have no head, the number of events is estimated.
"""

from __future__ import annotations

from bisect import bisect_right

from diagnose.reading.course import BURST
from diagnose.reading.echoes import Echoes
from diagnose.reading.heads import parse
from diagnose.reading.mend import mended
from diagnose.reading.read import LONG_LINE, block_lines
from diagnose.reading.records import records
from diagnose.scanning.bodies import Heads, bodies
from diagnose.scanning.engines import engine
from diagnose.scanning.feeds import numbered
from diagnose.scanning.sieve import Sieve
from diagnose.scanning.silence import Timed, silences
from kb.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from diagnose.reading.read import Tally
    from diagnose.reading.source import Source
    from diagnose.scanning.engines import Engine
    from diagnose.scanning.telling import Telling

FIRST_LINES = 1000
FIRST_BYTES = 256 * 1024
"""So much of each source is read in full."""

SAMPLES = 8
"""So many lines of a body tell how many of its lines have a head."""

AFTER = BURST + 1
"""So many lines after a gap are read."""


class Scan:
    """Reads one source body by body."""

    def __init__(
        self,
        source: Source,
        telling: Callable[[bytes], Telling],
        tally: Tally,
        make: Callable[[Sequence[bytes]], Engine] = engine,
        *,
        number: int = 1,
    ) -> None:
        """Prepare to read.

        Args:
            source: takes the records.
            telling: chooses the literals of the sieve when there is more than is read in full,
                which is what it is given.
            tally: counts lines; whoever makes the blocks counts their bytes.
            make: makes the engine of the sieve.
            number: of the first line.
        """
        self._source = source
        self._telling = telling
        self._tally = tally
        self._make = make
        self._heads = Heads()
        self._sieve: Sieve | None = None
        self._number = number
        self._full = FIRST_LINES
        self._sampled = self._headed = self._passed = 0
        self._heard = 0
        self._echoes = Echoes()

    def run(self, blocks: Iterable[bytes]) -> None:
        """Read blocks of bytes to their end."""
        try:
            for body in bodies(blocks, self._heads):
                self._tally.said = self._tally.said or _says(body.data)
                self._read(body.data, body.feeds)
                self._number += body.feeds
                self._tally.lines += body.feeds + body.ends
        finally:
            self._source.course.records += self._estimate()
            self._told_by_bytes()

    def _hear(self, body: bytes, start: int, stop: int) -> bool:
        """Count a line that is an echo and a whole record, and say whether it is."""
        after = stop + 1
        if after < len(body) and not self._heads.known(body, after):
            return False
        heard = self._echoes.hear(body[start:after], start)
        self._heard += heard
        return heard

    def _told_by_bytes(self) -> None:
        for heard in self._echoes.all():
            time = parse(heard.last.decode("utf-8", "replace")).time
            self._source.heard(heard.echo, heard.count, time, heard.number)
        self._source.repeated += self._echoes.repeated

    def _estimate(self) -> int:
        """Return how many records there are in the lines that were passed over."""
        passed = max(0, self._passed - self._heard)
        return round(passed * self._headed / self._sampled) if self._sampled else passed

    def _read(self, body: bytes, feeds: int) -> None:
        """Read a body with so many line feeds."""
        if self._heads.any:
            self._source.begins(self._number)
        counts = self._source.placed(body)
        if counts is False:
            return
        first = len(body) if counts is None else self._first(body) if self._full > 0 else 0
        found = records(block_lines(body[:first], self._source.name, self._number))
        for record in mended(found, self._source.matcher) if first else ():
            self._source.add(record)
        lines = body.count(b"\n", 0, first)
        self._full -= lines
        if first == len(body):
            return
        if self._sieve is None:
            self._sieve = Sieve(self._telling(body[:first]), body, self._make)
        self._full = 0
        rest = body[first:] if first else body
        self._pick(rest, self._number + lines, feeds - lines, self._sieve)

    def _first(self, body: bytes) -> int:
        """Return where the part ends that is read in full."""
        rest = body[:FIRST_BYTES].split(b"\n", self._full)
        at = min(len(body), FIRST_BYTES) - (len(rest[-1]) if len(rest) > self._full else 0)
        at = body.rfind(b"\n", 0, at) + 1
        line = 0  # whether the log has heads at all shows in what is read in full
        while not self._heads.any and line < at and not self._heads.begin(body, line):
            line = body.find(b"\n", line) + 1
        while 0 < at < len(body) and not self._heads.begin(body, at):
            at = body.find(b"\n", at) + 1
            if not self._heads.any:
                break
        return at or len(body)

    def _pick(self, body: bytes, number: int, feeds: int, sieve: Sieve) -> None:
        """Read the records that are picked and count the lines between.

        Args:
            body: whole lines.
            number: of the first of them.
            feeds: how many line feeds there are.
            sieve: picks.
        """
        spans: list[tuple[int, int]] = []
        end = 0
        for at, _ in sieve.picked(body, self._hear):
            if at >= end:
                start, end = self._heads.record(body, at, end)
                spans.append((start, end))
        picked = {start for start, _ in spans}
        spans += self._samples(body)
        places = {start for start, _ in spans} | self._echoes.places()
        numbers = numbered(body, number, feeds, places)
        self._echoes.settle(numbers)
        end, before = 0, number
        for start, stop in sorted(spans):
            if start < end:
                continue
            self._pass(numbers[start] - before)
            read = self._record if start in picked else self._glance
            before = numbers[start] + read(body[start:stop], numbers[start])
            if stop < len(body):
                self._source.begins(before)
            end = stop
        self._pass(numbers[len(body)] - before)
        self._sample_heads(body, spans)
        sieve.watch(feeds)

    def _record(self, data: bytes, number: int) -> int:
        """Read one record whose first line has this number, and return how many lines it has."""
        lines = data.count(b"\n")
        if lines == 1 and len(data) < LONG_LINE:
            head = parse(clean(data[:-1].decode("utf-8", "replace").rstrip("\r")))
            if head.found and "\n" not in head.text:
                echo = self._source.again(head, number)
                if echo is not None:
                    if head.first and self._source.window is None:
                        self._echoes.learn(data, echo)
                    return 1
        for record in records(block_lines(data, self._source.name, number)):
            self._source.add(record)
        return lines

    def _glance(self, data: bytes, _number: int) -> int:
        """Take the time of a record that was not picked, and return how many lines it has."""
        self._source.glance(self._heads.at(data, 0).time)
        lines = data.count(b"\n")
        self._passed += lines
        return lines

    def _pass(self, lines: int) -> None:
        """Pass over lines."""
        if lines:
            self._passed += lines
            self._source.course.skip(lines)

    def _samples(self, body: bytes) -> list[tuple[int, int]]:
        """Return the first record, the last, and those around a silence."""
        heads = self._heads
        last = heads.last(body, len(body))
        spans = [heads.record(body, 0), heads.record(body, last)]
        first = Timed(0, heads.at(body, 0).time)
        for before, after in silences(
            heads, body, first, Timed(last, heads.at(body, last).time), self._source.course.usual()
        ):
            spans.append(heads.record(body, before))
            at = after
            for _ in range(AFTER):
                if at < len(body):
                    spans.append(heads.record(body, at))
                    at = spans[-1][1]
        return spans

    def _sample_heads(self, body: bytes, spans: Sequence[tuple[int, int]]) -> None:
        """Look at some of the lines that were passed over: is each a record?"""
        read = sorted(spans)
        for part in range(SAMPLES):
            at = body.rfind(b"\n", 0, part * len(body) // SAMPLES) + 1
            before = bisect_right(read, (at, len(body)))
            if not before or read[before - 1][1] <= at:
                self._sampled += 1
                self._headed += self._heads.begin(body, at)


def _says(body: bytes) -> bool:
    """Say whether there is anything but white space and terminal escapes."""
    text = body.strip()
    parts = (text[:1000], text) if len(text) > 1000 else (text,)
    return any(clean(part.decode("utf-8", "replace")).strip() for part in parts)
