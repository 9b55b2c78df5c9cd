"""Writes the JSON Schema files: ``python -m diagnose.schema.write`` after a change of a model."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from diagnose.schema.explain import Explanation
from diagnose.schema.models import Result
from diagnose.schema.published import FILES, RESULTS
from kb.load import FOLDERS, LIST_FILES
from kb.model import KINDS, Case, Entity, Lexicon

if TYPE_CHECKING:
    from pathlib import Path

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[Path, dict[str, Any]]:
    """Return path -> schema for every file."""
    found: dict[Path, dict[str, Any]] = {}
    for name, model in (("result", Result), ("explain", Explanation)):
        found[RESULTS / f"{name}.json"] = _titled(model.model_json_schema(), name)
    for name in FOLDERS.values():
        found[FILES / f"{name}.json"] = _titled(_entity(KINDS[name]), name)
    for name in LIST_FILES.values():
        found[FILES / f"{name}.json"] = _titled(_list(_entity(KINDS[name])), name)
    cases = TypeAdapter(list[Case]).json_schema()
    found[FILES / "case.json"] = _titled(cases, "case")
    lexicon = Lexicon.model_json_schema()
    lexicon.pop("required", None)  # an overlay's lexicon adds to the one below it
    found[FILES / "lexicon.json"] = _titled(lexicon, "lexicon")
    return found


def _entity(kind: type[Entity]) -> dict[str, Any]:
    """Return the schema of one entity; an overlay that extends or disables one may say little."""
    schema = kind.model_json_schema()
    definitions = schema.pop("$defs", {})
    required = [key for key in schema.pop("required") if key != "id"]
    partial = {
        "anyOf": [
            {"properties": {w: {"const": True}}, "required": [w]} for w in ("extends", "disabled")
        ]
    }
    schema |= {"required": ["id"], "if": partial, "else": {"required": required}}
    return {**schema, "$defs": definitions} if definitions else schema


def _list(item: dict[str, Any]) -> dict[str, Any]:
    definitions = item.pop("$defs", {})
    schema = {"type": "array", "items": item}
    return {**schema, "$defs": definitions} if definitions else schema


def _titled(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Put first what a reader looks for."""
    return {"$schema": DRAFT, "$id": f"urn:kb-diagnose:schema:{name}", **schema}


def text(schema: dict[str, Any]) -> str:
    """Return a schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write all schema files."""
    for path, schema in sorted(schemas().items()):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text(schema), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
