"""A few screens to the letter and to the colour; `--update-golden` writes them anew.

What is shown is built here, not taken from the base, so that a change of knowledge changes nothing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import textual
from textual.app import App

from diagnose.asking.questions import Answer, Question
from diagnose.checks.commands import Filled
from diagnose.findings import Finding
from docs import screenshots
from tests.tui.tour import H2
from tui.keymap import user_file
from tui.screens.ask import AskScreen
from tui.screens.command import CommandScreen
from tui.screens.help import HelpScreen
from tui.screens.log import LogScreen
from tui.screens.save import SaveScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

GOLDEN = Path(__file__).parents[1] / "golden" / "tui"

TAKEN_WITH = "8.2.8"
"""Another version may draw the same screen in other bytes."""

QUESTION = Question(
    "late", "Are runs [Late]?", "inspect", "reads", 15, 0.52,
    (Answer("yes", "frozen (61 %)"), Answer("no", "no cause of this base (40 %)")),
    also=(("gone", "the process is [gone]"),),
)  # fmt: skip
COMMAND = Filled(
    id="restart", kind="remediation", language="shell", argv=("systemctl", "restart", "{unit}"),
    text="systemctl restart {unit}", filled=False,
    placeholders=(("unit", "unit", "the unit of the agent", ""),), effect="changes", risk="medium",
    risk_note="Runs on it are lost.", privileges="root", where="agent-host", versions=">=2",
    replaced_by=(), purpose="starts the agent anew", why="a new process has no dead connection",
    confirms="", refutes="", outcomes=(("it is active", "It runs again.", "", "present"),),
    expect="active (running)", verify="Runs start.", rollback="Stop it.", mitigates=False,
    cost_s=20, note="",
)  # fmt: skip

LOOK = COMMAND._replace(id="inspect", effect="reads", text="prefect inspect", filled=True)


def _log() -> LogScreen:
    text = "h2.exceptions.ProtocolError"
    found = [
        Finding("h2", "signature", "present", "exact", 1.0, text, text, "error", 4, (0, 27)),
        Finding("stop", "signature", "present", "fuzzy", 0.9, "Agent stopped!", "Agent stopped",
                "error", 8, (0, 13), 0.9, "! is missing"),
    ]  # fmt: skip
    return LogScreen("pasted text", H2, found)


SCREENS: dict[str, Callable[[App[None]], Screen[Any]]] = {
    "ask": lambda _: AskScreen([QUESTION._replace(run=LOOK)], {"frozen": "It is frozen"}),
    "command": lambda _: CommandScreen(COMMAND),
    "help": lambda app: HelpScreen(app, {}),
    "log": lambda _: _log(),
    "save": lambda _: SaveScreen("Save", Path("/x/session.json"), question="keep texts?"),
}


@pytest.mark.skipif(
    textual.__version__ != TAKEN_WITH, reason=f"the pictures were taken with Textual {TAKEN_WITH}"
)
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_looks_as_it_did(
    name: str, theme: str, request: pytest.FixtureRequest
) -> None:
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        await app.push_screen(SCREENS[name](app))
        await pilot.pause()
        await pilot.pause()
        svg = re.sub(r"terminal-\d+", "terminal-0", app.export_screenshot(title=name))
    svg = svg.replace(str(user_file()), "KEYS")
    path = GOLDEN / f"{name}-{theme.removeprefix('textual-')}.svg"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(svg, encoding="utf-8")
    assert svg == path.read_text(encoding="utf-8")


@pytest.mark.skipif(
    textual.__version__ != TAKEN_WITH, reason=f"the pictures were taken with Textual {TAKEN_WITH}"
)
@pytest.mark.parametrize("name", screenshots.SHOTS)
async def test_the_pictures_of_the_readme_are_of_this_program(
    name: str, request: pytest.FixtureRequest
) -> None:
    svg = await screenshots.take(screenshots.SHOTS[name])
    path = Path(screenshots.__file__).parent / f"{name}.svg"
    if request.config.getoption("--update-golden"):
        path.write_text(svg, encoding="utf-8")
    assert svg == path.read_text(encoding="utf-8")
