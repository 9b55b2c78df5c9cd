"""Bases laid one over another, as plain data: what an overlay's words do to what stands below.

``extends`` adds, ``overrides`` replaces, ``disabled`` takes away and leaves no loose ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kb.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kb.base import Origin
    from kb.yamlfile import Location

WORDS = ("extends", "overrides", "disabled")

_LISTED = ("parameters", "signatures", "commands", "references", "insights", "configures")
_ENDS = {
    "indicates": ("finding",),
    "contradicts": ("finding",),
    "involves": ("reference",),
    "checks": ("command",),
    "fixes": ("command",),
    "look_alikes": ("insight", "finding"),
    "causes": ("insight",),
    "replaced_by": ("command",),
}
"""Key that holds a list of edges -> keys of an edge that hold ids."""


class Raw(NamedTuple):
    """One entity before validation."""

    kind: str
    data: dict[str, Any]
    origin: Origin
    lines: dict[Location, int]
    """The line of every value in its file."""
    at: Location
    """Where it stands in that file."""


class Layers:
    """The entities of the bases so far, each as the last overlay left it."""

    def __init__(self) -> None:
        self.raw: dict[str, Raw] = {}
        self.gone: set[str] = set()
        """Ids that an overlay has disabled."""

    def add(self, new: Raw) -> Problem | None:
        """Add an entity, or apply an overlay's word on an existing one; say what forbids it."""
        entity_id = new.data["id"]
        old = self.raw.get(entity_id)
        word = next((word for word in WORDS if new.data.get(word)), None)
        if refused := _clash(old, new, word):
            return Problem(new.origin.path, new.origin.line, refused)
        if word == "disabled":
            del self.raw[entity_id]
            self.gone.add(entity_id)
            return None
        if old is not None and word == "extends":
            new = new._replace(data=extended(old.data, new.data))
        self.raw[entity_id] = new
        self.gone.discard(entity_id)
        return None


def _clash(old: Raw | None, new: Raw, word: str | None) -> str:
    """Say why an entity and its word do not go with what stands below."""
    entity_id = new.data["id"]
    if old is None:
        return f"{entity_id!r} says {word} but nothing has that id" if word else ""
    same_base = old.origin.base == new.origin.base
    if old.kind == new.kind and not same_base and word:
        return ""
    hint = "" if same_base else "; say extends, overrides or disabled"
    return f"id {entity_id!r} stands already in {old.origin.path}:{old.origin.line}{hint}"


def extended(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``old`` with lists of ``new`` appended, mappings merged and other values replaced."""
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        if isinstance(before, list) and isinstance(value, list):
            merged[key] = before + [item for item in value if item not in before]
        elif isinstance(before, dict) and isinstance(value, dict):
            merged[key] = extended(before, value)
        elif key not in WORDS:
            merged[key] = value
    return merged


def without(data: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """Return the data of one entity without the edges and list items that lead to ``gone`` ids.

    Who disables an entity cannot edit the files that point to it.
    """
    kept = dict(data)
    for key, value in data.items():
        if key == "alias_of" and _is_gone(value, gone):
            del kept[key]
        elif key == "versions" and isinstance(value, dict) and "unless" in value:
            kept[key] = {**value, "unless": [i for i in value["unless"] if not _is_gone(i, gone)]}
        elif not isinstance(value, list):
            continue
        elif key in _LISTED:
            kept[key] = [item for item in value if not _is_gone(item, gone)]
        elif key in _ENDS:
            kept[key] = [item for item in value if not _leads(item, _ENDS[key], gone)]
        elif key == "outcomes":
            kept[key] = [_unbound(item, gone) for item in value]
            if kept[key] != value:
                kept.setdefault("leaves_open", "what it tells of is switched off in this base")
    return kept


def _is_gone(value: Any, gone: Collection[str]) -> bool:
    return isinstance(value, str) and value in gone


def _leads(edge: Any, keys: tuple[str, ...], gone: Collection[str]) -> bool:
    return isinstance(edge, dict) and any(_is_gone(edge.get(key), gone) for key in keys)


def _unbound(outcome: Any, gone: Collection[str]) -> Any:
    """Keep an outcome readable when the finding it stands for is gone."""
    if _leads(outcome, ("finding",), gone):
        return {key: value for key, value in outcome.items() if key not in ("finding", "state")}
    return outcome
