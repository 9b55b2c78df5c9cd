"""The one-shot form: what was given, one answer."""

from __future__ import annotations

import sys

from diagnose.cli import inputs, output, stop
from diagnose.cli import options as o
from diagnose.errors import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from diagnose.result import Diagnosis

FORMAT = o.formats("text", "json", "markdown")
DASK = o.Option(("--dask",), "dask", "read the logs, also URLs such as s3://logs/*/agent.log.gz, on"
                " a Dask cluster and answer for each host: its address, or local", "value",
                "ADDRESS|local")  # fmt: skip
OPTIONS = (
    *o.INPUTS_ANYWHERE, DASK, FORMAT, o.JSON, o.LIMIT, *o.SAVING, o.KB, o.COLOR, *o.TALK, o.VERSION,
)  # fmt: skip


def run(args: Args) -> int:
    """Answer, or open the TUI when nothing is given at a terminal."""
    if args.show_version:
        from kb.version import __version__  # noqa: PLC0415

        output.write(f"diagnose {__version__}\n")
        return Exit.FOUND
    form = output.form(args)
    if _wants_tui(args, form):
        from diagnose.cli.launch import open_tui  # noqa: PLC0415 (textual only when it is to run)

        return open_tui(args)
    output.check(args)
    if args.dask:
        from diagnose.cli import fleet  # noqa: PLC0415 (an extra)

        diagnosis = fleet.diagnosed(args, inputs.opened(args))
    else:
        diagnosis = inputs.diagnosed(args, inputs.opened(args), lazily=form == "text")
    output.emit(rendered(diagnosis, args, form), args)
    return status(diagnosis)


def rendered(diagnosis: Diagnosis, args: Args, form: str) -> str:
    """Return a diagnosis in one of the forms."""
    if form == "json":
        from diagnose.report import data, jsontext  # noqa: PLC0415 (one form is needed)

        return jsontext.dumps(data.as_dict(diagnosis))
    if form == "markdown":
        from diagnose.report import markdown  # noqa: PLC0415

        return markdown.render(diagnosis)
    from diagnose.report import text  # noqa: PLC0415

    width, color = output.width(args), output.color(args)
    return text.render(diagnosis, width=width, color=color, verbose=args.verbose)


def status(diagnosis: Diagnosis) -> int:
    """Return the exit status that a diagnosis asks for."""
    if diagnosis.partial:
        return stop.status()
    return Exit.FOUND if diagnosis.found else Exit.NOT_FOUND


def _wants_tui(args: Args, form: str) -> bool:
    """Say whether this is the bare form at a terminal; options of the answer ask for an answer."""
    if form != "text" or args.format or args.output:
        return False
    at_terminal = output.on_terminal(sys.stdin) and output.on_terminal(sys.stdout)
    return at_terminal and inputs.given(args).is_empty


COMMAND = o.Command(
    words=(),
    summary="find the cause of trouble with Prefect agents, workers and runners",
    examples=(
        ('diagnose --error "cannot find a heartbeat"', "what is behind an error text"),
        ("diagnose --log /var/log/prefect --since 2h", "what is behind the logs of a folder"),
        (
            'journalctl -u prefect-agent | diagnose --log - --symptom "runs stay Late"',
            "a log in a pipe, with what you see",
        ),
        ("diagnose", "in a terminal: the interactive screen"),
    ),
    run=run,
    options=OPTIONS,
    exits=o.DIAGNOSIS_EXITS,
    notes="Inputs combine freely. Standard input is read for --log -, and when no input is given"
    " and it is not a terminal. Nothing is sent anywhere and nothing is executed.",
)
