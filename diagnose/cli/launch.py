"""Opens the TUI; the only place where the core reaches for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.cli import inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.cli.options import Args


def open_tui(args: Args) -> int:
    """Run the TUI with the inputs pre-filled and return its exit status."""
    from tui.app import run  # noqa: PLC0415 (textual, only when it is to be shown)

    given, overlays = inputs.on_this_machine(inputs.given(args)), inputs.overlays(args)
    resume = Path(args.resume) if getattr(args, "resume", "") else None
    return run(given, overlays, resume=resume, mouse=not getattr(args, "no_mouse", False))


def serve(words: Sequence[str], *, host: str = "", port: int = 0) -> int:
    """Serve the TUI in a browser until interrupted.

    Args:
        words: options of ``diagnose tui``.
        host: where to listen; empty = this machine only.
        port: where to listen; 0 = the usual one.

    Raises:
        UsageError: the extra is not installed, or it cannot listen there.
    """
    from tui import serve as server  # noqa: PLC0415 (textual and an extra, only when served)

    return server.serve(words, host=host or server.HOST, port=port or server.PORT)
