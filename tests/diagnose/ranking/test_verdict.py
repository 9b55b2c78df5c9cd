"""Verdicts: thresholds in one place, and what never becomes more than it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.collect import collect
from diagnose.given import Given
from diagnose.ranking import verdict
from diagnose.ranking.verdict import VERDICTS, confidence, judge, ordered, says_something
from diagnose.ranking.weigh import weigh
from tests.diagnose.made import HTTP2, SPOKEN, ranking, told

if TYPE_CHECKING:
    from kb.index import Index

UNMISTAKABLE = "Lease not found - it may have expired or been revoked"
LEASE = "lease-renewal-crashes-run"
GHOST = "ghost-runs-after-runner-death"
SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"


def judged(index: Index, text: str, first: str | None, probability: float) -> str:
    evidence = collect(Given(errors=(text,)), index)
    return judge(first, probability, weigh(evidence, index), evidence, index)


def test_thresholds_stand_in_their_order() -> None:
    assert 0 < verdict.WEAK < verdict.AMBIGUOUS <= verdict.AMBIGUOUS_TOLD < verdict.ESTABLISHED
    assert verdict.ESTABLISHED <= verdict.ESTABLISHED_TOLD < 1
    least = [bound for bound, _ in verdict.CONFIDENCE]
    assert least == sorted(least, reverse=True)
    assert least[-1] == 0.0


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_probability_is_never_a_lower_confidence(one: float, other: float) -> None:
    words = [word for _, word in reversed(verdict.CONFIDENCE)]
    low, high = sorted((one, other))

    assert words.index(confidence(low)) <= words.index(confidence(high))


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.99, "established"),
        (verdict.ESTABLISHED, "established"),
        (verdict.ESTABLISHED - 0.01, "ambiguous"),
        (verdict.AMBIGUOUS, "ambiguous"),
        (verdict.AMBIGUOUS - 0.01, "weak"),
        (2 * verdict.WEAK, "weak"),
        (verdict.WEAK - 0.01, "nothing_known"),
    ],
)
def test_a_telling_finding_goes_by_the_thresholds(
    index: Index, probability: float, expected: str
) -> None:
    assert judged(index, SEND, HTTP2, probability) == expected


def test_generic_words_never_establish(index: Index) -> None:
    assert judged(index, "Agent stopped!", HTTP2, 0.99) != "established"


def test_without_a_cause_nothing_is_known(index: Index) -> None:
    assert judged(index, "", None, 0.0) == "nothing_known"
    found = told(index, "12345")
    assert (found.verdict, found.causes) == ("nothing_known", ())


def test_another_product_is_out_of_scope_unless_the_signature_is_unmistakable(
    index: Index,
) -> None:
    assert judged(index, "kafka heartbeat lost", HTTP2, 0.99) == "out_of_scope"
    assert judged(index, f"kafka says {UNMISTAKABLE}", LEASE, 0.99) == "established"


@pytest.mark.parametrize("product", ["telegram.ext", "kafka", "celery"])
def test_the_exception_of_a_library_is_not_unmistakable(index: Index, product: str) -> None:
    assert judged(index, f"{product}: {SEND}", HTTP2, 0.99) == "out_of_scope"
    assert judged(index, f"prefect.agent and {product}: {SEND}", HTTP2, 0.99) == "established"


def test_plain_words_alone_need_more_for_each_verdict(index: Index) -> None:
    words = "After the node was evicted the flow run stays Running for ever and no pod exists."
    evidence = collect(Given(symptoms=(words,)), index)
    weighed = weigh(evidence, index)

    def verdict_at(probability: float) -> str:
        return judge(GHOST, probability, weighed, evidence, index)

    assert verdict_at(verdict.ESTABLISHED_TOLD) == "established"
    assert verdict_at(verdict.ESTABLISHED_TOLD - 0.01) == "ambiguous"
    assert verdict_at(verdict.AMBIGUOUS_TOLD - 0.01) == "weak"
    assert verdict_at(verdict.WEAK_TOLD - 0.01) == "nothing_known"


HEALTHY = """\
09:10:14.020 | INFO    | prefect.agent - Submitting flow run '{0}'
09:10:14.811 | INFO    | prefect.infrastructure.process - Opening process 'calm-otter'...
09:10:14.950 | INFO    | prefect.agent - Completed submission of flow run '{0}'
09:10:19.307 | INFO    | Flow run 'calm-otter' - Finished in state Completed('All states completed.')
09:10:19.940 | INFO    | prefect.infrastructure.process - Process 'calm-otter' exited cleanly.
"""


def test_what_every_healthy_log_holds_says_nothing(index: Index) -> None:
    found = told(index, HEALTHY.format("6bb0c9f2-0f4e-4a3e-9a35-3a1e9d6a3f4b"))

    assert found.verdict == "nothing_known"


def test_a_line_that_no_healthy_log_holds_is_weak_at_least(index: Index) -> None:
    found = told(index, "Failed the last 3 attempts")

    assert found.verdict == "weak"
    assert HTTP2 in ranking(found)[:3]


def test_a_common_cause_is_not_weak_for_being_common(index: Index) -> None:
    evidence = collect(Given(errors=(SEND,)), index)
    weighed = weigh(evidence, index)
    odds = verdict.LIFTED * weighed.odds[GHOST]
    assert odds / (1 + odds) > verdict.WEAK_TOLD

    assert judge(GHOST, 0.99 * odds / (1 + odds), weighed, evidence, index) == "nothing_known"
    assert judge(GHOST, 1.01 * odds / (1 + odds), weighed, evidence, index) == "weak"


def test_informing_insights_lead_only_on_direct_evidence(index: Index) -> None:
    informs = {row.id for row in index.insights() if row.informs}
    assert informs
    for text in ("heartbeat", "the agent runs", "Agent stopped!", "runs are late", "agent died"):
        found = told(index, text)
        if found.causes and found.causes[0].insight in informs:
            evidence = collect(Given(errors=(text,)), index)
            weighed = weigh(evidence, index)
            assert says_something(found.causes[0].insight, weighed, index, verdict.DIRECT)


def test_ties_are_broken_by_id() -> None:
    assert ordered({"b": 0.5, "a": 0.5, "c": 0.9}) == ["c", "a", "b"]


@pytest.mark.parametrize(
    "word", ["heartbeat", "agent", "error", "timeout", "late", "crashed", "Running", "docker"]
)
def test_one_generic_word_names_no_cause(index: Index, word: str) -> None:
    for text in (word, word.upper(), f"{word} " * 30):
        assert told(index, text).verdict != "established", ranking(told(index, text))


@given(st.text(max_size=80))
def test_any_text_gets_one_of_the_five_verdicts(index: Index, text: str) -> None:
    found = told(index, text)

    assert found.verdict in VERDICTS
    assert found.verdict not in SPOKEN or found.causes
