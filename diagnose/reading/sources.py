"""Sources: everything that was given is read, one after the other or several files at once."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import attrgetter

from diagnose.errors import UsageError
from diagnose.reading import read
from diagnose.reading.reader import Reader
from diagnose.reading.reading import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
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
        yield from _logs(given.logs, reader, tally)
    for url in given.urls:
        from diagnose.reading import places  # noqa: PLC0415 (an extra)

        listed = places.files([url])
        for log in listed:
            yield partial(reader.url if len(listed) == 1 else reader.found, log.name, tally)
    if given.stdin:
        yield partial(reader.stream, read.stdin_bytes(), "stdin", tally)
    for source, more in groupby(lines, key=attrgetter("source")):
        yield partial(reader.lines, more, source, tally)


def _logs(
    paths: Sequence[Path], reader: Reader, tally: read.Tally
) -> Iterator[Callable[[], Reading]]:
    """Yield what reads the files and folders that were given.

    Raises:
        UsageError: a file cannot be read, or nothing in the folders can.
    """
    from diagnose.reading.logfiles import log_files  # noqa: PLC0415 (a short answer reads no file)

    listed = [(path, log_files(path)) for path in paths]
    named = frozenset(path for path, found in listed if found == [path])
    files = [file for _, found in listed for file in found]
    readings: list[Reading] = []
    for read_one in _files(files, named, reader, tally):
        yield partial(_kept, read_one, readings)
    unread = [why for found in readings for why in found.unread]
    if unread and not any(found.lines or found.partial for found in readings):
        why = unread[0].removeprefix("not read: ")
        raise UsageError(f"none of {len(files)} files could be read: {why}")


def _kept(read_one: Callable[[], Reading], kept: list[Reading]) -> Reading:
    kept.append(read_one())
    return kept[-1]


def _files(
    files: list[Path], named: frozenset[Path], reader: Reader, tally: read.Tally
) -> Iterator[Callable[[], Reading]]:
    if len(files) > 1:
        from diagnose.reading.parallel import pays, read_files  # noqa: PLC0415 (only for several files)

        if reader.index.path and pays(files):  # processes open the index by its path
            yield partial(read_files, files, reader, tally, named)
            return
    for file in files:
        yield partial(reader.file if file in named else reader.found, file, tally)
