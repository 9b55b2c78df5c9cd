"""The file of an index: opened read-only, with what all its readers share."""

from __future__ import annotations

import sys
from itertools import chain

from kb.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from typing import Any
else:
    # The module behind `sqlite3`, without its adapters for times: to load `datetime` takes a fifth
    # of the time that the interpreter takes to start.
    try:
        import _sqlite3 as sqlite3
    except ImportError:  # an interpreter that names it otherwise
        import sqlite3

Error = sqlite3.Error

FORMAT = 19
"""Raised whenever the tables change; an index of another format is not read."""

MOST_ASKED = 500
"""SQLite takes a limited number of values in one query."""


class _Connection(sqlite3.Connection):
    """A connection that takes any text: what UTF-8 cannot write stands in no base."""

    def execute(self, query: str, values: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(query, values)
        except UnicodeEncodeError:
            return super().execute(query, [whole(v) if isinstance(v, str) else v for v in values])


class Database:
    """One index file. Not shared between threads."""

    def __init__(self, path: str, data: bytes = b"") -> None:
        """Open the file read-only, or take its content where no file can hold it.

        Args:
            path: the file; empty where there is none.
            data: what stands in it, instead.

        Raises:
            sqlite3.Error: the file is missing, broken or of another format.
        """
        self.path = path
        place = ":memory:" if data else f"file:{_quoted(path)}?mode=ro&immutable=1"
        self._db = sqlite3.connect(place, uri=True, factory=_Connection)
        if data:
            self._db.deserialize(data)
        self.meta = dict(self._db.execute("SELECT key, value FROM meta"))
        if self.meta.get("format") != str(FORMAT):
            message = "the index is of another format"
            raise sqlite3.DatabaseError(message)

    def is_whole(self) -> bool:
        """Say whether every page can be read; a machine that crashed may leave holes in a file."""
        try:
            return bool(self._db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.Error:
            return False

    @property
    def digest(self) -> str:
        """SHA-256 of the sources."""
        return str(self.meta["digest"])

    @property
    def bases(self) -> tuple[str, ...]:
        """Names of the bases, the shipped one first."""
        return listed(self.meta["bases"])

    @property
    def pages(self) -> tuple[str, ...]:
        """Ids of the pages of the knowledge base."""
        return listed(self.meta["pages"])

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _asked(self, query: str, values: Sequence[str] | Sequence[int]) -> Iterator[Any]:
        """Return the rows of a query about many values, which stand where it has braces."""
        parts = (values[start : start + MOST_ASKED] for start in range(0, len(values), MOST_ASKED))
        return chain.from_iterable(
            self._db.execute(query.format(", ".join("?" * len(part))), part) for part in parts
        )

    def _listed_numbers(self, name: str) -> bytes:
        query = "SELECT numbers FROM listed WHERE name = ?"
        return bytes(self._db.execute(query, (name,)).fetchone()[0])


def packed(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of texts as one text; `unpacked` gives them back."""
    return "\x1e".join("\x1f".join(row) for row in rows)


def unpacked(stored: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a stored table."""
    return tuple([tuple(row.split("\x1f")) for row in stored.split("\x1e")]) if stored else ()


def listed(stored: str) -> tuple[str, ...]:
    """Return the parts of a stored list."""
    return tuple(stored.split("\x1f")) if stored else ()


def numbers(stored: bytes) -> Sequence[int]:
    """Return a stored list of numbers of four bytes."""
    return memoryview(stored).cast("I")


def _quoted(path: str) -> str:
    """Return a path as the part of a ``file:`` URI that SQLite understands."""
    slashed = path.replace("\\", "/") if sys.platform == "win32" else path
    quoted = "".join(f"%{ord(c):02X}" if c in "%?#" else c for c in slashed)
    if quoted[1:2] == ":":
        return f"/{quoted}"
    return f"//{quoted}" if quoted.startswith("/") else quoted  # of no other machine
