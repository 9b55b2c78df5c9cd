"""Runbooks: in the order in which they are needed, every block named, every link leading somewhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from diagnose.diagnosis import diagnose
from diagnose.errors import UsageError
from diagnose.report import data, markdown
from diagnose.report.jsontext import dumps
from diagnose.runbook import book, contents, runbook
from tests.diagnose.report.blocks import fences
from tests.diagnose.report.inputs import INPUTS

if TYPE_CHECKING:
    from kb.index import Index


def test_every_fence_of_every_runbook_has_a_language_and_a_name_of_its_own(index: Index) -> None:
    for page in book(index).values():
        names = []
        for block in fences(page):
            language, attributes = block.info.split(" ", 1)
            assert language in ("sh", "sql", "python", "graphql", "text", "mermaid")
            names.append(json.loads(attributes)["name"])
        assert len(set(names)) == len(names)


def test_every_link_of_a_runbook_leads_to_a_heading(index: Index) -> None:
    ids = [row.id for row in index.insights()][:3]
    for page in [*book(index).values(), runbook(index, ids)]:
        headings = {
            re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
            for line in page.splitlines()
            if line.startswith("#")
        }
        assert not set(re.findall(r"\]\(#([^)]+)\)", page)) - headings


def test_a_block_that_changes_or_has_holes_is_not_run_with_the_others(index: Index) -> None:
    for page in book(index).values():
        for block in fences(page):
            if re.search(r"<[a-z_]+>", block.content) and not block.info.startswith("mermaid"):
                assert "excludeFromRunAll" in block.info


def test_holes_are_visible_and_named(index: Index) -> None:
    page = runbook(index, ["http2-protocol-error-stops-agent"])

    assert "systemctl restart <unit>" in page
    assert "Fill in `<unit>`" in page
    assert "{unit}" not in page


def test_a_runbook_from_a_session_carries_the_evidence(index: Index) -> None:
    found = diagnose(INPUTS["log"], index)
    page = runbook(index, ["http2-protocol-error-stops-agent"], found)

    assert "## Evidence seen" in page
    assert "agent.log:" in page
    assert "## Evidence seen" not in runbook(index, ["http2-protocol-error-stops-agent"])


def test_a_runbook_goes_from_confirm_to_picture(index: Index) -> None:
    page = runbook(index, ["http2-protocol-error-stops-agent"])
    sections = [line[3:] for line in page.splitlines() if line.startswith("## ")]

    assert sections == [
        "When to use it", "Confirm", "Mitigate", "Fix", "Verify", "Roll back", "Escalate",
        "Look-alikes", "Sources", "Picture",
    ]  # fmt: skip


def test_what_relieves_is_ordered_from_harmless_to_risky(index: Index) -> None:
    for name, page in book(index).items():
        if name == "index.md":
            continue
        part = page.partition("## Mitigate\n")[2].partition("\n## ")[0]
        steps = re.findall(r"^(?:\*\*CHANGES\*\*, risk (\w+)|reads)", part, re.MULTILINE)
        undone = [
            bool(re.search("^- Roll back", step, re.MULTILINE))
            for step in part.split("### Mitigate")[1:]
        ]
        pairs = list(
            zip(
                (not u for u in undone),
                (["", "none", "low", "medium", "high"].index(s) for s in steps),
                strict=True,
            )
        )
        assert pairs == sorted(pairs)


def test_the_book_has_a_page_for_each_insight_and_lists_them(index: Index) -> None:
    pages = book(index)
    ids = [row.id for row in index.insights()]

    assert list(pages) == ["index.md", *(f"{insight}.md" for insight in ids)]
    assert all(f"({insight}.md)" in pages["index.md"] for insight in ids)
    assert contents(index, ids) == pages["index.md"]


@pytest.mark.parametrize("ids", [[], ["no-such-insight"], ["agent-stopped"]])
def test_a_runbook_needs_an_insight(index: Index, ids: list[str]) -> None:
    with pytest.raises(UsageError):
        runbook(index, ids)


@pytest.mark.parametrize("name", INPUTS)
def test_pages_are_the_same_each_time(index: Index, name: str) -> None:
    one, two = (diagnose(INPUTS[name], index) for _ in range(2))

    assert markdown.render(one) == markdown.render(two)
    assert dumps(data.as_dict(one)) == dumps(data.as_dict(two))
    for cause in one.causes:
        assert runbook(index, [cause.insight], one) == runbook(index, [cause.insight], two)
