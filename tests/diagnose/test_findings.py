"""Findings: the best way of knowing wins, values are compared as the base says."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.findings import ORDER, Finding, answered, from_fact, merged
from tests.diagnose.made import tiny_index

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index


def finding(
    how: str, sure: float = 1.0, state: str = "present", name: str = "f", line: int = 1
) -> Finding:
    return Finding(name, "signature", state, how, sure, "text", source="log", line=line)


def test_an_answer_beats_everything_that_was_read() -> None:
    found = merged([finding("exact"), finding("answer", 0.97, "absent"), finding("lexical", 0.4)])

    assert found["f"].state == "absent"
    assert found["f"].count == 3


def test_the_better_way_of_knowing_and_then_the_surer_one_is_kept() -> None:
    ways = [finding(how, sure) for how in ORDER for sure in (0.5, 0.9)]

    for order in permutations(ways[:5]):
        assert merged(order)["f"]._replace(count=1) == ways[1]


@given(st.permutations([finding(how, line=line) for how in ORDER[2:] for line in (1, 2)]))
def test_the_order_of_sightings_does_not_matter(found: list[Finding]) -> None:
    assert merged(found)["f"] == finding("exact", line=1)._replace(count=10)


def test_findings_come_in_order_of_id() -> None:
    assert list(merged([finding("exact", name=n) for n in "cab"])) == ["a", "b", "c"]


def test_an_answer_about_nothing_known_is_none(index: Index) -> None:
    assert answered(index, "no-such", "present") is None
    found = answered(index, "agent-stopped", "absent")
    assert found is not None
    assert (found.how, found.state, found.kind) == ("answer", "absent", "signature")


def fact_base(folder: Path, op: str, value: str) -> Index:
    fact = f"""\
- id: poll-old
  name: poll_age_s
  op: "{op}"
  value: "{value}"
  text: the last poll is old
  question: Is the last poll old?
  specificity: common
"""
    return tiny_index(folder, {"facts.yaml": fact})


@pytest.mark.parametrize(
    ("op", "right", "value", "state"),
    [
        (">", "60", "61", "present"),
        (">", "60", "60", "absent"),
        (">=", "60", "60.0", "present"),
        ("<", "60", "1e1", "present"),
        ("<=", "60", "61", "absent"),
        ("==", "60", "60.0", "present"),
        ("!=", "60", "60", "absent"),
        (">", "60", "many", "unknown"),
        ("==", "true", "TRUE", "present"),
        ("==", "true", "false", "absent"),
        ("!=", "true", "false", "present"),
        ("matches", "^(0|1)$", "1", "present"),
        ("matches", "^(0|1)$", "11", "absent"),
        ("version", "<2.10.7", "2.10.4", "present"),
        ("version", "<2.10.7", "3.x", "absent"),
        ("version", "<2.10.7", "soon", "unknown"),
    ],
)
def test_values_are_compared(tmp_path: Path, op: str, right: str, value: str, state: str) -> None:
    (found,) = from_fact(fact_base(tmp_path, op, right), "poll_age_s", value)

    assert (found.id, found.state, found.how) == ("poll-old", state, "fact")
    assert found.matched == f"poll_age_s={value}"


@pytest.mark.parametrize("value", ["", "unknown", "unreachable", "forbidden", "none", "UNKNOWN"])
def test_what_could_not_be_read_says_nothing(tmp_path: Path, value: str) -> None:
    (found,) = from_fact(fact_base(tmp_path, "!=", "60"), "poll_age_s", value)

    assert found.state == "unknown"


@given(st.text(max_size=40))
def test_any_value_can_be_compared(index: Index, value: str) -> None:
    for name in {row.name for row in index.facts()}:
        for found in from_fact(index, name, value):
            assert found.state in ("present", "absent", "unknown")


def test_a_name_that_is_not_known_gives_nothing(index: Index) -> None:
    assert from_fact(index, "no_such_value", "1") == []
