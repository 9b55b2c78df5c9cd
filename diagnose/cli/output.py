"""Where the answer goes: standard output or a file; nothing else writes to standard output."""

from __future__ import annotations

import os
import stat
import sys

from diagnose.cli import talk
from diagnose.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from diagnose.cli.options import Args

PLAIN_WIDTH = 80
"""Columns of text in a pipe or a file."""

LEAST_WIDTH = 40


class ClosedPipeError(Exception):
    """Whoever read standard output went away."""


def form(args: Args, default: str = "text") -> str:
    """Return the form of the output that is asked for.

    Raises:
        UsageError: ``--json`` and another ``--format`` are both given.
    """
    if args.json and args.format not in ("", "json"):
        raise UsageError(f"--json and --format {args.format} cannot both be had")
    return "json" if args.json else args.format or default


def to_file(args: Args) -> bool:
    """Say whether the output goes to a file."""
    return bool(getattr(args, "output", "")) and args.output != "-"


def check(args: Args) -> None:
    """Make sure that the output can go where it is to go, before any work is done.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    if to_file(args):
        from pathlib import Path  # noqa: PLC0415 (only for files)

        from diagnose import files  # noqa: PLC0415

        files.check_free(Path(args.output), force=args.force)


def emit(text: str, args: Args) -> None:
    """Write the answer to the file that was asked for, else to standard output.

    Raises:
        ClosedPipeError: the reader went away.
        UsageError: it cannot be written.
    """
    if to_file(args):
        from pathlib import Path  # noqa: PLC0415

        from diagnose import files  # noqa: PLC0415

        files.write(Path(args.output), text, force=args.force)
        talk.note(f"written to {args.output}")
    else:
        write(text, is_json=args.json or args.format == "json")


def write(text: str, *, is_json: bool = False) -> None:
    """Write to standard output, with signs that its encoding lacks written otherwise.

    Raises:
        ClosedPipeError: the reader went away.
        UsageError: it cannot be written.
    """
    stream = sys.stdout
    if stream is None:
        raise UsageError("standard output is closed; give -o FILE")
    try:
        stream.flush()
        encoding = stream.encoding or "utf-8"
        rest = memoryview(_fitting(text, encoding, is_json=is_json).encode(encoding, "replace"))
        while rest:  # an unbuffered stream may take a part only
            rest = rest[stream.buffer.write(rest) :]
        stream.buffer.flush()
    except BrokenPipeError:
        _abandon(stream)
        raise ClosedPipeError from None
    except OSError as error:
        _abandon(stream)
        raise UsageError(
            f"standard output cannot be written ({error.strerror or error})"
        ) from error


def _fitting(text: str, encoding: str, *, is_json: bool) -> str:
    """Return the text as a stream of this encoding can write it."""
    if encoding.lower() in ("utf-8", "utf8"):
        return text
    if is_json:
        import json  # noqa: PLC0415 (only for rare encodings)

        return text if text.isascii() else json.dumps(json.loads(text), indent=2) + "\n"
    from diagnose.report.plain import fitting  # noqa: PLC0415

    return fitting(text, encoding)


def color(args: Args) -> bool:
    """Say whether text is to be coloured."""
    if args.color in ("always", "never"):
        return bool(args.color == "always")
    if to_file(args) or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return on_terminal(sys.stdout)


def width(args: Args) -> int:
    """Return the columns of the terminal, or `PLAIN_WIDTH` where there is none."""
    if to_file(args) or not on_terminal(sys.stdout):
        return PLAIN_WIDTH
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(columns, LEAST_WIDTH) if columns else PLAIN_WIDTH


def on_terminal(stream: TextIO | None) -> bool:
    """Say whether a standard stream is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it was closed
        return False


def has_waiting(stream: TextIO | None) -> bool:
    """Say whether something was piped or redirected into a standard stream, and waits there."""
    try:
        if stream is None or stream.isatty():
            return False
        status = os.fstat(stream.fileno())
        if stat.S_ISREG(status.st_mode):
            return status.st_size > 0
        return stat.S_ISFIFO(status.st_mode) and _waiting(stream.fileno()) > 0
    except (OSError, ValueError):  # it is no file
        return False


def _waiting(pipe: int) -> int:
    """Return the bytes that can be read from a pipe at once, 0 where nobody can tell."""
    try:
        import fcntl  # noqa: PLC0415 (not on every system)
        import termios  # noqa: PLC0415
    except ImportError:
        return 0
    answer = fcntl.ioctl(pipe, termios.FIONREAD, bytes(4))
    return int.from_bytes(answer, sys.byteorder)


def _abandon(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that nothing complains at exit."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return
