"""``diagnose kb list``: the entities of the base."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from diagnose.cli import inputs, output
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.errors import Exit
from diagnose.report.jsontext import dumps
from diagnose.report.plain import clip, one_line

if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from kb.index import Index

KINDS = (
    "insight",
    "signature",
    "symptom",
    "fact",
    "command",
    "reference",
    "parameter",
    "metric",
    "page",
)
PLURALS = {f"{kind}s": kind for kind in KINDS}
IDS = o.Option(("--ids",), "ids", "only the ids, one a line", "flag")


def run(args: Args) -> int:
    """List all entities, or those of one kind."""
    form = output.form(args)
    output.check(args)
    index = inputs.opened(args)
    rows = index.names(PLURALS.get(args.kind, args.kind) or None)
    if form == "json":
        output.emit(dumps({**headed("kb list", index), "entities": _data(index, rows)}), args)
    elif args.ids:
        output.emit("".join(f"{entity}\n" for entity, _, _ in rows), args)
    else:
        conditions = _conditions(index)
        told = [
            (entity, kind, f"{conditions[entity]}: {text}" if entity in conditions else text)
            for entity, kind, text in rows
        ]
        output.emit(_text(told, _width(args)), args)
    return Exit.FOUND


def _data(index: Index, rows: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    conditions = _conditions(index)
    found = []
    for entity in (index.entity(entity) for entity, _, _ in rows):
        if entity is not None:
            data = {"id": entity.id, "kind": entity.kind, "text": entity.text, "base": entity.base}
            if entity.id in conditions:
                data["condition"] = conditions[entity.id]
            found.append(data)
    return found


def _conditions(index: Index) -> dict[str, str]:
    """Return fact -> the value it looks at, as ``--fact`` takes it, and how it compares."""
    return {fact.id: f"{fact.name} {fact.op} {fact.value}" for fact in index.facts()}


def _width(args: Args) -> int | None:
    """Return the columns to fit into; lines that a program reads are whole."""
    is_seen = output.on_terminal(sys.stdout) and not output.to_file(args)
    return output.width(args) if is_seen else None


def _text(rows: list[tuple[str, str, str]], width: int | None) -> str:
    """Return one line for each entity; kinds are shown as headings."""
    longest = min(max((len(entity) for entity, _, _ in rows), default=0), 44)
    lines: list[str] = []
    last = ""
    for entity, kind, text in rows:
        if kind != last:
            lines += [""] * bool(lines) + [f"{kind}:"]
            last = kind
        left = f"  {entity:<{longest}}  "
        said = clip(text, max(width - len(left), 20)) if width else one_line(text)
        lines.append(f"{left}{said}".rstrip())
    return "\n".join(lines) + "\n"


COMMAND = o.Command(
    words=("kb", "list"),
    summary="the entities of the knowledge base",
    examples=(
        ("diagnose kb list insights", "the causes that are known"),
        ("diagnose kb list symptoms --ids", "ids for --symptom, one a line"),
        ("diagnose kb list facts", "names for --fact, each with what it is compared to"),
        ("diagnose kb list --json", "everything, as JSON"),
    ),
    run=run,
    options=(IDS, o.formats("text", "json"), o.JSON, *o.SAVING, o.KB, *o.TALK),
    arguments=(
        o.Argument("kind", "KIND", f"one kind only: {', '.join(KINDS)}", "?", (*KINDS, *PLURALS)),
    ),
)
