"""Where the index of a base is: in the wheel, in the user's cache, or built on the spot.

A cache is only ever slower, never wrong: its file name is the digest of all sources, the format
and the version, it is written to a temporary file and renamed, and a file that cannot be read,
does not say what its name says, or could have been written by somebody else is built anew. What
was checked is kept (`kb.checked`), so that the next start need not read everything again.
"""

from __future__ import annotations

import os

from kb.database import FORMAT, Error
from kb.index import Index
from kb.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# What looks at files is imported where there is no index in the wheel: it would cost more than
# the diagnosis.

SHIPPED = os.path.join(os.path.dirname(__file__), "data", "prefect")  # noqa: PTH118, PTH120
SHIPPED_INDEX = f"{SHIPPED}.index"


def open_index(overlays: Sequence[Path] = ()) -> Index:
    """Return the index of the shipped base with overlays on top, building it when needed.

    Raises:
        KbError: the base is not valid, with every problem found.
    """
    if not overlays and (index := _sealed()) is not None:
        return index
    return _cached(overlays)


def _cached(overlays: Sequence[Path]) -> Index:
    from pathlib import Path  # noqa: PLC0415

    from kb import checked  # noqa: PLC0415
    from kb.cachefolder import cache_folder, trusted  # noqa: PLC0415

    folders = (Path(SHIPPED), *overlays)
    cache = cache_folder()
    note = checked.place(cache, folders)
    before = checked.read(note)
    same = checked.fingerprint([path for one in folders for path in checked.sources_of(one)])
    known = before if same and before.sources == same else checked.NOTHING
    digest = known.digest or sources_digest(folders)
    path = cache / f"{digest}.index"
    if trusted(path) and (index := _opened(path)) is not None:
        was = checked.fingerprint([path])
        is_whole = bool(was) and known.compiled == was
        if index.meta.get("sources") == digest and (is_whole or index.is_whole()):
            if not is_whole:
                checked.keep(note, checked.Checked(same, digest, was))
            return index
        index.close()
    return _built(overlays, path, digest)


def sources_digest(folders: Sequence[Path]) -> str:
    """Return the SHA-256 over names and content of all files that make a base."""
    import hashlib  # noqa: PLC0415

    from kb.checked import sources_of  # noqa: PLC0415

    total = hashlib.sha256(f"{FORMAT} {__version__}".encode())
    for folder in folders:
        total.update(b"\0%b\0" % os.fsencode(folder.resolve().name))
        for path in sources_of(folder):
            total.update(b"%b\0" % os.fsencode(path.relative_to(folder).as_posix()))
            try:
                total.update(path.read_bytes())
            except OSError:
                total.update(b"unreadable")
    return total.hexdigest()


def _sealed() -> Index | None:
    """Return the index that was built into the wheel; a checkout has none."""
    if not os.path.isfile(SHIPPED_INDEX):  # noqa: PTH113
        return None
    index = _opened(SHIPPED_INDEX)
    return index if index is not None and index.meta.get("version") == __version__ else None


def _opened(path: str | Path) -> Index | None:
    try:
        return Index(str(path))
    except (Error, OSError, KeyError):
        return None


def _built(overlays: Sequence[Path], path: Path, digest: str) -> Index:
    """Build into the cache, or into a file that goes with the process, or at worst into memory."""
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from kb.compile import (  # noqa: PLC0415 (pydantic and yaml only when building)
        compile_index,
        compiled,
    )
    from kb.load import load  # noqa: PLC0415

    base = load(overlays)
    places: tuple[Callable[[], str | Path], ...] = (lambda: path.parent, tempfile.gettempdir)
    for place in places:
        temporary: Path | None = None
        try:
            folder = Path(place())
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(suffix=".index", dir=folder)
            os.close(handle)
            temporary = Path(name)
            compile_index(base, temporary, sources=digest)
        except (OSError, Error):
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            continue
        return _placed(temporary, path)
    return Index("", compiled(base, sources=digest))


def _placed(temporary: Path, path: Path) -> Index:
    """Move a finished index to its name, or use it where it is and let it go at exit."""
    from kb.cachefolder import tidy  # noqa: PLC0415

    if temporary.parent == path.parent:
        try:
            _flush(temporary)
            temporary.replace(path)
            tidy(path.parent, "*.index")
            return Index(str(path))
        except (OSError, Error):
            pass
    import atexit  # noqa: PLC0415

    # Until then other processes, which share the work, may open it too.
    atexit.register(temporary.unlink, missing_ok=True)
    return Index(str(temporary))


def _flush(path: Path) -> None:
    """Make sure that the content is on the disk before the file gets its name.

    What was found whole is not read again, so a machine that crashes must not leave holes in it.
    """
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
