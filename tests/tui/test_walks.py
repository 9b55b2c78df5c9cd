"""Walks from what is seen to what is to do, at three sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.sessions.session import Step
from tests.tui.tour import H2, SCREEN, Tour
from tui.panes.causes import Causes
from tui.panes.commands import Commands
from tui.words import verdict_lines

if TYPE_CHECKING:
    from pathlib import Path

    from diagnose.asking.questions import Question

Size = tuple[int, int]


async def test_a_pasted_traceback_gives_cause_evidence_and_commands(size: Size) -> None:
    async with Tour(size=size) as tour:
        await tour.paste(H2)
        assert tour.first == "http2-protocol-error-stops-agent"
        assert "ESTABLISHED" in tour.text("#verdict")
        assert any("(+7 lines)" in row for row in tour.rows("#signs-rows"))
        assert "SEND_HEADERS" in tour.text("#detail-text")
        assert tour.rows("#commands")
        assert tour.walk.cause is not None
        assert "ESTABLISHED" in tour.painted()


async def test_typing_ranks_live_and_enter_keeps_it(size: Size) -> None:
    async with Tour(size=size) as tour:
        await tour.paste("Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.")
        await tour.type("CLOSED")
        assert tour.first == "http2-protocol-error-stops-agent"
        assert not tour.app.session.steps
        await tour.press("enter")
        assert tour.app.session.steps[0].said.startswith("Invalid input")
        assert tour.typed("#query") == ""
        assert tour.app.focused is tour.walk.causes


async def test_typed_words_narrow_the_symptoms() -> None:
    async with Tour() as tour:
        everything = len(tour.rows("#signs-rows"))
        await tour.type("disk")
        assert 0 < len(tour.rows("#signs-rows")) < everything
        assert any("disk" in row for row in tour.rows("#signs-rows"))


async def test_answers_move_the_ranking_say_so_and_can_be_undone(size: Size) -> None:
    async with Tour("runs stay Late", size=size) as tour:
        before = tour.walk.diagnosis
        await tour.go_to("#signs-rows", "symptom:in-terminal-multiplexer")
        await tour.press("y")
        assert tour.app.session.answers() == {"in-terminal-multiplexer": "present"}
        assert tour.walk.diagnosis != before
        assert "now first" in tour.text("#moved")
        assert any("✓ yes" in row for row in tour.rows("#signs-rows"))
        await tour.press("u")
        assert tour.app.session.answers() == {}
        assert tour.walk.diagnosis == before
        await tour.press("U")
        assert tour.app.session.answers() == {"in-terminal-multiplexer": "present"}


async def test_no_and_dont_know_and_withdrawing_are_answers_too() -> None:
    async with Tour("runs stay Late") as tour:
        row = "symptom:in-terminal-multiplexer"
        for key, state in (("n", "absent"), ("d", "unknown")):
            await tour.go_to("#signs-rows", row)
            await tour.press(key)
            assert tour.app.session.answers() == {"in-terminal-multiplexer": state}
        await tour.press("delete")
        assert tour.app.session.answers() == {}


async def test_space_goes_round_the_answers() -> None:
    async with Tour() as tour:
        await tour.go_to("#signs-rows", "symptom:in-terminal-multiplexer")
        seen = []
        for _ in range(4):
            await tour.press("space")
            seen.append(tour.app.session.answers().get("in-terminal-multiplexer", ""))
        assert seen == ["present", "absent", "unknown", ""]


async def test_the_next_check_is_asked_and_its_answer_counts(size: Size) -> None:
    async with Tour("runs stay Late", size=size) as tour:
        diagnosis = tour.walk.diagnosis
        assert diagnosis is not None
        await tour.press("escape", "a")
        assert tour.screen == "AskScreen"
        assert diagnosis.next_checks[0].question in tour.text("#question")
        await tour.press("s")
        assert diagnosis.next_checks[1].question in tour.text("#question")
        await tour.press("y")
        assert tour.app.session.answers() == {diagnosis.next_checks[1].id: "present"}
        assert tour.screen == "Walk"


async def _asked_for_several(tour: Tour) -> Question:
    """Go to the first question that one look answers with others."""
    assert tour.walk.diagnosis is not None
    questions = tour.walk.diagnosis.next_checks
    place = next(i for i, question in enumerate(questions) if question.also)
    await tour.press("escape", "a", *("s" for _ in range(place)))
    return questions[place]


async def test_one_look_that_answers_several_statements_is_asked_as_such(size: Size) -> None:
    async with Tour("runs stay Late", size=size) as tour:
        question = await _asked_for_several(tour)
        second = question.also[0]
        assert f"2 \u00b7 {second[1]}" in tour.text("#question")
        await tour.press("2")
        assert f"2 \u2713 yes {second[1]}" in tour.text("#question")
        await tour.press("enter")
        said = tour.app.session.answers()
        assert said[second[0]] == "present"
        assert said[question.id] == "absent"
        assert said.keys() == {question.id, *(finding for finding, _ in question.also)}
        await tour.press("u")
        assert tour.app.session.answers() == {}


async def test_a_long_question_scrolls_where_there_is_little_room() -> None:
    async with Tour("runs stay Late", size=(60, 18)) as tour:
        await _asked_for_several(tour)
        assert "y Yes" in tour.painted()
        await tour.press("end")
        assert "bits." in tour.painted()


async def test_enter_answers_nothing_before_something_is_marked() -> None:
    async with Tour("runs stay Late") as tour:
        question = await _asked_for_several(tour)
        await tour.press("enter")
        assert tour.screen == "AskScreen"
        assert any("0 says none" in said for said in tour.said)
        await tour.press("0")
        assert tour.app.session.answers() == dict.fromkeys(
            (question.id, *(finding for finding, _ in question.also)), "absent"
        )


async def test_no_to_the_first_statement_leaves_the_others_open() -> None:
    async with Tour("runs stay Late") as tour:
        question = await _asked_for_several(tour)
        await tour.press("n")
        assert tour.app.session.answers() == {question.id: "absent"}


async def test_dont_know_is_of_all_statements() -> None:
    async with Tour("runs stay Late") as tour:
        question = await _asked_for_several(tour)
        await tour.press("d")
        assert set(tour.app.session.answers().values()) == {"unknown"}
        assert len(tour.app.session.answers()) == 1 + len(question.also)


async def test_a_cause_is_ruled_out_and_taken_back(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        assert tour.first == "screen-session-freeze"
        await tour.press("escape", "2", "x")
        assert tour.first != "screen-session-freeze"
        assert any("set aside by you" in row for row in tour.rows("#causes"))
        await tour.go_to("#causes", "out:screen-session-freeze")
        await tour.press("x")
        assert tour.first == "screen-session-freeze"


@pytest.mark.parametrize(
    ("row", "title", "said"),
    [("fold", "Less likely", "f shows them"), ("unknown", "Something unknown", "does not know")],
)
async def test_beside_an_established_cause_nothing_says_that_none_is(
    row: str, title: str, said: str, size: Size
) -> None:
    async with Tour(H2, size=size) as tour:
        await tour.go_to("#causes", row)
        assert tour.walk.detail.border_title == f"3 {title}"
        assert said in tour.text("#detail-text")
        assert "Nothing is established" not in tour.text("#detail-text")
        await tour.go_to("#causes", f"cause:{tour.first}")
        assert tour.walk.detail.border_title == "3 This cause"


async def test_a_cause_that_was_ruled_out_says_why(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.press("escape", "2", "x")
        await tour.go_to("#causes", "out:screen-session-freeze")
        assert tour.walk.detail.border_title == "3 Ruled out"
        assert "Ruled out: set aside by you." in tour.text("#detail-text")


@pytest.mark.parametrize("text", [H2, SCREEN, "runs stay Late", "ValueError: out of cheese"])
async def test_the_verdict_is_whole_at_any_width(text: str) -> None:
    async with Tour(text) as tour:
        assert tour.walk.diagnosis is not None
        sentences = [line.plain for line in verdict_lines(tour.walk.diagnosis)]
        for width, height in ((60, 24), (80, 24), (120, 36), (200, 60), (300, 80), (70, 24)):
            await tour.pilot.resize_terminal(width, height)
            await tour.settled()
            shown = tour.text("#verdict")
            assert shown in sentences
            top = " ".join(tour.painted().split("\n2 ")[0].split())
            assert " ".join(shown.split()) in top.replace("\u2026", "")


async def test_what_has_no_room_at_all_ends_in_a_mark() -> None:
    async with Tour(SCREEN, size=(60, 24)) as tour:
        tour.walk.say("word " * 100)
        await tour.settled()
        shown = tour.text("#moved")
        assert shown.endswith("word\u2026")
        assert len(shown.splitlines()) == 2
        assert shown.splitlines()[1] in tour.painted()


async def test_every_step_is_undone_and_done_again(size: Size, settings: Path) -> None:
    log = settings / "agent.log"
    log.write_text("12:00:00.000 | INFO    | prefect.agent - Agent stopped!\n")
    output = Step("output", "fd-stdout", (("agent-stdout-terminal", "present"),), "/dev/pts/3")
    steps = [
        Step("error", said=H2),
        Step("log", str(log)),
        Step("answer", "on-windows", (("on-windows", "absent"),)),
        output,
        Step("rule-out", "screen-session-freeze"),
        Step("restore", "screen-session-freeze"),
        Step("withdraw", "on-windows"),
        Step("drop", "error:0"),
    ]
    async with Tour(SCREEN, size=size) as tour:
        seen = [tour.walk.diagnosis]
        for step in steps:
            tour.walk.do(step)
            await tour.settled()
            seen.append(tour.walk.diagnosis)
        await tour.press("escape")
        for before in reversed(seen[:-1]):
            await tour.press("u")
            assert tour.walk.diagnosis == before
        await tour.press("u")
        assert tour.said[-1] == "Undone: nothing is left."
        for after in seen[1:]:
            await tour.press("U")
            assert tour.walk.diagnosis == after
        await tour.press("U")
        assert tour.said[-1] == "Done again: nothing is left."
        assert tour.app.session.steps == tuple(steps)
        assert "Undone: output of fd-stdout: \u2713 yes agent-stdout-terminal" in tour.said


async def test_unlikely_causes_are_folded() -> None:
    async with Tour(H2) as tour:
        folded = len(tour.rows("#causes"))
        await tour.press("escape", "2", "f")
        assert len(tour.rows("#causes")) > folded
        await tour.press("f")
        assert len(tour.rows("#causes")) == folded


async def test_why_not_says_what_speaks_against(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.press("escape", "2", "w")
        assert tour.screen == "TextScreen"
        assert "Speaks against it" in tour.text("#page-text")
        await tour.press("escape")
        assert tour.screen == "Walk"


async def test_nothing_known_is_a_page_with_what_to_collect(size: Size) -> None:
    async with Tour("ValueError: the frobnicator is out of cheese", size=size) as tour:
        assert "NOTHING KNOWN" in tour.text("#verdict") or "OUT OF SCOPE" in tour.text("#verdict")
        page = tour.text("#detail-text")
        assert "Collect next" in page
        assert "frobnicator" in page
        assert tour.walk.detail.border_title == "3 What to collect"
        assert any("look" in row for row in tour.rows("#commands"))


async def test_the_first_screen_says_what_to_do() -> None:
    async with Tour() as tour:
        assert "Paste an error" in tour.text("#detail-text")
        assert tour.walk.detail.border_title == "3 How to begin"
        assert all(tour.rows(pane) for pane in ("#signs-rows", "#causes", "#commands"))
        assert tour.app.focused is not None
        assert tour.app.focused.id == "query"


async def test_enter_goes_on_and_escape_back(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        places = []
        await tour.press("escape")
        for key in ("enter", "enter", "escape", "escape", "escape"):
            await tour.press(key)
            places.append(tour.app.focused.id if tour.app.focused else "")
        assert places == ["causes", "detail", "causes", "signs-rows", "signs-rows"]
        await tour.pilot.press("q")  # is no letter: Escape never leads into the line to type in
    assert tour.app.return_code == 0


async def test_a_command_is_shown_in_full_and_copied(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.press("escape", "4", "c")
        commands = tour.walk.commands
        assert commands.command is not None
        assert tour.copied == [commands.command.text]
        await tour.press("enter")
        assert tour.screen == "CommandScreen"
        assert commands.command.purpose in tour.text("#page-text")
        await tour.press("c")
        assert tour.copied == [commands.command.text] * 2


async def test_looking_and_changing_are_told_apart_by_word() -> None:
    async with Tour(SCREEN) as tour:
        cause = tour.walk.cause
        assert cause is not None
        rows = {option.id: str(option.prompt) for option in tour.walk.query_one(Commands).options}
        for command in (*cause.checks, *cause.fixes):
            word = "look" if command.effect == "reads" else "CHANGES"
            assert word in rows[f"command:{command.id}"]


async def test_the_output_of_a_check_is_interpreted(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        await tour.go_to("#commands", "command:fd-stdout")
        await tour.press("p")
        assert tour.screen == "EditScreen"
        await tour.paste("/dev/pts/3\n/dev/pts/3\n")
        await tour.press("ctrl+s")
        assert tour.screen == "TextScreen"
        assert "terminal" in tour.text("#page-text")
        step = tour.app.session.steps[-1]
        assert (step.kind, step.id) == ("output", "fd-stdout")
        assert dict(step.findings) == {"agent-stdout-terminal": "present"}
        cause = tour.walk.diagnosis.causes[0] if tour.walk.diagnosis else None
        assert cause is not None
        assert any(p.where.source == "output of fd-stdout" for p in cause.evidence)


async def test_output_that_means_nothing_changes_nothing() -> None:
    async with Tour(SCREEN) as tour:
        await tour.go_to("#commands", "command:fd-stdout")
        await tour.press("p")
        await tour.paste("what is this")
        await tour.press("ctrl+s")
        assert "Nothing known was recognised" in tour.text("#page-text")
        assert not tour.app.session.steps


async def test_an_input_can_be_taken_back_and_the_taking_undone() -> None:
    async with Tour(SCREEN) as tour:
        await tour.go_to("#signs-rows", "input:error:0")
        await tour.press("delete")
        assert tour.first == ""
        await tour.press("u")
        assert tour.first == "screen-session-freeze"


async def test_sources_are_listed_and_opened(size: Size) -> None:
    async with Tour(SCREEN, size=size) as tour:
        opened: list[str] = []
        tour.app.open_url = lambda url, **_: opened.append(url)  # type: ignore[method-assign]
        await tour.press("escape", "2", "o", "enter")
        assert opened
        assert opened[0].startswith("https://")


async def test_the_cursor_shows_the_cause_without_another_key() -> None:
    async with Tour("runs stay Late") as tour:
        causes = tour.walk.query_one(Causes)
        await tour.press("escape", "2")
        first = causes.insight
        await tour.press("j")
        assert causes.insight != first
        assert causes.insight in tour.text("#detail-text")


async def test_a_cause_tells_everything_about_itself(size: Size) -> None:
    async with Tour(H2, size=size) as tour:
        page = tour.text("#detail-text")
        cause = tour.walk.cause
        assert cause is not None
        for heading in (
            "For", "Missing: would raise it", "What happens",
            "Neighbours, and how to tell them apart", "When to stop and hand over", "Sources",
        ):  # fmt: skip
            assert f"\n{heading}" in page
        assert "Possible on versions" in page
        assert all(source.url in page for source in cause.sources)
        assert all(proof.text in page for proof in cause.evidence)


async def test_words_that_differ_are_shown(size: Size) -> None:
    wrong = "Invalid inputs ConnectionInputs.SEND_HEADERS at state ConnectionState.CLOSED"
    async with Tour(f"h2.exceptions.ProtocolError: {wrong}", size=size) as tour:
        assert "differs: " in tour.text("#detail-text")


async def test_a_fix_tells_risk_verify_and_rollback(size: Size) -> None:
    async with Tour(H2, size=size) as tour:
        cause = tour.walk.cause
        assert cause is not None
        fix = next(fix for fix in cause.fixes if fix.rollback and fix.effect == "changes")
        await tour.go_to("#commands", f"command:{fix.id}")
        await tour.press("enter")
        page = tour.text("#page-text")
        assert "CHANGES" in page
        for heading in ("Verify that it helped", "Take it back"):
            assert heading in page
