"""``diagnose explain``: what an entity is, its neighbours, causes and commands."""

from __future__ import annotations

from diagnose.cli import inputs, output, talk
from diagnose.cli import options as o
from diagnose.errors import Exit
from diagnose.lookup import look_up
from diagnose.report import explain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from diagnose.cli.options import Args


def run(args: Args) -> int:
    """Show one entity."""
    form = output.form(args)
    output.check(args)
    index = inputs.opened(args)
    found = look_up(index, args.entity)
    if not found.exact:
        talk.note(f"{args.entity!r} is taken as {found.id}")
    if form == "json":
        from diagnose.report.jsontext import dumps  # noqa: PLC0415

        output.emit(dumps(explain.data(index, found.id)), args)
    elif form == "markdown":
        output.emit(explain.markdown(index, found.id), args)
    else:
        width, color = output.width(args), output.color(args)
        output.emit(explain.text(index, found.id, width=width, color=color), args)
    return Exit.FOUND


COMMAND = o.Command(
    words=("explain",),
    summary="what an entity of the knowledge base is, and its neighbours",
    examples=(
        (
            "diagnose explain karpenter-spot-termination",
            "an insight: checks, fixes, sources",
        ),
        ("diagnose explain Runner", "the class; 'runner' is the component"),
        ('diagnose explain "cannot find a heartbeat" --json', "a signature by its text, as JSON"),
    ),
    run=run,
    options=(o.formats("text", "json", "markdown"), o.JSON, *o.SAVING, o.KB, o.COLOR, *o.TALK),
    arguments=(o.Argument("entity", "ID|TEXT", "an id, or the text of an entity", completes="*"),),
)
