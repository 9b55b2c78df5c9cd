"""The screens that open over the main one: logs, files, browsing, palette, help, themes, layouts."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from textual.command import CommandPalette
from textual.widgets._footer import FooterKey

from diagnose.given import Given
from diagnose.sessions.file import to_json
from diagnose.sessions.session import Session, Step
from tests.tui.tour import H2, PATIENCE_S, SCREEN, Tour
from tui.logview import LogView
from tui.rows import Rows
from tui.screens.help import sections

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

Size = tuple[int, int]


def _log(folder: Path, name: str = "agent.log") -> Path:
    path = folder / name
    lines = [
        f"12:00:{i % 60:02}.000 | INFO    | prefect.agent - nothing new {i}" for i in range(3000)
    ]
    path.write_text("\n".join([*lines, H2.strip(), *lines]) + "\n")
    return path


async def test_a_log_is_chosen_read_and_shown_with_its_evidence(size: Size, settings: Path) -> None:
    _log(settings)
    async with Tour(size=size) as tour:
        await tour.press("ctrl+o")
        assert tour.screen == "FileScreen"
        assert tour.rows("#entries") == ["agent.log"]
        await tour.press("enter")
        assert tour.first == "http2-protocol-error-stops-agent"
        await tour.press("escape", "2", "l")
        assert tour.screen == "LogScreen"
        view = tour.app.screen.query_one(LogView)
        assert view.text.count == 6008
        first = view.at
        assert "SEND_HEADERS" in tour.painted()
        await tour.press("n")
        assert view.at == (first + 1) % len(view.places)
        await tour.press("N", "N")
        assert view.at == (first - 1) % len(view.places)
        assert f"of {len(view.places)}" in tour.text("#log-note")
        await tour.press("escape")
        assert tour.screen == "Walk"


async def test_a_folder_with_very_many_files_is_narrowed_by_typing(settings: Path) -> None:
    for number in range(700):
        (settings / f"agent-{number}.log").touch()
    (settings / "loop").symlink_to("loop")
    async with Tour() as tour:
        await tour.press("ctrl+o")
        assert tour.rows("#entries")[-1] == "201 more: type to narrow"
        await tour.type("agent-69")
        assert len(tour.rows("#entries")) == 11


async def test_a_compressed_log_is_shown_too(settings: Path) -> None:
    path = _log(settings)
    packed = settings / "agent.log.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    async with Tour(given=Given(logs=(packed,))) as tour:
        await tour.press("escape", "2", "l")
        assert tour.app.screen.query_one(LogView).text.count == 6008
        assert "SEND_HEADERS" in tour.painted()


async def test_a_dropped_file_is_opened(settings: Path) -> None:
    path = _log(settings, "my agent.log")
    async with Tour() as tour:
        await tour.paste(f"'{path}'")
        assert tour.app.session.steps[0].kind == "log"
        assert tour.first == "http2-protocol-error-stops-agent"


async def test_a_log_that_cannot_be_read_is_taken_back(settings: Path) -> None:
    (settings / "core.log").write_bytes(b"\x7fELF\0\0\0")
    async with Tour(SCREEN) as tour:
        await tour.paste(str(settings / "core.log"))
        assert any("binary" in said for said in tour.said)
        assert not tour.app.session.steps
        assert tour.first == "screen-session-freeze"


async def test_a_missing_log_from_the_command_line_is_said(settings: Path) -> None:
    async with Tour(given=Given(logs=(settings / "gone.log",))) as tour:
        assert any("gone.log" in said for said in tour.said)
        assert not tour.app.session.given().logs


async def test_a_pasted_text_is_shown_with_its_evidence() -> None:
    async with Tour() as tour:
        await tour.paste(H2)
        await tour.press("escape", "l")
        assert tour.screen == "LogScreen"
        assert "pasted text" in tour.text("#log-title")


async def test_the_graph_is_walked_from_insight_to_command_and_back(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.press("escape", "2", "b")
        assert tour.screen == "BrowseScreen"
        await tour.go_to("#neighbours", "checked with:screen-list")
        await tour.press("enter")
        assert "screen -ls" in tour.text("#entity-text")
        row = next(o for o in tour.rows("#neighbours") if "Prefect agent freezes" in o)
        assert row
        await tour.go_to("#neighbours", "checks:screen-session-freeze")
        await tour.press("enter")
        assert tour.app.screen.trail == [  # type: ignore[attr-defined]
            "screen-session-freeze", "screen-list", "screen-session-freeze",
        ]  # fmt: skip
        await tour.press("backspace")
        assert "screen -ls" in tour.text("#entity-text")


async def test_all_entities_are_searched(size: Size) -> None:
    async with Tour(size=size) as tour:
        await tour.press("escape", "b")
        assert tour.app.focused is not None
        assert tour.app.focused.id == "browse-query"
        await tour.type("karpenter insight")
        assert any("Karpenter" in row for row in tour.rows("#entities"))
        await tour.press("enter", "enter")
        assert "karpenter-spot-termination" in tour.text("#entity-text")


@pytest.mark.parametrize(
    "entity",
    ["http2-protocol-error-stops-agent", "h2-send-headers-closed", "runs-stay-late", "screen-list"],
)
async def test_the_palette_finds_entities(entity: str, size: Size) -> None:
    async with Tour(size=size) as tour:
        assert tour.app.engine.index.entity(entity) is not None
        await tour.press("ctrl+p")
        assert isinstance(tour.app.screen, CommandPalette)
        await tour.type(entity)
        await tour.press("enter")
        if isinstance(tour.app.screen, CommandPalette):
            await tour.press("enter")
        assert tour.screen == "BrowseScreen"
        assert tour.app.screen.trail == [entity]  # type: ignore[attr-defined]


async def test_the_palette_finds_actions(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.press("ctrl+p")
        await tour.type("as command line")
        await tour.press("enter")
        if isinstance(tour.app.screen, CommandPalette):
            await tour.press("enter")
        assert len(tour.copied) == 1


async def test_the_palette_finds_what_the_panes_do_under_the_keys_they_have(
    settings: Path,
) -> None:
    (settings / "diagnose.toml").write_text('[keys]\n"causes.rule-out" = "X"\n')
    async with Tour(SCREEN) as tour:
        offered = list(tour.app.get_system_commands(tour.walk))  # type: ignore[arg-type]
        titles = [command.title for command in offered]
        assert {"Why not", "Paste output", "Withdraw", "Copy", "Undo", "Quit"} <= set(titles)
        assert len([title for title in titles if title == "Help"]) == 1
        rule_out = next(command for command in offered if command.title == "Rule out")
        assert rule_out.help == "2 Likely causes: key X"
        await tour.press("escape", "ctrl+p")
        await tour.type("rule out")
        await tour.press("enter")
        if isinstance(tour.app.screen, CommandPalette):
            await tour.press("enter")
        assert tour.app.session.ruled_out() == {"screen-session-freeze": "set aside by you"}


async def test_the_base_shows_what_the_cursor_is_on_at_once(size: Size) -> None:
    async with Tour(size=size) as tour:
        await tour.press("escape", "b")
        rows = tour.app.screen.query_one("#entities", Rows)
        assert rows.chosen in tour.text("#entity-text")
        await tour.type("karpenter insight")
        assert "karpenter-spot-termination" in tour.text("#entity-text")
        assert tour.rows("#neighbours")


async def test_no_key_is_cut_at_the_bottom() -> None:
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "2")
        for width in (60, 66, 80, 300):
            await tour.pilot.resize_terminal(width, 24)
            await tour.settled()
            keys = list(tour.walk.query(FooterKey))
            assert keys
            assert all(key.region.right <= width + 1 for key in keys)
            assert ("Quit" in [key.description for key in keys]) == (width >= 80)


async def test_help_lists_every_binding_with_its_id(size: Size) -> None:
    async with Tour(size=size) as tour:
        await tour.press("f1")
        page = tour.text("#page-text")
        for _, owner in sections():
            for binding in owner.__dict__.get("BINDINGS", ()):
                assert binding.id
                assert binding.id in page
                assert binding.description in page


async def test_every_binding_id_is_its_own() -> None:
    ids = [b.id for _, owner in sections() for b in owner.__dict__.get("BINDINGS", ())]
    assert len(ids) == len(set(ids))


async def test_keys_are_rebound_by_a_file(settings: Path) -> None:
    (settings / "diagnose.toml").write_text('[keys]\n"causes.rule-out" = "X"\n')
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "2", "x")
        assert not tour.app.session.steps
        await tour.press("X")
        assert tour.app.session.ruled_out() == {"screen-session-freeze": "set aside by you"}
        await tour.press("question_mark")
        assert f"{'X':<16}Rule out" in tour.text("#page-text")


async def test_an_id_that_is_none_in_the_key_file_is_said(settings: Path) -> None:
    (settings / "diagnose.toml").write_text('[keys]\n"causes.rule" = "X"\n"walk.save" = "S"\n')
    async with Tour(SCREEN) as tour:
        assert any("nothing is called causes.rule;" in said for said in tour.said)


async def test_a_broken_key_file_is_said_and_ignored(settings: Path) -> None:
    (settings / "diagnose.toml").write_text("[keys\n")
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "2", "x")
        assert tour.app.session.steps


async def test_resizing_keeps_everything() -> None:
    async with Tour(SCREEN, size=(120, 36)) as tour:
        await tour.press("escape", "2", "f", "j")
        before = (tour.walk.causes.insight, tour.walk.causes.folded, tour.app.focused)
        for width, height, kind in ((60, 24, "-narrow"), (80, 24, "-two"), (300, 80, "-three")):
            await tour.pilot.resize_terminal(width, height)
            await tour.settled()
            assert tour.walk.has_class(kind)
            assert (tour.walk.causes.insight, tour.walk.causes.folded, tour.app.focused) == before


async def test_a_narrow_terminal_shows_the_cause_behind_enter() -> None:
    async with Tour(SCREEN, size=(60, 24)) as tour:
        assert not tour.walk.detail.is_on_screen
        await tour.press("escape", "2", "enter")
        assert tour.walk.detail.is_on_screen
        await tour.press("escape")
        assert not tour.walk.detail.is_on_screen
        assert tour.app.focused is tour.walk.causes


async def test_a_narrow_terminal_shows_what_to_collect_behind_enter() -> None:
    async with Tour("ValueError: the frobnicator is out of cheese", size=(60, 24)) as tour:
        await tour.press("escape", "2", "enter")
        assert tour.walk.detail.is_on_screen
        assert "Collect next" in tour.painted()


async def test_a_pane_is_made_big_and_small_again() -> None:
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "3", "z")
        assert tour.walk.maximized is tour.walk.detail
        await tour.press("z")
        assert tour.walk.maximized is None


async def test_light_and_dark() -> None:
    async with Tour(SCREEN) as tour:
        await tour.press("escape")
        first = tour.app.theme
        await tour.press("T")
        assert tour.app.theme != first
        await tour.press("T")
        assert tour.app.theme == first


async def test_every_place_of_the_evidence_is_gone_to(size: Size, settings: Path) -> None:
    path = settings / "agent.log"
    line = H2.splitlines()[3]
    path.write_text("\n".join([*["nothing"] * 40, line] * 30))
    async with Tour(given=Given(logs=(path,)), size=size) as tour:
        await tour.press("escape", "2", "l")
        view = tour.app.screen.query_one(LogView)
        assert view.places == [41 * n for n in range(1, 31)]
        await tour.press("N")
        assert view.here == 41 * 30
        assert tour.text("#log-note").startswith("30 of 30, line 1,230")
        await tour.press("n", "n")
        assert view.here == 82


async def test_a_log_is_searched(size: Size, settings: Path) -> None:
    _log(settings)
    async with Tour(given=Given(logs=(settings / "agent.log",)), size=size) as tour:
        await tour.press("escape", "2", "l", "slash")
        await tour.type("NEW 17")
        await tour.press("enter")
        view = tour.app.screen.query_one(LogView)
        assert view.text.line(view.here).endswith("nothing new 17")
        assert "of 222, line" in tour.text("#log-note")
        here = view.here
        await tour.press("N")
        assert view.here < here
        await tour.press("slash")
        await tour.type("not in it")
        await tour.press("enter")
        assert "No \u201cnot in it\u201d was found" in tour.text("#log-note")
        await tour.press("escape", "n")
        assert "1 of 4, line 3,001" in tour.text("#log-note")
        await tour.press("escape")
        assert tour.screen == "Walk"


@pytest.mark.parametrize("before", ["x", "\u8b66"])
async def test_evidence_far_to_the_right_is_scrolled_to(
    before: str, size: Size, settings: Path
) -> None:
    path = settings / "agent.log"
    path.write_text(f"{before * 600} {H2.splitlines()[3]}\nAgent stopped!\n")
    async with Tour(given=Given(logs=(path,)), size=size) as tour:
        await tour.press("escape", "2", "l", "slash")
        await tour.type("send_headers")
        await tour.press("enter")
        assert "SEND_HEADERS" in tour.painted()
        await tour.press("slash")
        await tour.type("stopped")
        await tour.press("enter")
        assert "Agent stopped!" in tour.painted()


async def test_one_log_of_two_that_cannot_be_read_leaves_the_other(settings: Path) -> None:
    good = _log(settings)
    bad = settings / "core.log"
    bad.write_bytes(b"\x7fELF\0\0\0")
    async with Tour(given=Given(logs=(bad, good))) as tour:
        assert tour.app.session.given().logs == (good,)
        assert tour.first == "http2-protocol-error-stops-agent"


NO_PIPES = pytest.mark.skipif(
    sys.platform == "win32", reason="there are no named pipes in a folder"
)


@contextlib.asynccontextmanager
async def _reading(tour: Tour, pipe: Path) -> AsyncIterator[threading.Event]:
    """While a long log is read; it goes on once the event is set."""
    go_on = threading.Event()
    os.mkfifo(pipe)

    def write() -> None:
        with contextlib.suppress(BrokenPipeError), pipe.open("w") as stream:
            stream.write(f"{H2}\n" * 20_000)
            stream.flush()
            go_on.wait(PATIENCE_S)
            stream.write("12:00:00.000 | INFO    | prefect.agent - on\n" * 200_000)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    tour.walk.do(Step("log", str(pipe)))
    try:
        async with asyncio.timeout(PATIENCE_S):
            while "Esc stops" not in tour.text("#moved"):
                await tour.pilot.pause()
        yield go_on
    finally:
        go_on.set()
    writer.join(PATIENCE_S)
    assert not writer.is_alive()


@NO_PIPES
async def test_a_long_log_tells_how_far_it_is_and_escape_stops_it(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.tally.EVERY", 0.0)
    async with Tour() as tour:
        async with _reading(tour, settings / "long.log") as go_on:
            await tour.pilot.press("a")
            assert tour.typed("#query") == "a"
            await tour.pilot.press("backspace", "escape", "escape")
            go_on.set()
            await tour.settled()
        assert tour.walk.diagnosis is not None
        assert tour.walk.diagnosis.partial
        assert tour.text("#verdict").startswith("ESTABLISHED SO FAR")
        assert any("Partial: reading was" in row for row in tour.rows("#signs-rows"))
        assert tour.first == "http2-protocol-error-stops-agent"


@NO_PIPES
async def test_a_session_reopened_while_a_log_is_read_ends_the_reading(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.tally.EVERY", 0.0)
    short = settings / "short.log"
    short.write_text("12:00:00.000 | INFO    | prefect.agent - Agent stopped!\n")
    saved = settings / "a-session.json"
    saved.write_text(to_json(Session(Given(errors=(SCREEN,), logs=(short,)))))
    async with Tour() as tour:
        async with _reading(tour, settings / "long.log") as go_on:
            before = tour.app.session
            await tour.pilot.press("escape", "R")
            await tour.pilot.press(*"a-se", "enter")
            assert tour.app.saved == saved
            go_on.set()
            await tour.settled()
        diagnosis = tour.walk.diagnosis
        assert diagnosis is not None
        assert not diagnosis.partial
        assert diagnosis.input.logs == (str(short),)
        assert tour.first == "screen-session-freeze"
        assert not tour.app.engine.has_read(before)  # so that it is read from its beginning


@NO_PIPES
async def test_a_log_that_gives_nothing_holds_nothing_up(settings: Path) -> None:
    pipe = settings / "pipe.log"
    os.mkfifo(pipe)
    async with Tour(SCREEN) as tour:
        tour.walk.do(Step("log", str(pipe)))
        try:
            await tour.pilot.press("escape", "2", "escape", "escape")
            assert tour.app.focused is tour.walk.query_one("#signs-rows")
            assert tour.walk.reading
            await tour.pilot.press("u")
            await tour.settled()
        finally:
            os.close(os.open(pipe, os.O_RDWR))
        assert not tour.app.session.given().logs
        assert tour.first == "screen-session-freeze"
