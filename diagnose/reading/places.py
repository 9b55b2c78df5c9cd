"""Places: where the logs of a fleet are, on disks or in object storage, one file each.

A place is a path or a URL of fsspec (``s3://bucket/*.log.gz``, ``gs://``, ``hdfs://``,
``file://``). Credentials and endpoints come from where each store's own tools look for them, never
from the URL.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from diagnose.errors import UsageError
from diagnose.reading.logfiles import PACKED, is_log_name, log_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO

SHRUNK = 6
"""So many times smaller compressed logs of a worker are; gzip makes five to eight of it."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_PATTERN = re.compile(r"[*?\[]")


class LogFile(NamedTuple):
    """One file of a fleet."""

    name: str
    """Path or URL."""
    size: int
    """Bytes as stored; 0 where the store does not say."""

    @property
    def text(self) -> int:
        """About so many bytes are read of it."""
        return self.size * (SHRUNK if self.name.endswith(PACKED) else 1)


def is_url(name: str) -> bool:
    """Say whether fsspec has to open it; a Windows path has no second slash."""
    return _URL.match(name) is not None


def files(names: Iterable[str]) -> list[LogFile]:
    """Return every log that the paths and URLs name, each once, in order.

    Raises:
        UsageError: nothing is there, it cannot be listed, or a package for the store is missing.
    """
    found: dict[str, LogFile] = {}
    for name in names:
        for file in _remote(name) if is_url(name) else _local(name):
            found.setdefault(file.name, file)
    return list(found.values())


def opened(name: str) -> IO[bytes]:
    """Open a URL for reading; the caller closes it.

    Raises:
        UsageError: it cannot be opened.
    """
    try:
        return cast("IO[bytes]", _fsspec().open(name, "rb").open())
    except UsageError:
        raise
    except Exception as error:  # every store raises classes of its own
        raise _refused(name, error) from error


def _local(name: str) -> list[LogFile]:
    if not _PATTERN.search(name) or os.path.exists(name):  # noqa: PTH110 (never raises)
        return [LogFile(str(path), _size(path)) for path in log_files(Path(name))]
    listed = _remote(f"file://{Path(name).absolute()}")
    return [file._replace(name=file.name.removeprefix("file://")) for file in listed]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it is named when it is opened
        return 0


def _remote(url: str) -> list[LogFile]:
    try:
        store, path = _fsspec().core.url_to_fs(url)
        listed = _listed(store, path)
    except UsageError:
        raise
    except Exception as error:
        raise _refused(url, error) from error
    if not listed:
        raise UsageError(f"{url}: no logs there")
    return [LogFile(store.unstrip_protocol(path), size) for path, size in sorted(listed)]


def _listed(store: Any, path: str) -> list[tuple[str, int]]:
    """Return (path in the store, size) of a pattern's, a folder's or one file."""
    if _PATTERN.search(path):
        details = store.glob(path, detail=True).values()
        return [_sized(info) for info in details if info["type"] == "file"]
    info = store.info(path)
    if info["type"] == "file":
        return [_sized(info)]
    below = (_sized(info) for info in store.find(path, detail=True).values())
    return [(name, size) for name, size in below if is_log_name(name.rsplit("/", 1)[-1])]


def _sized(info: dict[str, Any]) -> tuple[str, int]:
    return str(info["name"]), int(info.get("size") or 0)


def _fsspec() -> Any:
    try:
        import fsspec  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError(
            "URLs need the extra: pip install 'kb-diagnose[dask]', and the package of the store"
            " (s3fs for s3://, gcsfs for gs://)"
        ) from error
    return fsspec


def _refused(name: str, error: Exception) -> UsageError:
    if isinstance(error, FileNotFoundError):
        return UsageError(f"{name}: no such file or folder")
    if isinstance(error, ImportError):
        scheme = name.partition("://")[0]
        return UsageError(f"{name}: a package for {scheme}:// is missing ({error})")
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return UsageError(f"{name}: cannot be read ({reason})")
