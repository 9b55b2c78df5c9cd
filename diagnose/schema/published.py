"""The published JSON Schemas, read from the files in the wheel.

``result`` and ``explain`` describe what ``--json`` prints; the others describe the YAML files of a
knowledge base. `diagnose.schema.write` writes the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import kb

RESULTS = Path(__file__).parents[1] / "schemas"
FILES = Path(kb.__file__).parent / "schemas"


class _Schemas(Mapping[str, str]):
    """Name -> text of a schema; a file is read when it is asked for."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders

    def __getitem__(self, name: str) -> str:
        if name in self:
            for folder in self._folders:
                path = folder / f"{name}.json"
                if path.is_file():
                    return path.read_text(encoding="utf-8")
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name in set(self)

    def __iter__(self) -> Iterator[str]:
        for folder in self._folders:
            yield from sorted(path.stem for path in folder.glob("*.json"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


SCHEMAS: Mapping[str, str] = _Schemas(RESULTS, FILES)
"""Name (``result``, ``insight``, ``signature``, ...) -> JSON Schema as text."""
