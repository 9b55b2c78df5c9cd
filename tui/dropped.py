"""Files that were dropped on the terminal: it pastes their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.paths import holds, typed_path

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 4000
"""Characters of a text that can be names of files."""


def dropped_files(text: str) -> list[Path]:
    """Return the files whose names were pasted or dropped, or nothing when it is other text."""
    import shlex  # noqa: PLC0415 (after the first paint)

    if len(text) > LONGEST:
        return []
    whole = typed_path(text.strip())
    if _is_there(whole):
        return [whole]
    try:
        paths = [typed_path(_name(word)) for word in shlex.split(text)]
    except ValueError:  # an open quotation mark, or no URL
        return []
    return paths if all(map(_is_there, paths)) else []


def _is_there(path: Path) -> bool:
    return path.is_absolute() and holds(path.exists)


def _name(word: str) -> str:
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415

    return unquote(urlsplit(word).path) if word.startswith("file://") else word
