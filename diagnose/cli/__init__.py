"""The command line: words in, answer on standard output, exit status out.

The one-shot form is read by hand where it is plain; argparse, and every command, is imported
only when it is asked for.
"""

from __future__ import annotations

import gc
import sys

from diagnose.cli import dispatch
from diagnose.errors import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

RARELY = 50_000
"""New objects between two searches for garbage: while modules load there is none, and searching
takes a tenth of the time of a short answer."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status, whatever happens."""
    if argv is not None:
        return _run(argv)
    gc.set_threshold(RARELY)
    try:
        return _run(sys.argv[1:])
    finally:
        gc.freeze()  # nothing is worth collecting on the way out


def _run(words: Sequence[str]) -> int:
    try:
        return int(dispatch.run(list(words)))
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
