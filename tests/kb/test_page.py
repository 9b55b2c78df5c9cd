"""The reader of metric pages, in the compact and in the longer form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import KbError
from kb.page import (
    COMMAND_KINDS,
    REFERENCE_KINDS,
    SEVERITIES,
    SIGNATURE_KINDS,
    PageText,
    parse_page,
    read_page,
)

DATA = Path(__file__).parents[1] / "data"
COMPACT = (DATA / "prefect.agent.heartbeat.txt").read_text(encoding="utf-8")
LONG = (DATA / "prefect.agent.heartbeat.long.txt").read_text(encoding="utf-8")

SMALL = """\
redis.connections
Open connectionsDimensions:None
Available on:PrometheusPrometheus (1)DatadogDatadog (1)Native (1)
Interface Metrics (3)
Technical Annotations (6)
Configuration Parameters (2)
maxclients
recommended: 10000 (default)
Base Job Manifest
Error Signatures (2)
redis.exceptions.ConnectionErrorexceptionmax number of clients reachedlog patternCLI Commands (1)
redis-cli infodiagnosticTechnical References (1)
redis protocolprotocolRelated Insights (1)
Connection exhaustioncritical
\u25b8
"""


def parsed(text: str) -> tuple[PageText | None, str]:
    try:
        return parse_page(text, "page.txt"), ""
    except KbError as error:
        return None, str(error)


def problems(text: str) -> list[str]:
    with pytest.raises(KbError) as caught:
        parse_page(text, "page.txt")
    return [str(problem) for problem in caught.value.problems]


def without_lines(page: PageText) -> list[list[tuple[object, ...]]]:
    lists = (page.signatures, page.commands, page.references, page.insights)
    return [[tuple(record)[:-1] for record in records] for records in lists]


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


@given(st.text(max_size=200), st.integers(0, len(COMPACT)))
def test_a_damaged_page_never_gives_a_traceback(text: str, at: int) -> None:
    for page in (text, COMPACT[:at] + text + COMPACT[at:], COMPACT[:at], LONG[:at] + text):
        assert any(parsed(page))
