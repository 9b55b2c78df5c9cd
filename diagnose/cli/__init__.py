"""The command line: words in, answer on standard output, exit status out.

The one-shot form is read by hand where it is plain; argparse, and every command, is imported
only when it is asked for.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from diagnose.cli import dispatch
from diagnose.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status, whatever happens."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return int(dispatch.run(words))
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
