"""Markdown pages: whatever the texts say, the page is built of the blocks it should be."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from diagnose.diagnosis import diagnose
from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.ranking.verdict import VERDICTS
from diagnose.report import data, explain, markdown
from diagnose.report.jsontext import dumps
from diagnose.report.mermaid import label, picture
from diagnose.report.plain import blocks, one_line
from diagnose.runbook import book, contents, runbook
from diagnose.schema.published import SCHEMAS
from kb.index import CommandRow, Edge, Entity, FindingRow, StepRow
from tests.diagnose.report import made
from tests.diagnose.report.hostile import ANY, EXAMPLES
from tests.diagnose.report.inputs import INPUTS

if TYPE_CHECKING:
    from markdown_it.token import Token

    from kb.index import Index

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
EXPLANATION = jsonschema.Draft202012Validator(json.loads(SCHEMAS["explain"]))


def _built(page: str) -> list[str]:
    """Return what blocks a page is built of."""
    tokens = PARSER.parse(page)
    for token in tokens:
        for child in token.children or []:
            assert child.type not in ("html_inline", "image")
            if child.type == "link_open":
                assert str(child.attrGet("href")).startswith(("https://", "http://", "#"))
    return [f"{t.type} {t.tag} {t.level}" for t in tokens]


def _fences(page: str) -> list[Token]:
    return [token for token in PARSER.parse(page) if token.type == "fence"]


def _harmless(page: str) -> bool:
    return not [
        c for c in page if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
    ]


@given(ANY.filter(lambda text: bool(one_line(text))), st.sampled_from(VERDICTS))
def test_no_text_changes_what_a_result_page_is_built_of(text: str, verdict: str) -> None:
    page = markdown.render(made.diagnosis(text, verdict=verdict))
    usual = markdown.render(made.diagnosis("a word", verdict=verdict))

    assert _built(page) == _built(usual)
    assert _harmless(page)


class _Made:
    """An index that holds one insight whose every text is the same."""

    digest = "0" * 64

    def __init__(self, text: str) -> None:
        self.text = text
        self.bases = (text,)
        self.pages: tuple[str, ...] = ()

    def entity(self, entity_id: str) -> Entity | None:
        text = self.text
        record: dict[str, Any] = {
            "severity": "critical", "because": text, "what": text, "escalate": text,
            "look_alikes": [{"insight": "other", "finding": "sign", "how": text}],
            "sources": [{"url": "https://example.org/a", "says": text, "seen": "2026-11-23"}],
            "versions": {"possible": ">=2", "reason": text},
        }  # fmt: skip
        if entity_id in ("look", "mend"):
            effect = "reads" if entity_id == "look" else "changes"
            record = {
                "kind": text, "effect": effect,
                "placeholders": [
                    {"name": "unit", "type": "unit", "describes": text, "example": text}
                ],
            }  # fmt: skip
            return Entity(entity_id, "command", f"run {text}", text, record)
        if entity_id == "sign":
            return Entity(entity_id, "signature", text, text, {"kind": text})
        return Entity(entity_id, "insight", text, text, record)

    def command(self, command_id: str) -> CommandRow:
        text = self.text
        return CommandRow(
            id=command_id, kind=text, language="shell", text=f"run {text}", argv=(), purpose=text,
            holes=(("unit", "unit", text),), effect="reads" if command_id == "look" else "changes",
            risk="low", risk_note=text, privileges="none", where="agent-host", versions="",
            replaced_by=(), cost_s=20, outcomes=((text, text, "sign", "present"),), expect=text,
            verify=text, rollback=text, note=text,
        )  # fmt: skip

    def steps(self, _: str, role: str) -> list[tuple[CommandRow, StepRow]]:
        text = self.text
        if role == "checks":
            return [(self.command("look"), StepRow(why=text, confirms=text, refutes=text))]
        return [(self.command("mend"), StepRow(why=text))]

    def finding(self, finding_id: str) -> FindingRow | None:
        return (
            FindingRow("sign", "signature", self.text, 0.001, "", self.text)
            if finding_id == "sign"
            else None
        )

    def edges_to(self, entity_id: str, kind: str | None = None) -> list[Edge]:
        edges = [
            Edge("sign", entity_id, "indicates", 0.95, "document", self.text),
            Edge("look", entity_id, "diagnoses", 1.0, "document", self.text),
            Edge("mend", entity_id, "remediates", 1.0, "document", self.text),
        ]
        return [edge for edge in edges if kind in (None, edge.kind)]

    def edges_from(self, entity_id: str, kind: str | None = None) -> list[Edge]:
        return []

    def insights(self) -> list[Any]:
        return []


def _one_block(text: str) -> bool:
    """Say whether the text is one paragraph, so that every page has the same number of blocks."""
    return [lead for lead, body in blocks(text) if one_line(body)] == [""]


@given(ANY.filter(_one_block), st.booleans())
def test_no_text_changes_what_a_runbook_is_built_of(text: str, seen: bool) -> None:
    def page(said: str) -> str:
        diagnosis = made.diagnosis(said) if seen else None
        return runbook(_Made(said), ["some-cause"], diagnosis)  # type: ignore[arg-type]

    assert _built(page(text)) == _built(page("a word"))
    assert _harmless(page(text))


@given(ANY.filter(_one_block))
def test_no_text_changes_what_an_explanation_is_built_of(text: str) -> None:
    def page(said: str) -> str:
        return explain.markdown(_Made(said), "some-cause")  # type: ignore[arg-type]

    assert _built(page(text)) == _built(page("a word"))
    assert _harmless(page(text))
    shown = explain.text(_Made(text), "some-cause", 80)  # type: ignore[arg-type]
    assert _harmless(shown)


def test_every_fence_of_every_runbook_has_a_language_and_a_name_of_its_own(index: Index) -> None:
    for page in book(index).values():
        names = []
        for block in _fences(page):
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
        for block in _fences(page):
            if re.search(r"<[a-z_]+>", block.content) and not block.info.startswith("mermaid"):
                assert "excludeFromRunAll" in block.info


def test_holes_are_visible_and_named(index: Index) -> None:
    page = runbook(index, ["http2-protocol-error-stops-agent"])

    assert "systemctl restart <unit>" in page
    assert "Fill in `<unit>`" in page
    assert "{unit}" not in page


@pytest.mark.parametrize("name", INPUTS)
def test_pages_are_the_same_each_time(index: Index, name: str) -> None:
    one, two = (diagnose(INPUTS[name], index) for _ in range(2))

    assert markdown.render(one) == markdown.render(two)
    assert dumps(data.as_dict(one)) == dumps(data.as_dict(two))
    for cause in one.causes:
        assert runbook(index, [cause.insight], one) == runbook(index, [cause.insight], two)


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


def test_every_entity_can_be_explained_in_every_format(index: Index) -> None:
    for entity_id, kind, _ in index.names():
        said = explain.data(index, entity_id)
        EXPLANATION.validate(json.loads(dumps(said)))
        assert said["kind"] == kind
        text = explain.text(index, entity_id, 80)
        assert entity_id in text
        assert _harmless(text)
        assert _harmless(explain.markdown(index, entity_id))


def test_an_unknown_entity_cannot_be_explained(index: Index) -> None:
    with pytest.raises(UsageError):
        explain.text(index, "no-such-thing", 80)


def test_a_finding_says_which_causes_it_points_to_and_how_strongly(index: Index) -> None:
    causes = {c["insight"]: c for c in explain.data(index, "h2-send-headers-closed")["causes"]}

    assert causes["http2-protocol-error-stops-agent"]["strength"] == "almost-always"


@pytest.mark.parametrize("text", EXAMPLES)
def test_no_text_breaks_a_label_of_a_picture(text: str) -> None:
    assert re.fullmatch(r"(?:[\w ,.!?/+='-]|#\d+;)*", label(text))


def test_a_picture_says_what_was_left_out(index: Index) -> None:
    lines, left = picture(index, "http2-protocol-error-stops-agent")

    assert lines[0] == "flowchart LR"
    assert left > 0
    assert len(lines) < 120


def test_secrets_do_not_come_out(index: Index) -> None:
    secret = "pnu_0123456789abcdef0123"
    given = Given(errors=(f"Agent stopped! PREFECT_API_KEY={secret} https://u:{secret}@h/api",))
    found = diagnose(given, index)

    for page in (
        markdown.render(found),
        dumps(data.as_dict(found)),
        runbook(index, ["http2-protocol-error-stops-agent"], found),
    ):
        assert secret not in page
