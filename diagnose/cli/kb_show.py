"""``diagnose kb show``: one entity as it stands in the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.cli import inputs, output, talk
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.errors import Exit
from diagnose.lookup import look_up
from diagnose.report.jsontext import dumps
from kb.text import clean

if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from kb.index import Entity


def run(args: Args) -> int:
    """Show the record of one entity."""
    form = output.form(args, "yaml")
    output.check(args)
    index = inputs.opened(args)
    found = look_up(index, args.entity)
    if not found.exact:
        talk.note(f"{args.entity!r} is taken as {found.id}")
    entity = index.entity(found.id)
    assert entity is not None  # noqa: S101 (the id was just looked up)
    if form == "json":
        answer = {"kind": entity.kind, "base": entity.base, "record": entity.record}
        output.emit(dumps({**headed("kb show", index), **answer}), args)
    else:
        output.emit(clean(_yaml(entity)), args)
    return Exit.FOUND


def _yaml(entity: Entity) -> str:
    import yaml  # noqa: PLC0415 (only this form needs it)

    record = yaml.safe_dump(entity.record, sort_keys=False, allow_unicode=True, width=100)
    return f"# {entity.kind} of the base {entity.base}\n{record}"


COMMAND = o.Command(
    words=("kb", "show"),
    summary="one entity as it stands in the base",
    examples=(
        ("diagnose kb show screen-session-freeze", "an insight with its edges and their strengths"),
        ("diagnose kb show agent-stopped --json", "a signature, as JSON"),
    ),
    run=run,
    options=(o.formats("yaml", "json"), o.JSON, *o.SAVING, o.KB, *o.TALK),
    arguments=(o.Argument("entity", "ID|TEXT", "an id, or the text of an entity", completes="*"),),
)
