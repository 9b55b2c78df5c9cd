"""Opens the TUI; the only place where the core reaches for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.cli import inputs

if TYPE_CHECKING:
    from diagnose.cli.options import Args


def open_tui(args: Args) -> int:
    """Run the TUI with the inputs pre-filled and return its exit status."""
    from tui.app import run  # noqa: PLC0415 (textual, only when it is to be shown)

    given, overlays = inputs.given(args), inputs.overlays(args)
    resume = Path(args.resume) if getattr(args, "resume", "") else None
    return run(given, overlays, resume=resume, mouse=not getattr(args, "no_mouse", False))
