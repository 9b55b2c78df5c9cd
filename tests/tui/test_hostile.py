"""Hostile text is displayed harmlessly."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

import pytest
from rich.cells import cell_len
from textual.events import Paste
from textual.widgets import Input, TextArea

from diagnose.checks.outputs import MOST_OUTPUT
from diagnose.given import Given
from tests.tui.tour import H2, SCREEN, Tour
from tui.field import Field
from tui.logtext import OnDisk
from tui.logview import LogView
from tui.safe import lines, plain

if TYPE_CHECKING:
    from pathlib import Path

NASTY = {
    "markup": "Agent stopped! [/foo] [red] [b c] [@click=app.quit]x[/] [link=file:///etc]",
    "escapes": "Agent stopped! \x1b[2J\x1b[31mred\x1b]52;c;aGk=\x07 \x9b31m \x07\x08",
    "bidi": "Agent stopped! \u202egnp.exe\u202c \u2066abc\u2069",
    "zero-width": "Agent\u200b stopped!\u200d \ufeff\u2060",
    "emoji": "Agent stopped! \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea e\u0301\u0301",
    "surrogates": "Agent stopped! \udc80\udcff",
    "invisible": "Agent\u00ad stopped!\u180e \U000e0041\U000e0042 \ufff9x\ufffb",
    "wide": "Agent stopped! \u8b66\u544a \uff41\uff42 \U0001f600\ufe0f",
    "tabs": "Agent stopped!\t\t\x0b\x0c\u2028x",
}


SIZES = ((80, 24), (120, 36), (200, 60))


async def assert_harmless(tour: Tour) -> None:
    """At every size no character acts, and each row is just as wide as the screen."""
    for width, height in SIZES:
        await tour.pilot.resize_terminal(width, height)
        await tour.settled()
        rows = tour.painted().split("\n")
        assert len(rows) == height
        assert {cell_len(row) for row in rows} == {width}
        acting = {c for row in rows for c in row if category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
        assert not acting


@pytest.mark.parametrize("name", NASTY)
async def test_text_neither_acts_nor_breaks(name: str) -> None:
    async with Tour(NASTY[name]) as tour:
        await assert_harmless(tour)
        await tour.paste(f"{NASTY[name]}\n{NASTY[name]}")
        await tour.paste(NASTY[name])
        await assert_harmless(tour)
        await tour.press("escape", "down", "2", "3", "4", "l")
        if tour.screen == "PickScreen":
            await assert_harmless(tour)
            await tour.press("enter")
        assert tour.screen == "LogScreen"
        await assert_harmless(tour)
        await tour.press("slash")
        await tour.paste(NASTY[name])
        await tour.press("enter")
        await assert_harmless(tour)
        await tour.press("escape", "escape")
        assert tour.walk.diagnosis is not None


async def test_text_pasted_where_something_is_asked_does_not_act() -> None:
    everything = " ".join(NASTY.values())
    async with Tour(SCREEN) as tour:
        await tour.go_to("#commands", "command:fd-stdout")
        await tour.press("p")
        for field in ("#output", "#status"):
            tour.app.screen.query_one(field).focus()
            await tour.paste(f"{everything}\n{everything}")
        await assert_harmless(tour)
        await tour.press("ctrl+s")
        await assert_harmless(tour)
        await tour.press("escape", "b", "slash")
        await tour.paste(everything)
        await assert_harmless(tour)
        await tour.press("escape", "ctrl+o")
        await tour.paste(everything)
        await assert_harmless(tour)
        await tour.press("escape", "ctrl+p")
        tour.app.post_message(Paste(everything))  # as the driver does
        await tour.settled()
        assert tour.app.screen.query_one(Input).value
        await assert_harmless(tour)


async def test_output_too_long_to_be_looked_at_is_cut_and_nothing_concluded_from_its_end() -> None:
    async with Tour(SCREEN) as tour:
        await tour.go_to("#commands", "command:fd-stdout")
        await tour.press("p")
        await tour.paste("nothing\n" * 40_000)
        assert len(tour.app.screen.query_one("#output", TextArea).text) <= MOST_OUTPUT
        assert any("characters count" in said for said in tour.said)
        await tour.press("ctrl+s")
        assert not tour.app.session.steps


ACTS = "a\x1b[2J\x9b31m\u202eb"
"""As the name of a folder, or as a line that is pasted."""


async def test_the_name_of_a_folder_that_is_completed_does_not_act(settings: Path) -> None:
    (settings / ACTS).mkdir()
    (settings / ACTS / "x.log").touch()
    async with Tour(size=(200, 60)) as tour:
        await tour.press("ctrl+o", "tab")
        assert tour.rows("#entries") == ["x.log"]
        assert_drawn_harmlessly(tour, settings / ACTS)


async def test_the_name_of_a_folder_to_save_in_does_not_act(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings / ACTS).mkdir()
    monkeypatch.chdir(settings / ACTS)
    async with Tour(H2, size=(200, 60)) as tour:
        await tour.press("ctrl+s")
        assert_drawn_harmlessly(tour, settings / ACTS)


def assert_drawn_harmlessly(tour: Tour, folder: Path) -> None:
    """The path field holds the folder as it is, and draws as many characters."""
    field = tour.app.screen.query_one(Field)
    assert field.value.startswith(f"{folder}/")
    assert len(field._value) == len(field.value)
    assert "/a\ufffd[2J\ufffd31m\ufffdb/" in tour.painted()
    assert not any(c in tour.painted() for c in "\x1b\x9b\u202e")


async def test_a_pasted_line_does_not_act() -> None:
    async with Tour() as tour:
        await tour.paste(f" {ACTS} and the rest ")
        assert tour.typed("#query") == "ab and the rest"


async def test_a_line_too_long_to_be_changed_is_kept_whole() -> None:
    async with Tour() as tour:
        await tour.paste("y" * 50_000)
        assert tour.typed("#query") == ""
        assert tour.app.session.steps[0].said == "y" * 50_000


async def test_a_notice_is_neither_markup_nor_control() -> None:
    async with Tour(size=(120, 36)) as tour:
        tour.walk.notify(f"[bold]x[/] {ACTS}", timeout=600)
        await tour.settled()
        assert "[bold]x[/] ab" in tour.painted()


async def test_markup_is_shown_as_it_was_written() -> None:
    async with Tour(NASTY["markup"], size=(200, 60)) as tour:
        assert any("[/foo] [red] [b c]" in row for row in tour.rows("#signs-rows"))


async def test_a_line_of_a_megabyte_is_cut(settings: Path) -> None:
    path = settings / "long.log"
    path.write_text("x" * 1_000_000 + "\nAgent stopped!\n" + "[/]" * 400_000 + "\n")
    async with Tour(given=Given(logs=(path,)), size=(80, 24)) as tour:
        await tour.press("escape", "l")
        view = tour.app.screen.query_one(LogView)
        assert view.text.count == 3
        assert len(view.text.line(1)) == 2000
        assert view.text.line(2) == "Agent stopped!"
        await assert_harmless(tour)
        await tour.press("escape")
        await assert_harmless(tour)


async def test_a_hundred_thousand_matches_stay_one_finding(settings: Path) -> None:
    path = settings / "many.log"
    path.write_text("12:00:00.000 | INFO    | prefect.agent - Agent stopped!\n" * 100_000)
    async with Tour(given=Given(logs=(path,)), size=(80, 24)) as tour:
        found = [f for f in tour.walk.found if f.id == "agent-stopped"]
        assert len(found) == 1
        assert len(tour.rows("#signs-rows")) < 400
        await assert_harmless(tour)
        await tour.press("escape", "l")
        assert tour.app.screen.query_one(LogView).text.count == 100_000
        assert "1 of 1,000" in tour.text("#log-note")
        await assert_harmless(tour)


async def test_a_paste_of_a_megabyte_is_taken(settings: Path) -> None:
    async with Tour() as tour:
        await tour.paste(H2 + "y" * 1_000_000)
        assert tour.first == "http2-protocol-error-stops-agent"


def test_texts_are_cut_and_cleaned() -> None:
    assert plain("a\x1b[31mb\nc\td") == "ab c d"
    assert plain("x" * 1000, 10) == "x" * 9 + "\u2026"
    assert lines("a\x1b[0m\n\u202eb") == "a\nb"


def test_any_line_of_a_large_file_is_found_without_holding_it(tmp_path: Path) -> None:
    path = tmp_path / "big.log"
    with path.open("w") as stream:
        for number in range(1, 300_001):
            stream.write(f"line {number}\n")
        stream.write("last without an end")
    text = OnDisk(path)
    grown: list[int] = []
    text.scan(lambda: False, lambda: grown.append(text.count))
    assert text.count == 300_001
    assert len(grown) > 3
    for number in (1, 2, 77_777, 150_000, 299_999, 300_000):
        assert text.line(number) == f"line {number}"
    assert text.line(300_001) == "last without an end"
    assert text.line(0) == text.line(300_002) == ""
    text.close()
