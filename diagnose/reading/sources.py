"""Sources: everything that was given is read, one after the other or several files at once."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import attrgetter

from diagnose.reading import read
from diagnose.reading.reader import Reader
from diagnose.reading.reading import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from diagnose.given import Given
    from diagnose.reading.reading import Reading
    from kb.index import Index


def read_all(
    given: Given, index: Index, tally: read.Tally, lines: Iterable[read.Line] = ()
) -> Iterator[Reading]:
    """Yield the reading of each source in order; one that was stopped is the last."""
    reader = Reader(index, given.since, given.until)
    try:
        for read_one in _sources(given, reader, tally, lines):
            found = read_one()
            yield found
            if found.partial:
                return
    except KeyboardInterrupt:
        yield NOTHING._replace(partial=True)


def _sources(
    given: Given, reader: Reader, tally: read.Tally, lines: Iterable[read.Line]
) -> Iterator[Callable[[], Reading]]:
    for number, error in enumerate(given.errors, 1):
        name = "error" if len(given.errors) == 1 else f"error {number}"
        yield partial(reader.text, error, name, tally)
    for text in given.symptoms:
        if reader.index.finding(text) is None:
            yield partial(reader.text, text, "symptom", tally)
    if given.logs:
        from diagnose.reading.logfiles import log_files  # noqa: PLC0415 (a short answer reads no file)

        files = [file for path in given.logs for file in log_files(path)]
        yield from _files(files, reader, tally)
    for url in given.urls:
        from diagnose.reading import places  # noqa: PLC0415 (an extra)

        for log in places.files([url]):
            yield partial(reader.url, log.name, tally)
    if given.stdin:
        yield partial(reader.stream, read.stdin_bytes(), "stdin", tally)
    for source, more in groupby(lines, key=attrgetter("source")):
        yield partial(reader.lines, more, source, tally)


def _files(files: list[Path], reader: Reader, tally: read.Tally) -> Iterator[Callable[[], Reading]]:
    if len(files) > 1:
        from diagnose.reading.parallel import pays, read_files  # noqa: PLC0415 (only for several files)

        if pays(files):
            yield partial(read_files, files, reader, tally)
            return
    for file in files:
        yield partial(reader.file, file, tally)
