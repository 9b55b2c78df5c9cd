"""``diagnose kb test``: every case and every quiet log against every insight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.cli import inputs, output
from diagnose.cli import options as o
from diagnose.errors import Exit
from diagnose.report.jsontext import dumps

if TYPE_CHECKING:
    from diagnose.cli.options import Args

REPORT = o.Option(("--report",), "report", "with the tables: each insight, confusions, reliability,"
                  " signatures that no case shows", "flag")  # fmt: skip


def run(args: Args) -> int:
    """Prove the shipped base with its overlays."""
    form = output.form(args)
    output.check(args)
    from diagnose.proof.prove import prove  # noqa: PLC0415 (pydantic and yaml, only here)
    from diagnose.report import proof  # noqa: PLC0415
    from kb.load import load  # noqa: PLC0415

    report = prove(load(inputs.overlays(args)), inputs.opened(args))
    if form == "json":
        text = dumps(proof.data(report))
    elif form == "lines":
        text = proof.lines(report)
    else:
        text = proof.text(report, full=bool(args.report))
    output.emit(text, args)
    return Exit.KNOWLEDGE if report.problems else Exit.FOUND


COMMAND = o.Command(
    words=("kb", "test"),
    summary="prove a base: every case and every quiet log against every insight",
    examples=(
        ("diagnose kb test", "the figures of the shipped base"),
        ("diagnose kb test --report", "with confusions and the reliability of the posteriors"),
        ("diagnose kb test --kb ./ours --format lines", "one line for each problem, for a build"),
    ),
    run=run,
    options=(REPORT, o.formats("text", "json", "lines"), o.JSON, *o.SAVING, o.KB, *o.TALK),
    exits=((0, "no problems"), (3, "problems, or the knowledge base is not valid")),
)
