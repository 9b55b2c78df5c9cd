"""What an overlay's words do to plain data: ``extends`` adds, ``disabled`` leaves no loose ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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
