"""A validated knowledge base, as everything that is made from one reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kb.model import Entity, Insight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kb.model import Case, Lexicon

E = TypeVar("E", bound=Entity)


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
