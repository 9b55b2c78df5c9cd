"""Large bases that have the shape of the shipped one: as `Base` objects or as folders of YAML.

Run: ``python -m benchmarks.bases FOLDER [--signatures N] [--insights N] [--entities N]`` writes an
overlay for ``--kb FOLDER``. Everything follows from the seed and the installed Python files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.entities import cases, documents
from benchmarks.sizes import TUI, Size
from kb.base import Base, Origin
from kb.load import LIST_FILES, load
from kb.model import KINDS, Case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAME = "large"
"""Name of the generated base; the shipped one stands below it."""

PER_FILE = 2_000
"""Entities in one file of a list."""


def base(size: Size, seed: int = 7) -> Base:
    """Return a validated base: the shipped one and the generated one on top."""
    shipped, found = load(), documents(size, seed)
    entities, kinds, origins = (
        dict(shipped.entities),
        dict(shipped.kinds),
        dict(shipped.origins),
    )
    for kind, listed in found.items():
        for entity in listed:
            name = entity["id"]
            entities[name] = KINDS[kind].model_validate(entity)
            kinds[name] = kind
            origins[name] = Origin(NAME, f"{NAME}/{kind}.yaml", 1)
    return Base(
        names=(*shipped.names, NAME),
        digest=hashlib.sha256(repr((shipped.digest, size, seed)).encode()).hexdigest(),
        entities=dict(sorted(entities.items())),
        kinds=dict(sorted(kinds.items())),
        origins=origins,
        cases={
            **shipped.cases,
            **{name: tuple(Case.model_validate(c) for c in own) for name, own in cases(found)},
        },
        case_origins={
            **shipped.case_origins,
            **{c["id"]: Origin(NAME, "cases", 1) for _, own in cases(found) for c in own},
        },
        lexicon=shipped.lexicon,
    )


def write(folder: Path, size: Size, seed: int = 7) -> None:
    """Write a generated base as an overlay for the shipped one."""
    found = documents(size, seed)
    for file, kind in LIST_FILES.items():
        listed = found.get(kind, [])
        for number, start in enumerate(range(0, len(listed), PER_FILE)):
            part = listed[start : start + PER_FILE]
            text = "".join(_yaml(entity, "- ") for entity in part)
            path = folder / Path(file).stem / f"{number:03d}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    files = [("insights", e["id"], _yaml(e)) for e in found["insight"]]
    files += [("cases", name, "".join(_yaml(c, "- ") for c in own)) for name, own in cases(found)]
    for place, name, text in files:
        path = folder / place / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _yaml(entity: Mapping[str, Any], mark: str = "") -> str:
    """Return an entity as YAML: a line for each key, its value as JSON, which is YAML too."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in entity.items()]
    first = f"{mark}{lines[0]}\n"
    return first + "".join(f"{' ' * len(mark)}{line}\n" for line in lines[1:])


def main(argv: Sequence[str] | None = None) -> int:
    """Write an overlay."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    for name, value in TUI._asdict().items():
        parser.add_argument(f"--{name}", type=int, default=value)
    args = parser.parse_args(argv)
    write(args.folder, Size(args.signatures, args.insights, args.entities))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
