"""All entities of the base by name, searched as the words are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.safe import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.index import Index

KINDS = (
    "insight", "signature", "symptom", "fact", "command", "reference", "parameter", "metric", "page",
)  # fmt: skip
"""In the order in which they are listed; kinds unknown here come last."""


class Name(NamedTuple):
    """One entity."""

    id: str
    kind: str
    text: str
    """As it stands in the base; make it harmless before it is shown."""
    folded: str
    """Everything that it is found by."""

    @property
    def shown(self) -> str:
        """The text, made harmless."""
        return plain(self.text, 200)


def names(index: Index) -> list[Name]:
    """Return all entities, in order of kind and id."""
    found = [
        Name(entity, kind, text, f"{entity} {kind} {text[:400]}".casefold())
        for entity, kind, text in index.names()
    ]
    place = {kind: number for number, kind in enumerate(KINDS)}
    return sorted(found, key=lambda name: (place.get(name.kind, len(KINDS)), name.id))


def holding(found: Iterable[Name], typed: str) -> Iterator[Name]:
    """Yield the entities that hold all words."""
    words = typed.casefold().split()
    return (name for name in found if all(word in name.folded for word in words))
