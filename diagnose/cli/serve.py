"""``diagnose serve``: the interactive screen in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.cli import inputs, launch
from diagnose.cli import options as o
from diagnose.errors import UsageError

if TYPE_CHECKING:
    from diagnose.cli.options import Args

HOST = o.Option(("--host",), "host", "where to listen (default localhost)", "value", "HOST")
PORT = o.Option(("--port",), "port", "where to listen (default 8000)", "value", "PORT")
FORWARDED = (*o.INPUTS_OF_FILES, o.KB)


def run(args: Args) -> int:
    """Serve the screen until interrupted.

    Raises:
        UsageError: as `inputs.given`, or an input cannot be had in a browser.
    """
    given = inputs.on_this_machine(inputs.given(args))  # what is wrong is told here
    if given.stdin:
        raise UsageError("--log -: a browser has no standard input; name a file")
    words = [f"{option.long}={value}" for option in FORWARDED for value in o.values(args, option)]
    return launch.serve(words, host=args.host, port=inputs.number(args.port, "--port", 0))


COMMAND = o.Command(
    words=("serve",),
    summary="the interactive screen in a browser on this machine",
    examples=(
        ("diagnose serve", "at http://localhost:8000, for this machine only"),
        ("diagnose serve --port 9000 --log agent.log", "on another port, with a log to start from"),
    ),
    run=run,
    options=(HOST, PORT, *FORWARDED, *o.TALK),
    exits=(
        (0, "it was stopped (ctrl+c or SIGTERM)"),
        (130, "interrupted before it served (SIGINT)"),
        (143, "terminated before it served (SIGTERM)"),
    ),
    notes="Needs the extra: pip install 'kb-diagnose[serve]'. Nothing asks for a password; whoever"
    " reaches the port can read files that you can read.",
)
