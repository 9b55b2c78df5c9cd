"""Reading: any bytes from anywhere become numbered lines of clean text.

Files and streams are read in blocks, so that memory does not grow with their size. A line longer
than `LONG_LINE` is handed on in overlapping pieces of the same number.
"""

from __future__ import annotations

import codecs
import sys

from diagnose.errors import CutError, UsageError
from kb.named import NamedTuple
from kb.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO, Any, Protocol, TypeVar

    _Read = TypeVar("_Read")

    class Readable(Protocol):
        """Gives bytes."""

        def read(self, size: int, /) -> bytes:
            """Return so many bytes, fewer or none at the end."""


BLOCK = 256 * 1024
MAGIC = 16
"""So many bytes tell the encoding and the compression."""

LONG_LINE = 64 * 1024
OVERLAP = 1024

GZIP, BZIP2, XZ, ZSTD = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
"""How compressed data begins."""

SAMPLE = 8192
BINARY = 0.02
"""A file whose first `SAMPLE` bytes hold zeros and a greater share of control characters is no text;
of random bytes these are a tenth, of a tar archive of texts a twentieth."""

_CONTROLS = bytes(n for n in range(32) if n not in b"\b\t\n\f\r\x1b")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Line(NamedTuple):
    """One line of input: which source, which line (1-based), its clean text."""

    source: str
    number: int
    text: str


class Tally:
    """How much was read, for the `input` part of the result."""

    __slots__ = ("bytes", "cut", "lines", "said")

    def __init__(self) -> None:
        self.cut: list[str] = []
        """Why sources were not read to their end, of those that are broken there."""
        self.lines = 0
        self.bytes = 0
        self.said = False
        """Something other than white space was read."""

    def advance(self, size: int) -> None:
        """Count bytes that were read; who wants to know how far it is, or to stop, does it here.

        Raises:
            KeyboardInterrupt: reading is to stop; what was read counts.
        """
        self.bytes += size

    def end(self) -> None:
        """Take note that nothing more will be read."""


def text_lines(text: str, source: str, tally: Tally) -> Iterator[Line]:
    """Yield the lines of a text given on the command line or pasted."""
    data = text.encode("utf-8", "surrogateescape")
    tally.advance(len(data))
    yield from _numbered([data], source, tally)


def file_lines(path: Path, tally: Tally) -> Iterator[Line]:
    """Yield the lines of one file, decompressed.

    Raises:
        UsageError: the file cannot be read, is broken, or holds no text.
    """
    try:
        with path.open("rb") as stream:
            yield from stream_lines(stream, str(path), tally)
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> UsageError:
    """Return the line that says why a file cannot be read."""
    return UsageError(f"{path}: cannot be read ({error.strerror or error})")


def stream_lines(stream: Readable, source: str, tally: Tally) -> Iterator[Line]:
    """Yield the lines of a binary stream, decompressed.

    Raises:
        UsageError: the content is broken or holds no text.
    """
    yield from _numbered(_checked(stream, source, tally), source, tally)


def stream_blocks(stream: Readable, source: str, tally: Tally) -> Iterator[bytes]:
    """Yield blocks of a binary stream, decompressed, in UTF-8 or what was meant to be it.

    Raises:
        UsageError: the content is broken or holds no text.
    """
    blocks = _checked(stream, source, tally)
    first = next(blocks, b"")
    if first.startswith(_UTF16):
        texts = _decoded(chained(first, blocks))
        yield from (text.encode("utf-8", "replace") for text in texts)
    else:
        yield from chained(first.removeprefix(codecs.BOM_UTF8), blocks)


def _checked(stream: Readable, source: str, tally: Tally) -> Iterator[bytes]:
    from diagnose.reading.unpack import unpacked  # noqa: PLC0415 (a short answer reads no stream)

    blocks = _until_cut(_counted(unpacked(_blocks(stream), source), tally), tally)
    zeros, first = _from_text_on(blocks)
    if _is_binary(first, zeros=zeros) and not first.startswith(_UTF16):
        raise UsageError(f"{source}: looks like a binary file; give a text log or a compressed one")
    yield from chained(first, blocks)


def _until_cut(blocks: Iterator[bytes], tally: Tally) -> Iterator[bytes]:
    """Yield blocks as far as they can be read; why there are no more is kept."""
    try:
        yield from blocks
    except CutError as error:
        tally.cut.append(str(error))


def _from_text_on(blocks: Iterator[bytes]) -> tuple[bool, bytes]:
    """Return whether zeros were left out, and the first block from where they end.

    They stand before a log that was emptied while it was written to.
    """
    zeros = False
    for block in blocks:
        text = block.lstrip(b"\0")
        zeros = zeros or len(text) < len(block)
        if text:
            return zeros, text
    return zeros, b""


def _is_binary(start: bytes, *, zeros: bool) -> bool:
    """Say of the start of a file that it is no text, into which a few control characters may get.

    Args:
        start: the first block.
        zeros: whether zeros stood before it.
    """
    start = start[:SAMPLE]
    controls = len(start) - len(start.translate(None, _CONTROLS))
    return (zeros or b"\0" in start) and (not start or controls > len(start) * BINARY)


def stdin_bytes() -> IO[bytes]:
    """Return standard input as bytes."""
    stream: Any = sys.stdin
    binary: IO[bytes] = getattr(stream, "buffer", stream)
    return binary


def _blocks(stream: Readable) -> Iterator[bytes]:
    """Yield what is there, without waiting for a full block: a pipe may trickle for hours."""
    read = getattr(stream, "read1", stream.read)
    first = b""
    while len(first) < MAGIC and (more := read(BLOCK)):
        first += more
    if first:
        yield first
    while block := read(BLOCK):
        yield block


def _counted(blocks: Iterable[bytes], tally: Tally) -> Iterator[bytes]:
    for block in blocks:
        tally.advance(len(block))
        yield block


def until_stopped(read: Iterable[_Read], stopped: list[KeyboardInterrupt]) -> Iterator[_Read]:
    """Yield what is read; an interruption of the reading ends it and is kept."""
    try:
        yield from read
    except KeyboardInterrupt as interruption:
        stopped.append(interruption)


def chained(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a block that was looked at, and those that follow it."""
    if first:
        yield first
    yield from rest


def is_plain(start: bytes) -> bool:
    """Say of the first `MAGIC` bytes of a file that it is neither compressed nor UTF-16."""
    return not start.startswith((GZIP, BZIP2, XZ, ZSTD, *_UTF16))


def _numbered(blocks: Iterable[bytes], source: str, tally: Tally) -> Iterator[Line]:
    """Decode, split at line ends, cut long lines into overlapping pieces."""
    number = 0
    for ended, piece in _pieces(_decoded(blocks)):
        text = clean(piece.rstrip("\r"))
        tally.said = tally.said or bool(text.strip())
        yield Line(source, number + 1, text)
        if ended:
            number += 1
            tally.lines += 1


def _decoded(blocks: Iterable[bytes]) -> Iterator[str]:
    decoder: codecs.IncrementalDecoder | None = None
    for block in blocks:
        if decoder is None:
            decoder = codecs.getincrementaldecoder(_encoding(block))("replace")
        yield decoder.decode(block)
    if decoder is not None:
        yield decoder.decode(b"", final=True)


def _encoding(start: bytes) -> str:
    if start.startswith(_UTF16):
        return "utf-16"
    marked = len(start) < len(codecs.BOM_UTF8) or start.startswith(codecs.BOM_UTF8)
    return "utf-8-sig" if marked else "utf-8"


def block_lines(data: bytes, source: str, number: int) -> Iterator[Line]:
    """Yield the lines of a block of whole lines, of which the first has the number given."""
    text = data.decode("utf-8", "replace").removesuffix("\n")
    for at, line in enumerate(text.split("\n"), number):
        if len(line) <= LONG_LINE:
            yield Line(source, at, clean(line.rstrip("\r")))
        else:
            for _, piece in _cut(line, ends=True):
                yield Line(source, at, clean(piece.rstrip("\r")))


def _pieces(texts: Iterable[str]) -> Iterator[tuple[bool, str]]:
    """Yield (whether the line ends here, piece of a line)."""
    rest = ""
    for text in texts:
        *whole, rest = (rest + text).split("\n")
        for line in whole:
            yield from _cut(line, ends=True)
        if len(rest) > LONG_LINE:
            keep = rest[-OVERLAP:]
            yield from _cut(rest, ends=False)
            rest = keep
    if rest:
        yield from _cut(rest, ends=True)


def _cut(line: str, *, ends: bool) -> Iterator[tuple[bool, str]]:
    while len(line) > LONG_LINE:
        yield False, line[:LONG_LINE]
        line = line[LONG_LINE - OVERLAP :]
    yield ends, line
