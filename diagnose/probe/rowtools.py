"""Reading fields of rows that come from elsewhere and may hold anything."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

LONGEST = 300


def text(row: Any, *path: str) -> str:
    """Return a text at a path of keys, without control characters, or nothing."""
    value = at(row, *path)
    if not isinstance(value, str):
        return ""
    return "".join(c if c.isprintable() else " " for c in value[:LONGEST]).strip()


def whole(row: Any, *path: str) -> int | None:
    """Return a whole number at a path of keys, or None."""
    value = at(row, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(row: Any, *path: str) -> float | None:
    """Return a finite number at a path of keys, or None."""
    value = at(row, *path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def truth(row: Any, *path: str) -> bool:
    """Say whether the value at a path of keys is true."""
    return at(row, *path) is True


def texts(row: Any, *path: str) -> tuple[str, ...]:
    """Return the texts of a list at a path of keys."""
    value = at(row, *path)
    if not isinstance(value, list):
        return ()
    return tuple(item[:LONGEST] for item in value if isinstance(item, str))


def moment(row: Any, *path: str) -> float | None:
    """Return the time at a path of keys as seconds of the epoch, or None."""
    value = at(row, *path)
    if not isinstance(value, str) or len(value) > 50:
        return None
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def at(row: Any, *path: str) -> Any:
    """Return what stands at a path of keys, or None."""
    for key in path:
        if not isinstance(row, dict):
            return None
        row = row.get(key)
    return row
