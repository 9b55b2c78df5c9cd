"""An answer says when a cause was seen, where the logs go on for long without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.diagnosis import diagnose
from diagnose.given import Given
from diagnose.report import markdown, text
from tests.diagnose.made import CLOSED_AT, WORK_AT

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index


def answers(index: Index, path: Path, log: str) -> tuple[str, str]:
    path.write_text(log, encoding="utf-8")
    found = diagnose(Given(logs=(path,)), index)
    assert found.likely
    return text.render(found, width=100, color=False, verbose=0), markdown.render(found)


def test_an_outage_that_is_over_is_said_to_be(index: Index, tmp_path: Path) -> None:
    log = CLOSED_AT.format("01:42") + CLOSED_AT.format("01:51") + WORK_AT.format("04:17")
    seen = "2024-05-01 01:42 to 01:51; what was read goes on until 04:17 without it"

    for said in answers(index, tmp_path / "x.log", log):
        assert seen in said.replace("\\", "")


@pytest.mark.parametrize("end", ["01:51", "01:58", "02:10"])
def test_what_may_come_again_at_any_moment_is_not(index: Index, tmp_path: Path, end: str) -> None:
    log = CLOSED_AT.format("01:42") + CLOSED_AT.format("01:51") + WORK_AT.format(end)

    for said in answers(index, tmp_path / "x.log", log):
        assert "goes on until" not in said


def test_a_log_without_dates_is_not(index: Index, tmp_path: Path) -> None:
    log = (CLOSED_AT.format("01:42") + WORK_AT.format("04:17")).replace("2024-05-01 ", "")

    for said in answers(index, tmp_path / "x.log", log):
        assert "goes on until" not in said
