"""``diagnose tui``: the interactive screen, with inputs pre-filled."""

from __future__ import annotations

from diagnose.cli import options as o
from diagnose.cli.launch import open_tui

RESUME = o.Option(("--resume",), "resume", "a saved session to take up again", "value", "FILE",
                  completes="file")  # fmt: skip
NO_MOUSE = o.Option(("--no-mouse",), "no_mouse", "leave the mouse to the terminal", "flag")

COMMAND = o.Command(
    words=("tui",),
    summary="the interactive screen, with inputs pre-filled",
    examples=(
        ("diagnose tui --log agent.log", "start from a log"),
        ("kubectl logs deploy/prefect-worker | diagnose tui", "start from a pipe"),
        ("diagnose tui --resume tonight.json", "go on with a saved session"),
    ),
    run=open_tui,
    options=(*o.INPUTS, RESUME, NO_MOUSE, o.KB, *o.TALK),
    exits=(
        (129, "the terminal went away (SIGHUP)"),
        (143, "terminated (SIGTERM); the terminal is restored"),
    ),
    notes="? shows all keys with their ids. The table [keys] of diagnose.toml, in this folder or in"
    ' the user\'s settings, changes them: "causes.rule-out" = "X" (or ctrl+x, f5, space; several'
    " with a comma between).",
)
