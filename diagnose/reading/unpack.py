"""Unpacking: compressed streams, known by their first bytes and not by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnose.errors import UsageError
from diagnose.reading.read import BZIP2, GZIP, XZ, ZSTD, chained

if TYPE_CHECKING:
    from collections.abc import Iterator


def unpacked(blocks: Iterator[bytes], source: str) -> Iterator[bytes]:
    """Yield blocks decompressed where they are not plain; several members may follow one another.

    Raises:
        UsageError: the data is broken, ends too early, or needs a package that is missing.
    """
    first = next(blocks, b"")
    make = _decompressor(first, source)
    rest = chained(first, blocks)
    if make is None:
        yield from rest
        return
    current = make()
    try:
        for block in rest:
            pending = block
            while pending:
                if current.eof:
                    current = make()
                yield current.decompress(pending)
                pending = current.unused_data if current.eof else b""
    except Exception as error:  # each library raises classes of its own on broken data
        raise UsageError(f"{source}: the compressed data is broken ({error})") from error
    if not current.eof:
        raise UsageError(f"{source}: the compressed data ends too early")


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
        return lambda: zstandard.ZstdDecompressor().decompressobj()
    return None
