"""What leaves the program: runbook, JSON, session, the command line, the last words."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.sessions.file import load
from diagnose.sessions.session import Session, Step
from tests.tui.tour import SCREEN, Tour
from tui.leaving import last_words, one_shot

Size = tuple[int, int]


async def test_the_runbook_is_previewed_and_written(size: Size, settings: Path) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.press("escape", "r")
        assert tour.screen == "RunbookScreen"
        await tour.press("w")
        assert tour.typed("#target") == str(settings / "screen-session-freeze.md")
        await tour.press("enter")
        text = (settings / "screen-session-freeze.md").read_text()
        assert "Prefect agent freezes in background screen session" in text
        assert tour.screen == "Walk"


async def test_a_file_that_is_there_is_replaced_only_when_asked_twice(settings: Path) -> None:
    target = settings / "screen-session-freeze.md"
    target.write_text("mine")
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "r", "w", "enter")
        assert target.read_text() == "mine"
        await tour.press("enter")
        assert target.read_text() != "mine"


async def test_the_runbook_is_copied_and_shown() -> None:
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "Y")
        assert "screen session" in tour.copied[0]
        assert tour.text("#page-text")


async def test_the_diagnosis_is_written_as_json(settings: Path) -> None:
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "r", "J", "enter")
        data = json.loads((settings / "screen-session-freeze.json").read_text())
        assert data["causes"][0]["insight"] == "screen-session-freeze"


async def test_an_editor_that_cannot_be_opened_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "e")
        assert any("editor" in said for said in tour.said)


async def test_a_session_is_saved_reopened_and_goes_on(size: Size, settings: Path) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.go_to("#signs-rows", "symptom:on-windows")
        await tour.press("n", "s")
        await tour.press("enter")
        path = settings / "diagnose-session.json"
        assert tour.app.saved == path
        saved = tour.app.session
    again = load(path)
    assert again == saved
    async with Tour(session=again, size=size) as tour:
        assert tour.first == "screen-session-freeze"
        assert tour.app.session.answers() == {"on-windows": "absent"}
        await tour.press("escape", "u")
        assert tour.app.session.answers() == {}


async def test_a_session_goes_on_with_the_project_file_of_its_place(settings: Path) -> None:
    project = settings / "diagnose.toml"
    project.write_text("")
    async with Tour(given=Given(errors=(SCREEN,), project=project)) as tour:
        await tour.press("escape", "s", "enter")
        assert load(settings / "diagnose-session.json").start.project is None
        await tour.press("R", *"diag", "enter", "enter")
        assert tour.app.saved == settings / "diagnose-session.json"
        assert tour.app.session.start == Given(errors=(SCREEN,), project=project)


async def test_a_session_is_reopened_from_within(settings: Path) -> None:
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "s", "enter")
    async with Tour() as tour:
        await tour.press("escape", "R", "enter")
        assert tour.first == "screen-session-freeze"


async def test_a_file_that_is_no_session_is_said(settings: Path) -> None:
    (settings / "x.json").write_text("{}")
    async with Tour() as tour:
        await tour.press("escape", "R", "enter")
        assert any("not a session file" in said for said in tour.said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"schema": 2, "command": "session", "given": {}, "steps": []}', "later version"),
        ('{"schema": 1, "command": "session", "giv', "not a session file"),
        ('{"schema": 1, "command": "session", "given": {}, "steps": [{}]}', "not a session file"),
        ("\0\udcff", "not a session file"),
    ],
)
async def test_a_session_that_cannot_be_reopened_leaves_the_present_one(
    content: str, said: str, size: Size, settings: Path
) -> None:
    (settings / "x.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    async with Tour(SCREEN, size=size) as tour:
        before = tour.app.session
        await tour.press("escape", "R", "enter")
        assert any(said in notice for notice in tour.said)
        assert tour.app.session is before
        assert tour.app.saved is None
        assert tour.first == "screen-session-freeze"


def test_inputs_come_on_top_of_those_of_a_session() -> None:
    session = Session(Given(errors=("old",), version="2.1", since=1.0)).did(Step("drop", "error:0"))
    more = Given(errors=("new",), logs=(Path("a"),), version="3.0", project=Path("here"))
    both = session.with_more(more)
    assert both.given().errors == ("new",)
    assert both.undo().given().errors == ("old", "new")
    assert both.start == more._replace(errors=("old", "new"), since=1.0)
    assert session.with_more(Given()) == session


async def test_secrets_and_long_pastes_are_not_stored_unless_asked(settings: Path) -> None:
    long = "\n".join(f"line {i} token=abcdef123456" for i in range(60))
    async with Tour("password=hunter22") as tour:
        await tour.paste(long)
        await tour.press("escape", "s", "enter")
        text = (settings / "diagnose-session.json").read_text()
        assert "hunter22" not in text
        assert "line 59" not in text
        assert json.loads(text)["left_out"] == ["a pasted text of 60 lines"]
        await tour.press("s", "ctrl+t", "enter", "enter")
        text = (settings / "diagnose-session.json").read_text()
        assert "line 59" in text
        assert "abcdef123456" not in text


async def test_the_command_line_gives_the_same(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.go_to("#signs-rows", "symptom:on-windows")
        await tour.press("n", "L")
        assert tour.copied == [f"diagnose --error {shlex.quote(SCREEN)} --no-symptom on-windows"]
        assert tour.copied[0] in tour.text("#page-text")


async def test_leaving_says_cause_and_how_to_come_back() -> None:
    async with Tour("Agent stopped!", SCREEN) as tour:
        said = last_words(tour.app)
        assert "screen-session-freeze" in said
        assert "diagnose tui --error 'Agent stopped!'" in said
        await tour.pilot.press("escape", "q")
    assert tour.app.last_words == said
    assert tour.app.return_code == 0


async def test_leaving_without_anything_says_nothing() -> None:
    async with Tour() as tour:
        assert last_words(tour.app) == ""


async def test_piped_input_is_named_as_such(settings: Path) -> None:
    piped = settings / "stdin"
    piped.write_text("Agent stopped!\n")
    async with Tour(given=Given(logs=(piped,))) as tour:
        tour.app.piped = piped
        assert one_shot(tour.app) == "diagnose --log -"


def test_a_session_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"schema": 99, "command": "session", "given": {}, "steps": []}')
    with pytest.raises(UsageError, match="later version"):
        load(path)


@pytest.mark.parametrize("since", ["1e999", "-1e999", "NaN", "1e17", f"1{'0' * 400}"])
def test_a_session_with_a_time_beyond_the_calendar_is_refused(tmp_path: Path, since: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(
        f'{{"schema": 1, "command": "session", "given": {{"since": {since}}}, "steps": []}}'
    )
    with pytest.raises(UsageError, match="not a session file"):
        load(path)


def test_undo_and_redo_are_exact() -> None:
    session = Session(Given(errors=("x",)))
    one = session.answer("a", "present")
    two = one.answer("a", "absent")
    assert two.undo().answers() == {"a": "present"}
    assert two.undo().undo().answers() == {}
    assert two.undo().undo().redo().redo() == two
    assert two.undo().answer("b", "present").undone == ()
    assert session.undo() == session
    assert session.redo() == session


def test_a_log_that_cannot_be_read_goes_and_the_places_of_the_others_stay() -> None:
    session = Session(Given(logs=(Path("a"), Path("b"))))
    session = session.did(Step("log", "c")).answer("x", "present").did(Step("log", "d"))
    session = session.did(Step("drop", "log:1")).did(Step("drop", "step:2"))
    left = session.without_logs([Path("a"), Path("c")])
    assert left.given().logs == ()
    assert left.undo().given().logs == (Path("d"),)
    assert left.undo().undo().given().logs == (Path("b"), Path("d"))
    assert session.without_logs([Path("d")]).answers() == {"x": "present"}
