"""``diagnose run``: one check, run here after consent, or its output from elsewhere interpreted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from diagnose.checks import run as runner
from diagnose.checks.execute import TIMEOUT, execute
from diagnose.checks.outputs import MOST_OUTPUT
from diagnose.cli import inputs, output, talk
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.collect import collect
from diagnose.errors import Exit, UsageError
from diagnose.followup import checking
from diagnose.reading import read

if TYPE_CHECKING:
    from diagnose.checks.run import Plan
    from diagnose.cli.options import Args
    from kb.index import Index

YES = o.Option(("--yes",), "yes", "run it without asking; for commands that only read", "flag")
PASTE = o.Option(("--paste",), "paste", "interpret the output of this check from another machine,"
                 " read from standard input; nothing is run", "flag")  # fmt: skip
SET = o.Option(("--set",), "values", "value of a placeholder of the command; repeatable",
               "values", "NAME=VALUE")  # fmt: skip
STATUS = o.Option(("--exit-status",), "status", "with --paste: the exit status the command had",
                  "value", "N")  # fmt: skip
LONGEST = o.Option(("--timeout",), "timeout", "stop the command after so many seconds"
                   f" (default {TIMEOUT:.0f})", "value", "SECONDS")  # fmt: skip


def run(args: Args) -> int:
    """Run a check or interpret its output, and say what follows."""
    form = output.form(args)
    if args.paste and args.yes:
        raise UsageError("--paste runs nothing, so --yes means nothing with it")
    if args.status and not args.paste:
        raise UsageError("--exit-status goes with --paste")
    output.check(args)
    index = inputs.opened(args)
    given = inputs.given(args)
    if given.stdin and args.paste:
        raise UsageError("--paste and --log - both read standard input")
    evidence = collect(given, index) if given.is_empty else inputs.collected(given, index)
    values = _values(args)
    planned = runner.plan(index, args.check, values, evidence.captured, evidence.versions)
    done = _pasted(args, planned, index) if args.paste else _ran(args, planned, index)
    result = checking.concluded(done, evidence, given, index)
    if form == "json":
        from diagnose.report.jsontext import dumps  # noqa: PLC0415 (one form is needed)

        output.emit(dumps({**headed("run", index), **checking.as_dict(result)}), args)
    else:
        text = "\n".join(map(talk.harmless, checking.lines(result, index)))
        output.emit(f"{text}\n", args)
    return Exit.FOUND if result.understood else Exit.NOT_FOUND


def _values(args: Args) -> dict[str, str]:
    values = {}
    for text in args.values:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"--set must be NAME=VALUE, not {text!r}")
        values[name] = value
    return values


def _pasted(args: Args, planned: Plan, index: Index) -> checking.Done:
    status = inputs.number(args.status, "--exit-status", 0, 0) if args.status else None
    if output.on_terminal(sys.stdin):
        talk.note("paste the output; end with Ctrl-D on a line of its own")
    data = read.stdin_bytes().read(4 * MOST_OUTPUT)
    text = data.decode("utf-8", "replace")
    if not text.strip():
        raise UsageError("--paste: standard input is empty")
    return checking.pasted(index, planned, text, status)


def _ran(args: Args, planned: Plan, index: Index) -> checking.Done:
    if planned.refused:
        return checking.Done(planned, None, None, pasted=False)
    seconds = inputs.number(args.timeout, "--timeout", int(TIMEOUT))
    if not args.yes:
        for line in planned.lines():
            talk.say(line)
        if not _agreed():
            return checking.Done(planned, None, None, pasted=False, declined=True)
    return checking.ran(index, planned, execute(planned, seconds))


def _agreed() -> bool:
    """Ask; only a person at a terminal can agree here."""
    if sys.stdin is None or not output.on_terminal(sys.stdin):
        raise UsageError(
            "running a command needs your consent: answer at a terminal, or give --yes"
        )
    talk.say("Run exactly this command here? yes or no")
    try:
        return input().strip().casefold() in ("y", "yes")
    except EOFError:
        return False


COMMAND = o.Command(
    words=("run",),
    summary="run one reading check after your consent, or interpret its output from elsewhere",
    examples=(
        ("diagnose run flow-run-ls-late", "shows the command and where it runs, then asks"),
        (
            "cat there.txt | diagnose run ps-prefect-processes --paste",
            "what the output of another machine means",
        ),
        ("diagnose run proc-wchan --set pid=4711 --yes --json", "without asking, as JSON"),
    ),
    run=run,
    options=(
        *(YES, PASTE, SET, STATUS, LONGEST, *o.INPUTS_ANYWHERE, o.formats("text", "json"), o.JSON),
        *(*o.SAVING, o.KB, *o.TALK),
    ),
    arguments=(o.Argument("check", "CHECK", "id of a command of the base", completes="command"),),
    exits=(
        (0, "the output is understood"),
        (1, "it was not run, or nothing that the base knows follows from its output"),
    ),
    notes="Only commands that read are run, one at a time, without a shell. Commands that change"
    " something are shown and never run. With inputs (--log, --symptom, ...) placeholders are filled"
    " from them and the answer says how the ranking moved.",
)
