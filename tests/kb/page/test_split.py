"""Joined texts and kinds are told apart by their number, or not at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.page.reader import REFERENCE_KINDS, SEVERITIES, SIGNATURE_KINDS
from kb.page.split import Item, SplitError, split

PIECES = [
    *SIGNATURE_KINDS,
    "exceptions",
    "s",
    "h2",
    "Agent",
    "stopped!",
    ".",
    " ",
    "-",
    "_",
    "'",
    "(2)",
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join).map(str.strip)
ITEMS = st.lists(
    st.tuples(TEXTS.filter(bool), st.sampled_from(SIGNATURE_KINDS)), min_size=1, max_size=6
)


def pairs(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.text, item.kind) for item in items]


def signatures(body: str, count: int) -> list[tuple[str, str]]:
    return pairs(split(body, count, SIGNATURE_KINDS))


def attempted(body: str, count: int) -> tuple[list[tuple[str, str]], str]:
    try:
        return signatures(body, count), ""
    except SplitError as error:
        return [], str(error)


def test_a_joined_list() -> None:
    assert signatures("Agent stopped!log patternhttpx.ReadErrorexception401http status", 3) == [
        ("Agent stopped!", "log pattern"),
        ("httpx.ReadError", "exception"),
        ("401", "http status"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "h2.exceptions.ProtocolError",
        "prefect.exceptions.PrefectHTTPStatusError",
        "asyncpg.exceptions.TooManyConnectionsError",
        "Handler '_replicate_pod_event' failed with an exception",
        "ExceptionGroup: unhandled errors in a TaskGroup",
        "an exception was raised: exception, twice",
        "http status 500",
        "on_exception_hook",
        "pre-exception state",
        "Service exceeded error threshold.",
    ],
)
def test_a_text_may_hold_kind_words(text: str) -> None:
    body = f"ssl.SSLErrorexception{text}exceptionsqlalchemy.exc.DBAPIErrorexception"

    assert signatures(body, 3) == [
        ("ssl.SSLError", "exception"),
        (text, "exception"),
        ("sqlalchemy.exc.DBAPIError", "exception"),
    ]


def test_a_text_may_begin_like_the_end_of_a_longer_word() -> None:
    body = "read_deploymentcomponent_submit_runcomponent.prefectignorefile path"

    assert pairs(split(body, 3, REFERENCE_KINDS)) == [
        ("read_deployment", "component"),
        ("_submit_run", "component"),
        (".prefectignore", "file path"),
    ]


@pytest.mark.parametrize("body", ["subcomponentcomponentxconcept", "xcomponentcomponentsconcept"])
def test_several_ways_are_reported(body: str) -> None:
    with pytest.raises(SplitError, match="several ways to split this into 2"):
        split(body, 2, REFERENCE_KINDS)


@pytest.mark.parametrize(
    ("body", "count", "expected"),
    [
        ("aexception", 2, "says 2 but no split fits (1 kind word stands below it)"),
        ("aexceptionb", 1, "says 1 but no split fits"),
        ("exception", 1, "no split fits"),
        ("text", 1, r"0 kind words stand"),
        ("", 3, "says 3 but none stands below it"),
        ("aexception", 0, "says 0 but some stand below it"),
        ("aexceptionbexceptioncexception", 999_999, "no split fits"),
        ("xexception" * 30_000, 15_000, "too long to be split"),
    ],
)
def test_no_way_is_reported(body: str, count: int, expected: str) -> None:
    with pytest.raises(SplitError, match=re.escape(expected)):
        split(body, count, SIGNATURE_KINDS)


def test_texts_and_kinds_on_lines_of_their_own_may_have_unknown_kinds() -> None:
    items = split(
        "\nh2.exceptions\nexception\n\nOOM\nkernel event\nexception\nlog pattern\n",
        3,
        SIGNATURE_KINDS,
    )

    assert items == [
        Item("h2.exceptions", "exception", 1),
        Item("OOM", "kernel event", 4),
        Item("exception", "log pattern", 6),
    ]


def test_one_item_per_line_and_texts_over_several_lines() -> None:
    assert signatures("a.exceptionsexception\nb cexception\n", 2) == [
        ("a.exceptions", "exception"),
        ("b c", "exception"),
    ]
    assert signatures("SELECT a\nFROM blog pattern\nx\nexception", 2) == [
        ("SELECT a\nFROM b", "log pattern"),
        ("x", "exception"),
    ]
    assert signatures("SELECT a\nFROM blog pattern", 1) == [("SELECT a\nFROM b", "log pattern")]


def test_titles_with_severities() -> None:
    body = "Too much informationinfoA critical pathcriticalLost warningwarning"

    assert pairs(split(body, 3, SEVERITIES)) == [
        ("Too much information", "info"),
        ("A critical path", "critical"),
        ("Lost warning", "warning"),
    ]


def is_plain(text: str, kind: str) -> bool:
    """Say whether a text neither begins nor ends like a piece of a longer word."""
    begins = re.match(r"s(?![A-Za-z0-9])|[_,:;)\]}-]|\.\w", text + kind)
    return not begins and text[-1] not in "_-"


@given(ITEMS)
def test_plain_texts_come_back_or_are_ambiguous(items: list[tuple[str, str]]) -> None:
    body = "".join(text + kind for text, kind in items)
    found, reason = attempted(body, len(items))
    if reason:
        assert "several ways" in reason
        return
    assert "".join(text + kind for text, kind in found) == body
    if all(is_plain(text, kind) for text, kind in items):
        assert found == items


@given(ITEMS)
def test_lines_of_their_own_always_come_back(items: list[tuple[str, str]]) -> None:
    body = "".join(f"{text}\n{kind}\n" for text, kind in items)

    assert signatures(body, len(items)) == items


@given(st.text(max_size=80), st.integers(0, 20))
def test_any_text_gives_as_many_items_or_a_reason(body: str, count: int) -> None:
    found, reason = attempted(body, count)

    assert reason or len(found) == count
