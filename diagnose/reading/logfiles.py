"""Which files are logs, in a folder and below."""

from __future__ import annotations

import os
import stat

from diagnose.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKED = (".gz", ".bz2", ".xz", ".zst")
LOG_ENDINGS = (".log", ".txt", ".out", ".err", ".json", ".jsonl", ".ndjson", *PACKED)
LOG_NAMES = ("syslog", "messages", "journal", "stdout", "stderr")


def log_files(path: Path) -> list[Path]:
    """Return the file itself, or the logs in a folder and below, in order of name.

    What lies there and cannot be read, folders too, is among them: who opens it learns why.

    Raises:
        UsageError: nothing is there or can be reached, or the folder holds no logs.
    """
    try:
        path.stat()
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file or folder") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: cannot be read ({reason})") from error
    if not os.path.isdir(path):  # noqa: PTH112 (never raises)
        return [path]
    found = sorted(_below(path))
    if not found:
        endings = " ".join(LOG_ENDINGS[:4])
        raise UsageError(
            f"{path}: no logs in this folder (looked for {endings} ..., also compressed)"
        )
    return found


def is_log_name(name: str) -> bool:
    """Say whether a file of this name, without its folder, looks like a log."""
    folded = name.lower()
    rotated = folded.rstrip("0123456789-_.")
    return rotated.endswith(LOG_ENDINGS) or folded.endswith(LOG_ENDINGS) or rotated in LOG_NAMES


def _below(path: Path) -> Iterator[Path]:
    closed: list[str] = []
    for folder, _, names in os.walk(path, onerror=lambda error: closed.append(error.filename)):
        parent = type(path)(folder)
        yield from (parent / name for name in names if _looks_like_log(folder, name))
    yield from (type(path)(folder) for folder in closed)


def _looks_like_log(folder: str, name: str) -> bool:
    if not is_log_name(name):
        return False
    try:
        return stat.S_ISREG(os.stat(os.path.join(folder, name)).st_mode)  # noqa: PTH116, PTH118
    except FileNotFoundError:  # a link to nothing
        return False
    except OSError:
        return True
