"""Writing an import into an overlay folder: new files only, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from kb.errors import KbError, Problem
from kb.identity import text_of
from kb.load import FOLDERS, LIST_FILES
from kb.model import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kb.page.importer import Plan

_FILE_OF = {kind: name for name, kind in LIST_FILES.items()}
_FOLDER_OF = {kind: name for name, kind in FOLDERS.items()}


def overlay_files(plan: Plan) -> dict[str, str]:
    """Return the YAML that an import adds: path inside the overlay -> text."""
    lists: dict[str, list[dict[str, Any]]] = {}
    files: dict[str, str] = {}
    for kind, entity, _ in plan.new:
        data = entity.model_dump(mode="json", exclude_defaults=True)
        if kind in _FOLDER_OF:
            files[f"{_FOLDER_OF[kind]}/{entity.id}.yaml"] = _yaml(data)
        else:
            lists.setdefault(_FILE_OF[kind], []).append(data)
    files.update({name: _yaml(entries) for name, entries in lists.items()})
    return dict(sorted(files.items()))


def plan_text(plan: Plan) -> str:
    """Return what an import would do, for a reader: what is known, what is new, what differs."""
    page = plan.page
    lines = [
        f"{page.name}: {page.annotations} annotations, {len(page.insights)} insights",
        f"known: {_counts(known.kind for known in plan.known)}",
        f"new: {_counts(addition.kind for addition in plan.new)}",
    ]
    for kind, entity, line in plan.new:
        verb = "~" if entity.extends else "+"
        lines.append(f"  {verb} {kind} {entity.id}: {text_of(entity)!r} (line {line})")
    lines.extend(f"differs: {note}" for note in plan.notes)
    lines.extend(f"file: {name}" for name in overlay_files(plan))
    return "\n".join(lines) + "\n"


def write_import(plan: Plan, folder: Path) -> tuple[Path, ...]:
    """Write what is new into an overlay folder and return the files, in order.

    No file is ever changed: the folder must not hold one of the names yet. When something goes
    wrong, the files already written are removed again.

    Raises:
        KbError: a file is there already, or the folder cannot be written.
    """
    files = {folder / name: text for name, text in overlay_files(plan).items()}
    clashes = [path for path in files if os.path.lexists(path)]
    if clashes:
        message = "is there already and is not touched; import into another folder"
        raise KbError([Problem(str(path), 0, message) for path in clashes])
    written: list[Path] = []
    try:
        for path, text in files.items():
            _place(path, text)
            written.append(path)
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        where = error.filename or folder
        problem = Problem(str(where), 0, f"cannot be written: {error.strerror or error}")
        raise KbError([problem]) from error
    return tuple(written)


def _place(path: Path, text: str) -> None:
    """Create a whole file at once; its name is taken first, so that none is ever replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".import-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        path.open("xb").close()
        try:
            shutil.copymode(path, temporary)
            temporary.replace(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    finally:
        temporary.unlink(missing_ok=True)


def _yaml(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)


def _counts(kinds: Iterable[str]) -> str:
    found: Mapping[str, int] = Counter(kinds)
    parts = [
        f"{found[kind]} {kind}{'s' if found[kind] > 1 else ''}" for kind in KINDS if kind in found
    ]
    return ", ".join(parts) or "nothing"
