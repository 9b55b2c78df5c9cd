"""Whatever the texts say, a page is built of the blocks it should be, and no secret stands in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.diagnosis import diagnose
from diagnose.given import Given
from diagnose.ranking.verdict import VERDICTS
from diagnose.report import data, explain, markdown
from diagnose.report.jsontext import dumps
from diagnose.report.plain import blocks, one_line
from diagnose.runbook import runbook
from kb.mermaid import label
from tests.diagnose.report import made
from tests.diagnose.report.blocks import built, harmless
from tests.diagnose.report.hostile import ANY, EXAMPLES

if TYPE_CHECKING:
    from kb.index import Index


@given(ANY.filter(lambda text: bool(one_line(text))), st.sampled_from(VERDICTS))
def test_no_text_changes_what_a_result_page_is_built_of(text: str, verdict: str) -> None:
    page = markdown.render(made.diagnosis(text, verdict=verdict))
    usual = markdown.render(made.diagnosis("a word", verdict=verdict))

    assert built(page) == built(usual)
    assert harmless(page)


def _one_block(text: str) -> bool:
    """Say whether the text is one paragraph, so that every page has the same number of blocks."""
    return [lead for lead, body in blocks(text) if one_line(body)] == [""]


@given(ANY.filter(_one_block), st.booleans())
def test_no_text_changes_what_a_runbook_is_built_of(text: str, seen: bool) -> None:
    def page(said: str) -> str:
        diagnosis = made.diagnosis(said) if seen else None
        return runbook(made.Index(said), ["some-cause"], diagnosis)  # type: ignore[arg-type]

    assert built(page(text)) == built(page("a word"))
    assert harmless(page(text))


@given(ANY.filter(_one_block))
def test_no_text_changes_what_an_explanation_is_built_of(text: str) -> None:
    def page(said: str) -> str:
        return explain.markdown(made.Index(said), "some-cause")  # type: ignore[arg-type]

    assert built(page(text)) == built(page("a word"))
    assert harmless(page(text))
    shown = explain.text(made.Index(text), "some-cause", 80)  # type: ignore[arg-type]
    assert harmless(shown)


@pytest.mark.parametrize("text", EXAMPLES)
def test_no_text_breaks_a_label_of_a_picture(text: str) -> None:
    assert re.fullmatch(r"(?:[\w ,.!?/+='-]|#\d+;)*", label(text))


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
