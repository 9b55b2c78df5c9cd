"""What fails outside the program is said in one line, and neither ends it nor stays behind."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from diagnose.given import Given
from diagnose.sessions.session import Step
from tests.tui.tour import PATIENCE_S, SCREEN, Tour
from tui.app import DiagnoseApp
from tui.terminal import take_piped_input


async def test_a_log_whose_reading_fails_unforeseen_is_tried_once(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = settings / "agent.log"
    log.write_text("Agent stopped!\n")
    opened = Path.open
    tries: list[Path] = []

    def failing(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == log and len(tries) < 5:  # so that what tries again comes to an end here
            tries.append(path)
            raise RuntimeError
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", failing)
    async with Tour(SCREEN) as tour:
        await tour.paste(str(log))
        assert tries == [log]
        assert any("(read: RuntimeError)" in said for said in tour.said)
        assert not tour.app.session.given().logs
        assert tour.first == "screen-session-freeze"


async def test_the_name_of_a_file_does_nothing_in_a_notice(settings: Path) -> None:
    (settings / "a\x1b[2J\u202eb.log").write_bytes(b"\x7fELF\0\0")
    async with Tour() as tour:
        await tour.press("ctrl+o", "a", "enter")
        shown = tour.painted()
        assert "binary file" in " ".join(shown.split())
        assert not any(c in shown for c in "\x1b\u202e")


@pytest.mark.parametrize("text", ["file://[abc", "~nosuch/a.log", "x" * 300, "/\0", "'"])
async def test_what_is_pasted_and_names_no_file_is_text(text: str) -> None:
    async with Tour() as tour:
        await tour.paste(text)
        assert not tour.app.session.steps
        assert tour.typed("#query").startswith(text[:1])


@pytest.mark.parametrize("name", ["~nosuch/", "~nosuch/a", "x" * 300, "/" + "x" * 300 + "/"])
async def test_a_typed_name_that_cannot_be_is_no_file(name: str) -> None:
    async with Tour() as tour:
        await tour.press("ctrl+o")
        tour.app.screen.query_one("#path", Input).value = name
        await tour.press("enter")
        assert any("no such file" in said for said in tour.said)
        await tour.press("ctrl+t" if name.endswith("/") else "tab")
        assert tour.screen == "FileScreen"


@pytest.mark.parametrize(
    "name", ["~nosuch/a.md", "x" * 300, "/proc/a.md", "none/a.md", "x" * 300 + "/a.md", "a\0"]
)
async def test_a_place_that_cannot_be_written_is_said(name: str) -> None:
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "r", "w")
        tour.app.screen.query_one("#target", Input).value = name
        await tour.press("enter")
        assert any("cannot be written" in said for said in tour.said)


async def test_an_editor_without_room_for_the_text_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "e")
        assert any("no temporary folder" in said for said in tour.said)


UNKNOWN = Step("answer", "nosuch", (("nosuch", "absent"),))


async def test_an_answer_to_what_is_unknown_is_said_and_taken_back() -> None:
    async with Tour(SCREEN) as tour:
        tour.walk.do(UNKNOWN)
        await tour.settled()
        assert any("nosuch" in said for said in tour.said)
        assert not tour.app.session.steps
        await tour.type("disk")
        assert tour.first == "screen-session-freeze"


async def test_why_not_says_that_an_id_is_unknown() -> None:
    async with Tour(SCREEN) as tour:
        await tour.press("escape", "2")
        tour.app.session = tour.app.session.did(UNKNOWN)
        await tour.press("w")
        assert any("nosuch" in said for said in tour.said)
        assert tour.screen == "Walk"


@pytest.mark.parametrize(
    "given",
    [
        Given(no_symptoms=("nosuch",)),
        Given(facts=(("nosuch", "1"),)),
        Given(errors=(SCREEN,), version="lots"),
    ],
)
async def test_a_start_with_what_is_unknown_ends_with_one_line(given: Given) -> None:
    app = DiagnoseApp(given)
    async with app.run_test() as pilot:
        async with asyncio.timeout(PATIENCE_S):
            while app.return_code is None:
                await pilot.pause()
    assert app.return_code == 2
    assert app.failure
    assert "\n" not in app.failure


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_piped_input_that_is_not_taken_to_its_end_leaves_nothing(
    failure: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ending(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise failure

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Ending()))
    with pytest.raises(type(failure)):
        take_piped_input()
    assert not list(tmp_path.glob("diagnose-*"))
