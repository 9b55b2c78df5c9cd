"""What the program says to the person at the terminal; nothing else writes to standard error."""

from __future__ import annotations

import sys

quiet = False
"""Set by ``-q``: only errors are said."""


def note(text: str) -> None:
    """Say something by the way."""
    if not quiet:
        _write(f"diagnose: {one_line(text)}")


def say(text: str) -> None:
    """Say one line of a dialogue, also when quiet: the person has to answer it."""
    _write(one_line(text))


def error(text: str, name: str = "diagnose") -> None:
    """Say in one line what is wrong."""
    _write(f"{name}: error: {one_line(text)}")


def traceback() -> None:
    """Show where an unexpected error came from, without secrets."""
    from traceback import format_exc  # noqa: PLC0415 (only on errors)

    for line in format_exc().splitlines():
        _write(harmless(line))


def one_line(text: str) -> str:
    """Return a text as one harmless line."""
    return " ".join(harmless(text).split())


def harmless(text: str) -> str:
    """Return a text without control codes and secrets."""
    from diagnose.redact import redact  # noqa: PLC0415 (not needed by a quiet success)
    from kb.text import clean  # noqa: PLC0415

    return redact(clean(text))


def _write(line: str) -> None:
    stream = sys.stderr
    if stream is None:
        return
    try:
        stream.write(line.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
        stream.flush()
    except (OSError, ValueError):
        return  # nobody listens
