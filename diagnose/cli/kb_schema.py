"""``diagnose kb schema``: the JSON Schemas of results and of the YAML files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from diagnose.cli import options as o
from diagnose.cli import output
from diagnose.cli.answers import headed
from diagnose.errors import Exit, UsageError
from diagnose.report.jsontext import dumps
from diagnose.schema.published import SCHEMAS

if TYPE_CHECKING:
    from diagnose.cli.options import Args


def run(args: Args) -> int:
    """Write one schema, or the names of all."""
    form = output.form(args)
    output.check(args)
    if args.name:
        if args.name not in SCHEMAS:
            from diagnose.lookup import nearest  # noqa: PLC0415 (only on mistakes)

            raise UsageError(f"{args.name!r} is no schema{nearest(args.name, SCHEMAS)}")
        text = SCHEMAS[args.name]
        if form == "json":
            named = {"name": args.name, "content": json.loads(text)}
            text = dumps({**headed("kb schema"), **named})
        output.emit(text, args)
    elif form == "json":
        output.emit(dumps({**headed("kb schema"), "schemas": sorted(SCHEMAS)}), args)
    else:
        output.emit("".join(f"{name}\n" for name in sorted(SCHEMAS)), args)
    return Exit.FOUND


COMMAND = o.Command(
    words=("kb", "schema"),
    summary="the JSON Schemas of the results and of the YAML files",
    examples=(
        ("diagnose kb schema", "their names"),
        ("diagnose kb schema result -o result.schema.json", "the schema of 'diagnose --json'"),
        ("diagnose kb schema insight", "the schema of insights/<id>.yaml, for an editor"),
    ),
    run=run,
    options=(o.formats("text", "json"), o.JSON, *o.SAVING, *o.TALK),
    arguments=(o.Argument("name", "NAME", "one schema", "?", completes="schema"),),
)
