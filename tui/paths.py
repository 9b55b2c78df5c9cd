"""Paths as they are typed: whatever was typed, asking about it is no error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def typed_path(text: str) -> Path:
    """Return the path that is meant; ``~`` of somebody unknown stays as it was typed."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def holds(question: Callable[[], bool]) -> bool:
    """Ask a path something, as its ``is_dir``; one that cannot be, as one too long, says no."""
    try:
        return question()
    except (OSError, ValueError):
        return False
