"""Unpacking: compressed streams, known by their first bytes and not by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnose.errors import CutError, UsageError
from diagnose.reading.read import BLOCK, BZIP2, GZIP, XZ, ZSTD, chained

if TYPE_CHECKING:
    from collections.abc import Iterator


LITTLE = 512
"""Bytes of zstd that are unpacked at one go: its library takes no limit, and 4 bytes can be a block
of 128 KiB, so that these are 16 MiB at most."""


def unpacked(blocks: Iterator[bytes], source: str) -> Iterator[bytes]:
    """Yield blocks decompressed where they are not plain; several members may follow one another.

    They stay small, whatever a few bytes unpack to. Zeros after a member are no data, as for zcat.

    Raises:
        CutError: the data is broken, or ends too early, after what was yielded.
        UsageError: it is so from the start, or needs a package that is missing.
    """
    first = next(blocks, b"")
    make = _decompressor(first, source)
    rest = chained(first, blocks)
    if make is None:
        yield from rest
        return
    current, error = make(), UsageError
    try:
        for block in rest:
            pending, full = memoryview(block), False
            while pending or (full and not current.eof):
                if current.eof:
                    pending = memoryview(bytes(pending).lstrip(b"\0"))
                    if not pending:
                        break
                    current = make()
                data = current.decompress(pending, BLOCK)
                error = CutError if data else error
                yield from (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
                full = len(data) >= BLOCK  # then there may be more of what was given before
                pending = _rest(current)
    except Exception as broken:  # each library raises classes of its own on broken data
        raise error(f"{source}: the compressed data is broken ({broken})") from broken
    if not current.eof:
        raise error(f"{source}: the compressed data ends too early")


def _rest(current: Any) -> memoryview:
    """Return what has been given and is to be given again; bz2 and lzma keep a tail themselves."""
    return memoryview(
        current.unused_data if current.eof else getattr(current, "unconsumed_tail", b"")
    )


class _Zstd:
    """Unpacks zstd as the decompressors of the standard library do."""

    def __init__(self, unpacker: Any) -> None:
        self._unpacker = unpacker
        self.eof = False
        self.unused_data = b""
        self.unconsumed_tail = memoryview(b"")

    def decompress(self, data: bytes | memoryview, _most: int) -> bytes:
        """Return what the first bytes unpack to; `unconsumed_tail` is the rest of them."""
        view = memoryview(data)
        found: bytes = self._unpacker.decompress(view[:LITTLE])
        self.unconsumed_tail = view[LITTLE:]
        self.eof = self._unpacker.eof
        if self.eof:
            self.unused_data = self._unpacker.unused_data + self.unconsumed_tail
        return found


def _decompressor(first: bytes, source: str) -> Any:
    """Return a maker of decompressor objects, or None for plain bytes."""
    if first.startswith(GZIP):
        import zlib  # noqa: PLC0415

        return lambda: zlib.decompressobj(wbits=31)
    if first.startswith(BZIP2) and first[4:10] == b"1AY&SY":
        import bz2  # noqa: PLC0415

        return bz2.BZ2Decompressor
    if first.startswith(XZ):
        import lzma  # noqa: PLC0415

        return lzma.LZMADecompressor
    if first.startswith(ZSTD):
        try:
            import zstandard  # noqa: PLC0415
        except ImportError as error:
            raise UsageError(
                f"{source}: zstd needs the extra: pip install 'kb-diagnose[zstd]'"
            ) from error
        return lambda: _Zstd(zstandard.ZstdDecompressor().decompressobj())
    return None
