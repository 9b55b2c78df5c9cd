"""Files: written whole or not at all, never over what the user did not offer; read within bounds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from diagnose.errors import UsageError


def check_free(path: Path, *, force: bool = False) -> None:
    """Make sure that a file can be written here, before any work is done for it.

    Raises:
        UsageError: something is there and ``force`` is not given, or its folder cannot be written.
    """
    if os.path.isdir(path):  # noqa: PTH112 (never raises)
        raise UsageError(f"{path}: is a folder")
    if _is_special(path):
        return
    if os.path.lexists(path) and not force:
        raise UsageError(f"{path}: is there already and is kept; give --force to replace it")
    folder = path.parent
    if not os.path.isdir(folder):  # noqa: PTH112
        raise UsageError(f"{path}: cannot be written (no such folder: {folder})")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{path}: cannot be written (no permission for {folder})")


def write(path: Path, text: str, *, force: bool = False) -> None:
    """Write a text file in UTF-8 so that it is there whole or not at all.

    The text goes to a temporary file beside it, which then takes its name. When anything goes
    wrong, an interruption as well, what was there before is still there.

    Raises:
        UsageError: it cannot be written, or something is there and ``force`` is not given.
    """
    check_free(path, force=force)
    data = text.encode("utf-8", "replace")
    try:
        if _is_special(path):
            with path.open("wb") as stream:
                stream.write(data)
        else:
            _place(Path(os.path.realpath(path)), data, force=force)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from error
    except ValueError as error:  # a null byte in the name
        raise UsageError(f"{path}: cannot be written ({error})") from error


def read(path: Path, most: int, what: str) -> bytes:
    """Return the content of a regular file of at most so many bytes.

    What the system says of its size is not believed: that of a device or of a file that grows is
    no bound.

    Args:
        path: which; a device or a pipe, which may have no end, is refused.
        most: bytes.
        what: the file is to be, for the message.

    Raises:
        UsageError: it cannot be read, is no file, or is larger.
    """
    try:
        if _is_special(path):
            raise UsageError(f"{path}: is not a file")
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error})") from error
    except ValueError as error:  # a null byte in the name
        raise UsageError(f"{path}: cannot be read ({error})") from error
    if len(data) > most:
        raise UsageError(f"{path}: is too large for {what}")
    return data


def as_path(name: object) -> Path:
    """Return the path that stands in a file.

    Raises:
        ValueError: the system can have no file of this name.
    """
    if b"\0" in os.fsencode(str(name)):
        raise ValueError(name)
    return Path(str(name))


def _is_special(path: Path) -> bool:
    """Say whether it is a device or a pipe: these are written to, never replaced."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _place(path: Path, data: bytes, *, force: bool) -> None:
    temporary = path.with_name(f".diagnose-{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if force:
            if path.exists():
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            temporary.replace(path)
        else:
            _take_name(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _take_name(temporary: Path, path: Path) -> None:
    """Give a file a name that must be free, even if somebody else takes it at this moment."""
    if os.name == "nt":
        temporary.rename(path)  # refuses to replace on this system
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        path.open("xb").close()
        try:
            temporary.replace(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
