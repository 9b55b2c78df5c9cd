"""The reader of metric pages, in the compact and in the longer form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.page.reader import (
    COMMAND_KINDS,
    REFERENCE_KINDS,
    SEVERITIES,
    SIGNATURE_KINDS,
    parse_page,
)
from tests.kb.page.pages import COMPACT, LONG, SMALL, parsed, without_lines


def test_the_document_in_its_compact_form() -> None:
    page = parse_page(COMPACT, "page.txt")

    assert (page.name, page.title, page.dimensions) == (
        "prefect.agent.heartbeat",
        "Agent heartbeat freshness",
        (),
    )
    assert [tuple(item)[:3] for item in page.interfaces] == [("Native", None, ())]
    assert [tuple(item)[:3] for item in page.parameters] == [("checkpoint_every", "1", None)]
    assert page.annotations == 44
    assert [len(items) for items in without_lines(page)] == [8, 4, 31, 13]
    assert page.signatures[1].text == "h2.exceptions.ProtocolError"
    assert (
        page.commands[2].text == ". /path/to/.venv/bin/activate && /path/to/.venv/bin/dask-worker"
    )
    assert page.references[16] == ("/prefect/utilities/executors.py", "file path", 10)
    assert page.insights[1] == (
        "Runners lack heartbeat observability available for workers",
        "info",
        14,
    )


def test_the_longer_form_says_the_same_and_two_descriptions_more() -> None:
    compact, long = parse_page(COMPACT, "a"), parse_page(LONG, "b")

    assert without_lines(long) == without_lines(compact)
    assert (long.name, long.title, long.dimensions) == (
        compact.name,
        compact.title,
        compact.dimensions,
    )
    assert [tuple(item)[:3] for item in long.interfaces] == [
        ("Native", "Time since last agent heartbeat in seconds", ())
    ]
    assert long.parameters[0][:2] == compact.parameters[0][:2]
    assert (long.parameters[0].description or "").startswith("Number of events after which")


def test_records_carry_the_line_they_start_on() -> None:
    page = parse_page(LONG, "page.txt")
    lines = LONG.split("\n")

    assert lines[page.line - 1] == page.name
    for records in (page.parameters, page.signatures, page.references, page.insights):
        for record in records:
            assert lines[record[-1] - 1] == record[0]
    assert lines[page.interfaces[0].line - 1] == "NativeNative"


@pytest.mark.parametrize(
    "change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text]
)
def test_line_ends_and_byte_order_mark_do_not_matter(change: object) -> None:
    assert callable(change)
    assert without_lines(parse_page(change(COMPACT), "a")) == without_lines(
        parse_page(COMPACT, "a")
    )


def test_joined_interfaces_and_parameters_without_values() -> None:
    page = parse_page(SMALL, "page.txt")

    assert [item.name for item in page.interfaces] == ["Prometheus", "Datadog", "Native"]
    assert [tuple(item) for item in page.parameters] == [
        ("maxclients", "10000 (default)", None, 7),
        ("Base Job Manifest", None, None, 9),
    ]
    assert page.references == (("redis protocol", "protocol", 13),)


def test_descriptions_of_interfaces_and_parameters() -> None:
    text = SMALL.replace(
        "Interface Metrics (3)\n",
        "Interface Metrics (3)\n"
        "redis_connections\nOpen ones, as the\nexporter sees them\nDimensions:db, host\n"
        "DatadogDatadog\nOpen onesDimensions:None\nNative\nFrom INFO\nDimensions:\nNone\n",
    ).replace(
        "Base Job Manifest\n",
        "How many clients may be\nconnected at one time only\nBase Job Manifest\n",
    )

    page = parse_page(text, "page.txt")

    assert [tuple(item) for item in page.interfaces] == [
        (
            "Prometheus: redis_connections",
            "Open ones, as the exporter sees them",
            ("db", "host"),
            5,
        ),
        ("Datadog", "Open ones", (), 9),
        ("Native", "From INFO", (), 11),
    ]
    description = "How many clients may be connected at one time only"
    assert page.parameters[0][:3] == ("maxclients", "10000 (default)", description)


def test_unknown_kinds_are_kept_where_they_stand_on_their_own() -> None:
    text = LONG.replace("Agent stopped!\nlog pattern", "Agent stopped!\nconsole line")
    text = text.replace("manually killed\ninfo", "manually killed\nnotice")

    page = parse_page(text, "page.txt")

    assert page.signatures[4][:2] == ("Agent stopped!", "console line")
    assert page.insights[10].severity == "notice"


WORDS = st.sampled_from(
    [
        "runner",
        "exceptions.",
        "Error",
        "component",
        "info",
        "x concept",
        "401",
        "[Errno 2]",
        "'",
        "-",
    ]
)


NAMES = st.lists(WORDS, min_size=1, max_size=4).map("".join)


def listed(kinds: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.tuples(NAMES, st.sampled_from(kinds)), max_size=4)


@given(st.tuples(*map(listed, (SIGNATURE_KINDS, COMMAND_KINDS, REFERENCE_KINDS, SEVERITIES))))
def test_a_rendered_page_comes_back_or_is_reported(
    lists: tuple[list[tuple[str, str]], ...],
) -> None:
    for separator in ("", "\n"):
        headings = ("Error Signatures", "CLI Commands", "Technical References", "Related Insights")
        text = f"a.b\nTitleDimensions:None\nTechnical Annotations ({sum(map(len, lists[:3]))})\n"
        for heading, items in zip(headings, lists, strict=True):
            body = separator.join(part for item in items for part in item)
            text += f"{heading} ({len(items)})\n{body}{separator}"
        page, reason = parsed(text)
        if page is None:
            assert separator == ""  # only the compact form can be ambiguous
            assert "several ways" in reason or "no split fits" in reason
        else:
            found = without_lines(page)
            assert [len(items) for items in found] == [len(items) for items in lists]
            assert separator == "" or found == [list(items) for items in lists]
