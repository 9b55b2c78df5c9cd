"""Files that were dropped on the terminal: it pastes their names."""

from __future__ import annotations

from pathlib import Path

LONGEST = 4000
"""Characters of a text that can be names of files."""


def dropped_files(text: str) -> list[Path]:
    """Return the files whose names were pasted or dropped, or nothing when it is other text."""
    import shlex  # noqa: PLC0415 (after the first paint)

    if len(text) > LONGEST:
        return []
    try:
        words = shlex.split(text)
        whole = Path(text.strip()).expanduser()
        if whole.is_absolute() and whole.exists():
            return [whole]
        paths = [Path(_name(word)).expanduser() for word in words]
        return paths if paths and all(p.is_absolute() and p.exists() for p in paths) else []
    except (OSError, RuntimeError, ValueError):
        return []


def _name(word: str) -> str:
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415

    return unquote(urlsplit(word).path) if word.startswith("file://") else word
