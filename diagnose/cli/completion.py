"""``diagnose completion``: scripts that complete commands, options and ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.cli import oneshot, output, shell_bash, shell_fish, shell_zsh, table
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.errors import Exit
from diagnose.report.jsontext import dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diagnose.cli.options import Args

SHELLS: dict[str, Callable[[Sequence[o.Command]], str]] = {
    "bash": shell_bash.script,
    "zsh": shell_zsh.script,
    "fish": shell_fish.script,
}


def run(args: Args) -> int:
    """Write the script for one shell, made from the commands as they are."""
    form = output.form(args)
    output.check(args)
    commands = (oneshot.COMMAND, *(table.load(entry) for entry in table.ENTRIES))
    script = SHELLS[args.shell](commands)
    if form == "json":
        script = dumps({**headed("completion"), "shell": args.shell, "script": script})
    output.emit(script, args)
    return Exit.FOUND


COMMAND = o.Command(
    words=("completion",),
    summary="completion for bash, zsh or fish",
    examples=(
        ("source <(diagnose completion bash)", "in ~/.bashrc"),
        (
            'diagnose completion zsh -o "${fpath[1]}/_diagnose"',
            "once, for zsh; the folder must be in fpath before compinit runs",
        ),
        ("diagnose completion fish -o ~/.config/fish/completions/diagnose.fish", "once, for fish"),
    ),
    run=run,
    options=(o.formats("text", "json"), o.JSON, *o.SAVING, *o.TALK),
    arguments=(o.Argument("shell", "SHELL", "bash, zsh or fish", "", tuple(SHELLS)),),
    notes="Ids are completed by asking 'diagnose kb list', so that those of the base of the moment"
    " are found.",
)
