"""Damaged pages: what does not add up is reported with its line, and none gives a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import KbError
from kb.page import parse_page, read_page
from tests.kb.page.pages import COMPACT, LONG, parsed

if TYPE_CHECKING:
    from pathlib import Path


def problems(text: str) -> list[str]:
    with pytest.raises(KbError) as caught:
        parse_page(text, "page.txt")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "Technical Annotations (44)",
            "Technical Annotations (45)",
            ":5: Technical Annotations: the heading says 45",
        ),
        (
            "Error Signatures (8)",
            "Error Signatures (9)",
            ":5: Technical Annotations: the heading says 44",
        ),
        (
            "Error Signatures (8)",
            "Error Signatures (7)",
            ":7: Error Signatures: there are several ways",
        ),
        (
            "CLI Commands (4)",
            "CLI Commands (5)",
            ":8: CLI Commands: the heading says 5 but no split fits",
        ),
        ("Related Insights (13)", "Related Insights (12)", ":10: Related Insights: "),
        ("Parameters (1)", "Parameters (2)", ":6: Configuration Parameters: the heading says 2"),
        (
            "Native (1)",
            "Native (2)",
            ":4: Interface Metrics: the heading says 1 but 2 are announced",
        ),
        ("Native (1)", "Native", ":3: Available on: 'Native' is not an interface with its count"),
        (
            "runnercomponentghost",
            "runnerghost",
            ":9: Technical References: the heading says 31 but no split",
        ),
        (
            "agentcomponentflow",
            "agentthingflow",
            ":9: Technical References: the heading says 31 but no split",
        ),
        ("Technical Annotations (44)", "", "page.txt: is not a metric page"),
        (
            "prefect.agent.heartbeat\n",
            "",
            ":1: a metric page begins with the metric's name and its title",
        ),
        ("prefect.agent.heartbeat\n", "two words\n", ":1: 'two words' is not the name of a metric"),
        (
            "prefect.agent",
            "Technologies/Prefect/other\nprefect.agent",
            ":1: the path does not end in",
        ),
        (
            "Related Insights (13)",
            "Error Signatures (8)",
            ":10: the heading 'Error Signatures' stands twice",
        ),
        ("checkpoint_every", "", ":6: Configuration Parameters"),
        (
            "recommended: 1",
            "recommended: 1brecommended: 2",
            "several parameters are joined on one line",
        ),
        ("(44)\n", "(44)\nlost text\n", ":5: Technical Annotations: text stands where"),
        ("runner", "run\x1bner", ":10: control character U+001B is not allowed"),
        ("runner", "run\ud800ner", "is not UTF-8"),
    ],
)
def test_what_does_not_add_up_is_reported_with_its_line(old: str, new: str, expected: str) -> None:
    assert old in COMPACT
    found = problems(COMPACT.replace(old, new, 1))
    assert any(expected in problem for problem in found), found


def test_every_problem_is_reported_at_once() -> None:
    text = COMPACT.replace("Commands (4)", "Commands (3)").replace("Insights (13)", "Insights (99)")

    assert [problem.split(":")[1] for problem in problems(text)] == ["5", "8", "10"]


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    with pytest.raises(KbError, match="does not exist"):
        read_page(path)
    path.write_bytes(b"a\n\xff\xfe")
    with pytest.raises(KbError, match=r"page\.txt:2: is not UTF-8"):
        read_page(path)
    path.write_bytes(b" " * 600_000)
    with pytest.raises(KbError, match="is larger than 512 KiB"):
        read_page(path)
    with pytest.raises(KbError, match="is larger than 512 KiB"):
        parse_page(" " * 600_000, "page.txt")
    path.write_text(COMPACT, encoding="utf-8")
    assert read_page(path).annotations == 44


@given(st.text(max_size=200), st.integers(0, len(COMPACT)))
def test_a_damaged_page_never_gives_a_traceback(text: str, at: int) -> None:
    for page in (text, COMPACT[:at] + text + COMPACT[at:], COMPACT[:at], LONG[:at] + text):
        assert any(parsed(page))
