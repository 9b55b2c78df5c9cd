"""Takes the screenshots of the README: real walks, in the TUI itself, as SVG.

usage: python docs/screenshots.py [FOLDER]      (default: the folder of this file)
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
for name in ("NO_COLOR", "COLORFGBG", "TEXTUAL_THEME"):
    os.environ.pop(name, None)
os.environ["TEXTUAL_ANIMATIONS"] = "none"

from diagnose.given import Given  # noqa: E402 (the environment comes first)
from tui.app import DiagnoseApp  # noqa: E402

TRACEBACK = """\
10:14:07.482 | ERROR   | prefect.agent - Failed the last 3 attempts. Please check your environment and configuration.
Traceback (most recent call last):
  File "site-packages/h2/connection.py", line 226, in process_input
h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED
The above exception was the direct cause of the following exception:
Traceback (most recent call last):
  File "site-packages/httpcore/_async/http2.py", line 126, in handle_async_request
httpcore.LocalProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED
10:14:08.011 | INFO    | prefect.agent - Agent stopped!
"""
WORDS = (
    "The agent runs in a screen session. Overnight runs stay Late and nothing is logged;"
    " the process is still there."
)


class Shot(NamedTuple):
    """One walk: what is given, which keys are pressed, at which size and in which theme."""

    given: Given
    keys: tuple[str, ...]
    size: tuple[int, int]
    theme: str


SHOTS = {
    "from-an-error": Shot(Given(errors=(TRACEBACK,)), ("escape", "2"), (120, 36), "textual-dark"),
    "from-an-answer": Shot(
        Given(errors=(WORDS,), symptoms=("resumes-on-attach",)),
        ("escape", "2"),
        (120, 36),
        "textual-light",
    ),
}


async def take(shot: Shot) -> str:
    """Return the screen at the end of a walk."""
    app = DiagnoseApp(shot.given)
    async with app.run_test(size=shot.size) as pilot:
        app.theme = shot.theme
        for key in ("", *shot.keys):
            await pilot.press(*([key] if key else []))
            while True:
                await pilot.pause()
                await app.workers.wait_for_complete()
                await pilot.pause()
                if app.walk.ready and not (app.walk.busy or app.walk.stale or app.walk.reading):
                    break
        svg = app.export_screenshot(title="diagnose")
    return re.sub(r"terminal-\d+", "terminal-0", svg)


def main(folder: Path) -> None:
    """Take all of them."""
    for name, shot in SHOTS.items():
        (folder / f"{name}.svg").write_text(asyncio.run(take(shot)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
