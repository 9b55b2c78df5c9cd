"""From folders of YAML to one validated base: shipped data first, then overlays in order."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from kb import refusal
from kb.base import Base, Origin
from kb.collector import paused
from kb.errors import KbError, Problem
from kb.merge import Layers, Raw, extended, without
from kb.model import KINDS, Case, Entity, Lexicon
from kb.yamlfile import parse, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.yamlfile import Document, Location

SHIPPED = Path(__file__).parent / "data" / "prefect"

LIST_FILES = {
    "metrics.yaml": "metric",
    "parameters.yaml": "parameter",
    "references.yaml": "reference",
    "signatures.yaml": "signature",
    "symptoms.yaml": "symptom",
    "facts.yaml": "fact",
    "commands.yaml": "command",
}
"""File that holds a list of entities -> their kind; a long list may be spread over the files of
a folder of the same name (``signatures/*.yaml``)."""

FOLDERS = {"pages": "page", "insights": "insight"}
"""Folder whose files hold one entity each -> its kind."""

_CASES = TypeAdapter(tuple[Case, ...])


class _Loader:
    """Gathers files, entities and problems; validates once at the end."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.layers = Layers()
        self.cases: dict[str, tuple[Case, ...]] = {}
        self.case_origins: dict[str, Origin] = {}
        self.lexicon: dict[str, Any] = {}
        self.quiet: list[Path] = []
        self.hash = hashlib.sha256()

    def add(self, folder: Path, base: str) -> None:
        """Read one folder as the next base."""
        try:
            if not folder.is_dir():
                self._problem(folder, 0, "is not a folder with a knowledge base")
                return
            for path in sorted(folder.rglob("*.y*ml")):
                self._read(base, path, path.relative_to(folder))
            self.quiet.extend(sorted((folder / "quiet").glob("*.log")))
        except OSError as error:
            self._problem(folder, 0, f"cannot be read: {error.strerror}")

    def _read(self, base: str, path: Path, relative: Path) -> None:
        if path.suffix != ".yaml":
            self._problem(path, 0, "must end in .yaml to be read")
            return
        try:
            raw = read_bytes(path)
            self.hash.update(os.fsencode(f"{base}/{relative.as_posix()}\0{len(raw)}\0") + raw)
            document = parse(raw, str(path))
        except KbError as error:
            self.problems.extend(error.problems)
            return
        self._file(base, path, relative, document)

    def _file(self, base: str, path: Path, relative: Path, document: Document) -> None:
        top, suffix = relative.parts[0], relative.suffix
        if top == "cases":
            self._cases(base, path, document)
        elif relative.as_posix() == "lexicon.yaml":
            self._lexicon(path, document)
        elif top in FOLDERS and len(relative.parts) == 2:
            self._entity(FOLDERS[top], base, path, document, ())
        elif len(relative.parts) <= 2 and (
            kind := LIST_FILES.get(f"{top.removesuffix(suffix)}{suffix}")
        ):
            self._list(kind, base, path, document)
        else:
            self._problem(path, 0, "is not a file that a knowledge base has")

    def _problem(self, path: Path | str, line: int, message: str) -> None:
        self.problems.append(Problem(str(path), line, message))

    def _list(self, kind: str, base: str, path: Path, document: Document) -> None:
        if not isinstance(document.data, list):
            self._problem(path, 1, f"must hold a list of {kind}s")
            return
        for index in range(len(document.data)):
            self._entity(kind, base, path, document, (index,))

    def _entity(self, kind: str, base: str, path: Path, document: Document, at: Location) -> None:
        data = document.data[at[0]] if at else document.data
        line = document.lines.get(at, 1)
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            self._problem(path, line, f"this {kind} has no id")
            return
        if kind in FOLDERS.values() and path.stem != data["id"]:
            self._problem(path, line, f"id {data['id']!r} must equal the file name")
        raw = Raw(kind, data, Origin(base, str(path), line), document.lines, at)
        if problem := self.layers.add(raw):
            self.problems.append(problem)

    def _cases(self, base: str, path: Path, document: Document) -> None:
        try:
            cases = _CASES.validate_python(document.data)
        except ValidationError as error:
            self._refused(error, path, document, "case")
            return
        for index, case in enumerate(cases):
            line = document.lines.get((index,), 1)
            if case.id in self.case_origins:
                self._problem(path, line, f"case id {case.id!r} stands twice")
            self.case_origins[case.id] = Origin(base, str(path), line)
        self.cases[path.stem] = self.cases.get(path.stem, ()) + cases

    def _lexicon(self, path: Path, document: Document) -> None:
        if not isinstance(document.data, dict):
            self._problem(path, 1, "must hold a mapping of lists of words")
            return
        lexicon = extended(self.lexicon, document.data)
        try:
            Lexicon.model_validate(lexicon)
        except ValidationError as error:
            self._refused(error, path, document, "lexicon")
            return
        self.lexicon = lexicon

    def _kept(self, cases: tuple[Case, ...]) -> tuple[Case, ...]:
        """Return cases without what they say about disabled entities."""
        gone = self.layers.gone
        return tuple(
            case.model_copy(update={"instead": None}) if case.instead in gone else case
            for case in cases
        )

    def _refused(self, error: ValidationError, path: Path, document: Document, what: str) -> None:
        self.problems.extend(refusal.problems(error, str(path), document.lines, (), what))

    def _entities(self) -> dict[str, Entity]:
        """Return the entities that the model accepts, in order of id."""
        entities: dict[str, Entity] = {}
        for entity_id, raw in sorted(self.layers.raw.items()):
            data = without(raw.data, self.layers.gone)
            try:
                entities[entity_id] = KINDS[raw.kind].model_validate(data)
            except ValidationError as error:
                what = f"{raw.kind} {entity_id!r}"
                self.problems.extend(
                    refusal.problems(error, raw.origin.path, raw.lines, raw.at, what)
                )
        return entities

    def finish(self, names: tuple[str, ...]) -> Base:
        """Validate everything and return the base, or raise with every problem."""
        entities = self._entities()
        if not self.lexicon and not self.problems:
            self._problem("lexicon.yaml", 0, "is missing")
        if self.problems:
            raise KbError(self.problems)
        raw = self.layers.raw
        return Base(
            names=names,
            digest=self.hash.hexdigest(),
            entities=entities,
            kinds={entity_id: raw[entity_id].kind for entity_id in entities},
            origins={entity_id: raw[entity_id].origin for entity_id in entities},
            cases={
                stem: self._kept(cases)
                for stem, cases in sorted(self.cases.items())
                if stem not in self.layers.gone
            },
            case_origins=self.case_origins,
            lexicon=Lexicon.model_validate(self.lexicon),
            quiet=tuple(self.quiet),
        )


def folders(overlays: Sequence[Path] = ()) -> Iterator[tuple[str, Path]]:
    """Yield (name, folder) of the shipped base and each overlay, in order; no name comes twice."""
    seen: set[str] = set()
    for folder in (SHIPPED, *overlays):
        stem = _name(folder)
        name, number = stem, 1
        while name in seen:
            number += 1
            name = f"{stem}-{number}"
        seen.add(name)
        yield name, folder


def _name(folder: Path) -> str:
    try:
        return folder.resolve().name or str(folder)
    except (OSError, RuntimeError, ValueError):  # a loop of links, a path no system can have
        return folder.name or str(folder)


def load(overlays: Sequence[Path] = (), *, shipped: bool = True) -> Base:
    """Load the shipped base and overlays on top of it.

    Raises:
        KbError: with every problem found, each with file and line.
    """
    loader = _Loader()
    pairs = [pair for pair in folders(overlays) if shipped or pair[1] is not SHIPPED]
    with paused():
        for name, folder in pairs:
            loader.add(folder, name)
        return loader.finish(tuple(name for name, _ in pairs))
