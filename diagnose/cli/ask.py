"""``diagnose ask``: guided, question by question, in plain lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from diagnose.asking.ask import ask
from diagnose.cli import inputs, oneshot, output, talk
from diagnose.cli import options as o
from diagnose.errors import UsageError
from diagnose.sessions.session import Session, command_line

if TYPE_CHECKING:
    from diagnose.cli.options import Args

MOST_CHARACTERS = 1_000_000
"""Of one line of input."""


class _Lines:
    """The dialogue on standard input and output; on standard error where the answer is data."""

    def __init__(self, *, aside: bool) -> None:
        self._aside = aside

    def say(self, line: str) -> None:
        """Write one line."""
        if self._aside:
            talk.say(line)
        else:
            output.write(f"{line}\n")

    def read(self) -> str | None:
        """Return the next line; None at the end of the input."""
        stream = getattr(sys.stdin, "buffer", None)
        data = stream.readline(MOST_CHARACTERS) if stream is not None else b""
        return data.decode("utf-8", "replace").rstrip("\r\n") if data else None


def run(args: Args) -> int:
    """Ask, then show the answer that the dialogue came to."""
    form = output.form(args)
    output.check(args)
    given = inputs.on_this_machine(inputs.given(args))
    if given.stdin:
        raise UsageError("--log - cannot be used here: standard input carries your answers")
    index = inputs.opened(args)
    limit = inputs.number(args.limit, "--limit", inputs.DEFAULT_LIMIT)
    aside = form != "text" or output.to_file(args)
    found = ask(Session(given), index, _Lines(aside=aside), limit)
    output.emit(oneshot.rendered(found.diagnosis, args, form), args)
    if form == "text" and not args.quiet:
        talk.note(f"the same without questions: {command_line(found.session)}")
    return oneshot.status(found.diagnosis)


COMMAND = o.Command(
    words=("ask",),
    summary="guided, question by question, in plain lines",
    examples=(
        ("diagnose ask", "asks what you see, then what would tell the causes apart best"),
        ("diagnose ask --log agent.log", "reads the log first and asks only the rest"),
        (
            "printf '%s\\n' 'runs stay Late' '' yes skip quit | diagnose ask --json",
            "in a pipe; the answer is JSON on standard output",
        ),
    ),
    run=run,
    options=(
        *o.INPUTS, o.formats("text", "json", "markdown"), o.JSON, o.LIMIT, *o.SAVING, o.KB, o.COLOR,
        *o.TALK,
    ),
    exits=o.DIAGNOSIS_EXITS,
    notes="Answers: yes, no, skip, the numbers of statements, =VALUE, run, paste, back, why, quit."
    " Standard input carries the answers, so a log cannot be piped in. Nothing is run but a check"
    " you agreed to.",
)  # fmt: skip
