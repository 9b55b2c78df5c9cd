"""The terminal the TUI runs in: whether there is one, and the keyboard when input is piped."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from diagnose.errors import UsageError
from diagnose.reading.read import stdin_bytes


def refuse_unfit() -> None:
    """Do nothing where the TUI can run.

    Raises:
        UsageError: there is no terminal, or one that cannot place text.
    """
    browser = bool(os.environ.get("TEXTUAL_DRIVER"))
    if not browser and not sys.stdout.isatty():
        raise UsageError(
            "the TUI needs a terminal; use `diagnose --error TEXT` or `diagnose ask` in a pipe"
        )
    if not browser and os.environ.get("TERM", "") == "dumb":
        raise UsageError(
            "TERM=dumb cannot show the TUI; use `diagnose --error TEXT` or `diagnose ask`"
        )
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # the convention: an empty value means unset


def take_piped_input() -> Path | None:
    """Read piped input to its end into a file of this user, and give the keyboard back.

    Returns:
        The file, in a folder of its own, or None when standard input is the keyboard.

    Raises:
        UsageError: there is no terminal to read keys from.
    """
    if os.environ.get("TEXTUAL_DRIVER") or sys.stdin is None or sys.stdin.isatty():
        return None
    path = Path(tempfile.mkdtemp(prefix="diagnose-")) / "stdin"
    try:
        with path.open("wb") as stream:
            shutil.copyfileobj(stdin_bytes(), stream)
        keyboard = _keyboard()
    except BaseException:  # an interruption as well: nobody else knows of the file
        forget(path)
        raise
    os.dup2(keyboard, 0)
    os.close(keyboard)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.__stdin__ = sys.stdin  # type: ignore[misc] # where Textual looks for the keyboard
    if path.stat().st_size == 0:
        forget(path)
        return None
    return path


def _keyboard() -> int:
    try:
        return os.open("CON" if sys.platform == "win32" else "/dev/tty", os.O_RDONLY)
    except OSError as error:
        raise UsageError("there is no keyboard to drive the TUI; use `diagnose --log -`") from error


def forget(path: Path) -> None:
    """Remove what `take_piped_input` wrote."""
    shutil.rmtree(path.parent, ignore_errors=True)
