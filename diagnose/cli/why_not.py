"""``diagnose why-not``: what speaks against a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose import whynot
from diagnose.cli import inputs, output, stop
from diagnose.cli import options as o
from diagnose.errors import Exit
from diagnose.lookup import look_up

if TYPE_CHECKING:
    from diagnose.cli.options import Args


def run(args: Args) -> int:
    """Show where one insight stands on what was given."""
    form = output.form(args)
    output.check(args)
    index = inputs.opened(args)
    insight = look_up(index, args.insight, "insight").id
    given = inputs.given_or_piped(args)
    evidence = inputs.collected(given, index)
    found = whynot.why_not(insight, evidence, given, index)
    if form == "json":
        from diagnose.report.jsontext import dumps  # noqa: PLC0415

        output.emit(dumps(whynot.data(found)), args)
    else:
        output.emit(whynot.text(found, output.width(args)), args)
    return stop.status() if evidence.partial else Exit.FOUND


COMMAND = o.Command(
    words=("why-not",),
    summary="what speaks against a cause, and what would raise it",
    examples=(
        (
            'diagnose why-not screen-session-freeze --error "Agent stopped!"',
            "why this is not the answer to that error",
        ),
        (
            "diagnose why-not agents-run-indefinitely --log agent.log --json",
            "the same on a log, as JSON",
        ),
    ),
    run=run,
    options=(*o.INPUTS_ANYWHERE, o.formats("text", "json"), o.JSON, *o.SAVING, o.KB, *o.TALK),
    arguments=(o.Argument("insight", "INSIGHT", "id or title of an insight", completes="insight"),),
)
