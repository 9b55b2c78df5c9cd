"""The base holds what the document says, word for word, no more and no less."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb.load import load
from kb.model import Command, Insight, Metric, Page, Parameter, Reference, Signature
from kb.page import PageText, read_page
from kb.page.importer import plan_import

if TYPE_CHECKING:
    from kb.base import Base

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def base() -> Base:
    return load()


@pytest.fixture(scope="module")
def text() -> PageText:
    return read_page(DATA / "prefect.agent.heartbeat.txt")


@pytest.fixture(scope="module")
def page(base: Base) -> Page:
    found = base.entities["prefect-agent-heartbeat"]
    assert isinstance(found, Page)
    return found


def test_the_page_has_its_44_annotations_and_13_insights(text: PageText) -> None:
    assert (len(text.parameters), len(text.signatures), len(text.commands)) == (1, 8, 4)
    assert (len(text.references), len(text.insights)) == (31, 13)


def test_the_metric(base: Base, page: Page, text: PageText) -> None:
    metric = base.entities[page.metric]
    assert isinstance(metric, Metric)

    assert (metric.name, metric.title) == (text.name, text.title)
    assert page.title == text.title
    assert metric.dimensions == text.dimensions == ()
    assert [(item.name, item.description) for item in metric.interfaces] == [
        ("Native", "Time since last agent heartbeat in seconds")
    ]


def test_the_parameter(base: Base, page: Page, text: PageText) -> None:
    found = [base.entities[item] for item in page.parameters]

    assert [(item.name, item.recommended) for item in found if isinstance(item, Parameter)] == [
        ("checkpoint_every", "1")
    ]
    assert [(item.name, item.recommended) for item in text.parameters] == [
        ("checkpoint_every", "1")
    ]


@pytest.mark.parametrize(
    ("name", "kind"), [("signatures", Signature), ("commands", Command), ("references", Reference)]
)
def test_texts_and_kinds_in_the_order_of_the_page(
    base: Base, page: Page, text: PageText, name: str, kind: type[Signature | Command | Reference]
) -> None:
    found = [base.entities[item] for item in getattr(page, name)]

    assert [(item.text, item.kind) for item in found if isinstance(item, kind)] == [
        item[:2] for item in getattr(text, name)
    ]


def test_titles_and_severities_in_the_order_of_the_page(
    base: Base, page: Page, text: PageText
) -> None:
    missing = [item for item in page.insights if item not in base.entities]
    assert missing == []
    found = [base.entities[item] for item in page.insights]

    assert [(item.title, item.severity) for item in found if isinstance(item, Insight)] == [
        item[:2] for item in text.insights
    ]


def test_nothing_else_is_said_to_stand_in_the_document(base: Base, page: Page) -> None:
    listed = {page.id, page.metric, *page.parameters, *page.signatures, *page.commands}
    listed |= {*page.references, *page.insights}

    assert {item.id for item in base.entities.values() if item.provenance == "document"} == listed


@pytest.mark.parametrize(
    "name", ["prefect.agent.heartbeat.txt", "prefect.agent.heartbeat.long.txt"]
)
def test_importing_the_page_adds_nothing(base: Base, page: Page, name: str) -> None:
    plan = plan_import(read_page(DATA / name), base)

    assert [(item.kind, item.entity.id) for item in plan.new] == []
    assert plan.notes == ()
    kinds = [item.kind for item in plan.known]
    assert sum(kind in ("parameter", "signature", "command", "reference") for kind in kinds) == 44
    assert kinds.count("insight") == 13
    assert {item.id for item in plan.known} == {
        page.id, page.metric, *page.parameters, *page.signatures, *page.commands,
        *page.references, *page.insights,
    }  # fmt: skip
