"""The reader: from the lines of one source to a `diagnose.reading.reading.Reading`."""

from __future__ import annotations

from diagnose.errors import UsageError
from diagnose.matching.match import Matcher
from diagnose.reading import read
from diagnose.reading.mend import mended
from diagnose.reading.prose import told
from diagnose.reading.reading import unread
from diagnose.reading.records import records
from diagnose.reading.scope import Lives
from diagnose.reading.source import Source
from diagnose.reading.values import Marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import IO

    from diagnose.reading.read import Readable
    from diagnose.reading.reading import Reading
    from diagnose.scanning.telling import Telling
    from kb.index import Index


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
        self._choose: Callable[[bytes], Telling] | None = None

    def log(self, name: str, tally: read.Tally | None = None) -> Reading:
        """Read one log by its name, a path or a URL.

        Raises:
            UsageError: it cannot be read, is broken, or holds no text.
        """
        if "://" in name:
            return self.url(name, tally)
        from pathlib import Path  # noqa: PLC0415 (a short answer reads no file)

        return self.file(Path(name), tally)

    def text(self, text: str, source: str, tally: read.Tally) -> Reading:
        """Read a text given on the command line or pasted."""
        reading = self.lines(read.text_lines(text, source, tally), source, tally)
        return reading._replace(passages=told(reading.passages, reading.events))

    def file(self, path: Path, tally: read.Tally | None = None) -> Reading:
        """Read one file.

        Raises:
            UsageError: it cannot be read, is broken, or holds no text.
        """
        try:
            with path.open("rb") as stream:
                if (self.since is not None or self.until is not None) and stream.seekable():
                    return self._part(stream, str(path), tally)
                return self.stream(stream, str(path), tally)
        except OSError as error:
            raise read.unreadable(path, error) from error

    def _part(self, stream: IO[bytes], source: str, tally: read.Tally | None) -> Reading:
        """Read of a file what lies in the time that was asked for, where that can be told."""
        from diagnose.reading import seek  # noqa: PLC0415 (only for a time)

        part = seek.part(stream, self.since, self.until)
        if part is None:
            stream.seek(0)
            return self.stream(stream, source, tally)
        reading = self.stream(seek.Piece(stream, part), source, tally, number=part.number)
        is_whole = part.start == 0 and part.end == stream.seek(0, 2)
        return reading if is_whole else reading._replace(left_out=True)

    def found(self, name: Path | str, tally: read.Tally | None = None) -> Reading:
        """Read one log that was found in a folder; one that cannot be read is named."""
        try:
            return self.log(str(name), tally)
        except UsageError as error:
            return unread(str(error))

    def url(self, url: str, tally: read.Tally | None = None) -> Reading:
        """Read one log in object storage or wherever else fsspec reaches.

        Raises:
            UsageError: it cannot be read, is broken, or holds no text.
        """
        from diagnose.reading.places import opened  # noqa: PLC0415 (an extra)

        with opened(url) as stream:
            return self.stream(stream, url, tally)

    def stream(
        self, stream: Readable, source: str, tally: read.Tally | None = None, *, number: int = 1
    ) -> Reading:
        """Read one binary stream, a long one as `diagnose.scanning.scan` does.

        Args:
            stream: what to read.
            source: its name.
            tally: counts while reading.
            number: of its first line.

        Raises:
            UsageError: the content is broken or holds no text.
        """
        from diagnose.scanning.scan import Scan  # noqa: PLC0415 (only for logs)

        counted = tally or read.Tally()
        found = Source(self, source)
        scan = Scan(found, self._telling, counted, number=number)
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

    def _telling(self, start: bytes) -> Telling:
        """Return what chooses the literals for a long log that begins so."""
        if self._choose is None:
            from diagnose.scanning.telling import telling  # noqa: PLC0415 (only for long logs)

            self._choose = telling(self.index, self.scope)
        return self._choose(start)


def _reading(found: Source, tally: read.Tally, run: Callable[[], None]) -> Reading:
    """Return what was found; an interruption ends the reading, and what was read counts."""
    before = (tally.lines, tally.bytes, len(tally.cut))
    partial = False
    try:
        run()
    except KeyboardInterrupt:
        partial = True
    return found.reading()._replace(
        lines=tally.lines - before[0],
        bytes=tally.bytes - before[1],
        said=tally.said,
        unread=tuple(f"not read to its end: {why}" for why in tally.cut[before[2] :]),
        partial=partial,
    )
