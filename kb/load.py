"""From folders of YAML to one validated base: shipped data first, then overlays in order."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from kb.collector import paused
from kb.errors import KbError, Problem
from kb.merge import WORDS, extended, without
from kb.model import KINDS, Case, Entity, Insight, Lexicon
from kb.yamlfile import Document, Location, parse, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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

E = TypeVar("E", bound=Entity)

_CASES = TypeAdapter(tuple[Case, ...])


class Origin(NamedTuple):
    """Where an entity stands: the base (name of its folder), file and line."""

    base: str
    path: str
    line: int


@dataclass(frozen=True)
class Base:
    """A validated knowledge base: entities, cases, lexicon, and where each of them stands."""

    names: tuple[str, ...]
    """Names of the bases it was made of, in order."""
    digest: str
    """SHA-256 over the content of all files."""
    entities: Mapping[str, Entity]
    kinds: Mapping[str, str]
    origins: Mapping[str, Origin]
    cases: Mapping[str, tuple[Case, ...]]
    """File stem (an insight id, or ``foreign-...``) -> its cases."""
    case_origins: Mapping[str, Origin]
    lexicon: Lexicon
    quiet: tuple[Path, ...] = field(default=())
    """Healthy logs on which nothing may be found."""

    @cached_property
    def ordered(self) -> tuple[Entity, ...]:
        """All entities, in order of id."""
        return tuple(entity for _, entity in sorted(self.entities.items()))

    def of(self, kind: type[E]) -> list[E]:
        """Return all entities of one class, in order of id."""
        return [entity for entity in self.ordered if isinstance(entity, kind)]

    def insights(self) -> list[Insight]:
        """Return all insights, in order of id."""
        return self.of(Insight)


@dataclass
class _Raw:
    """One entity before validation."""

    kind: str
    data: dict[str, Any]
    origin: Origin
    lines: dict[Location, int]
    at: Location


class _Loader:
    """Gathers files, entities and problems; validates once at the end."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.raw: dict[str, _Raw] = {}
        self.gone: set[str] = set()
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
        raw = _Raw(kind, data, Origin(base, str(path), line), document.lines, at)
        if kind in FOLDERS.values() and path.stem != data["id"]:
            self._problem(path, line, f"id {data['id']!r} must equal the file name")
        self._merge(raw)

    def _merge(self, new: _Raw) -> None:
        """Add an entity, or apply an overlay's word on an existing one."""
        entity_id = new.data["id"]
        old = self.raw.get(entity_id)
        word = next((w for w in WORDS if new.data.get(w)), None)
        where, line = new.origin.path, new.origin.line
        if old is None:
            if word:
                self._problem(where, line, f"{entity_id!r} says {word} but nothing has that id")
            else:
                self.raw[entity_id] = new
                self.gone.discard(entity_id)
            return
        if old.kind != new.kind or old.origin.base == new.origin.base or word is None:
            first = f"{old.origin.path}:{old.origin.line}"
            hint = (
                "" if old.origin.base == new.origin.base else "; say extends, overrides or disabled"
            )
            self._problem(where, line, f"id {entity_id!r} stands already in {first}{hint}")
        elif word == "disabled":
            del self.raw[entity_id]
            self.gone.add(entity_id)
        elif word == "overrides":
            self.raw[entity_id] = new
        else:
            new.data = extended(old.data, new.data)
            self.raw[entity_id] = new

    def _cases(self, base: str, path: Path, document: Document) -> None:
        try:
            cases = _CASES.validate_python(document.data)
        except ValidationError as error:
            self._refused(error, str(path), document.lines, (), "case")
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
            self._refused(error, str(path), document.lines, (), "lexicon")
            return
        self.lexicon = lexicon

    def _refused(
        self, error: ValidationError, path: str, lines: dict[Location, int], at: Location, what: str
    ) -> None:
        for item in error.errors(include_url=False):
            place = (*at, *item["loc"])
            line = next(
                (lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 0
            )
            name = ".".join(str(part) for part in item["loc"]) or what
            hint = "; put it in quotes" if _unquoted(item["type"], item["input"]) else ""
            self._problem(path, line, f"{what}: {name}: {item['msg']}{hint}")

    def _kept(self, cases: tuple[Case, ...]) -> tuple[Case, ...]:
        """Return cases without what they say about disabled entities."""
        return tuple(
            case.model_copy(update={"instead": None}) if case.instead in self.gone else case
            for case in cases
        )

    def finish(self, names: tuple[str, ...]) -> Base:
        """Validate everything and return the base, or raise with every problem."""
        entities: dict[str, Entity] = {}
        for entity_id, raw in sorted(self.raw.items()):
            try:
                entities[entity_id] = KINDS[raw.kind].model_validate(without(raw.data, self.gone))
            except ValidationError as error:
                what = f"{raw.kind} {entity_id!r}"
                self._refused(error, raw.origin.path, raw.lines, raw.at, what)
        if not self.lexicon and not self.problems:
            self._problem("lexicon.yaml", 0, "is missing")
        if self.problems:
            raise KbError(self.problems)
        return Base(
            names=names,
            digest=self.hash.hexdigest(),
            entities=entities,
            kinds={entity_id: raw.kind for entity_id, raw in sorted(self.raw.items())},
            origins={entity_id: raw.origin for entity_id, raw in sorted(self.raw.items())},
            cases={
                stem: self._kept(cases)
                for stem, cases in sorted(self.cases.items())
                if stem not in self.gone
            },
            case_origins=self.case_origins,
            lexicon=Lexicon.model_validate(self.lexicon),
            quiet=tuple(self.quiet),
        )


def _unquoted(error: str, value: object) -> bool:
    """Say whether a text was refused because YAML read it as a number, true or false."""
    return error == "string_type" and isinstance(value, int)


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
