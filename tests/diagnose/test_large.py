"""In a large base the cost follows what the evidence touches, and the answer stays the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from benchmarks import bases
from benchmarks.messages import filled, messages
from benchmarks.sizes import Size
from diagnose.collect import collect
from diagnose.diagnosis import diagnose
from diagnose.given import Given
from diagnose.ranking.rank import infer
from diagnose.ranking.weigh import ALL_NAMED, EXPECTED, weigh
from diagnose.whynot import why_not
from kb.compile import compile_index
from kb.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = Size(ALL_NAMED + 100, ALL_NAMED + 50, 2 * ALL_NAMED + 300)
SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("large") / "large.index"
    compile_index(bases.base(SIZE), path, exhaustive=0)
    index = Index(str(path))
    yield index
    index.close()


@pytest.mark.parametrize(
    "given",
    [
        Given(errors=(SEND,)),
        Given(errors=("Failed the last 3 attempts",)),
        Given(symptoms=("runs-stay-late",), no_symptoms=("agent-process-missing",)),
        Given(facts=(("queue_last_polled_age_s", "9000"),), version="2.10.4"),
    ],
    ids=["unique", "shared", "answers", "fact"],
)
def test_naming_only_what_is_touched_changes_no_probability(
    index: Index, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    if given.facts:
        fact = index.facts()[0]
        given = given._replace(facts=((fact.name, fact.value),))
    evidence = collect(given, index)
    whole = weigh(evidence, index)
    wanted = infer(whole.odds, whole.seen, whole.factors)
    monkeypatch.setattr("diagnose.ranking.weigh.ALL_NAMED", 0)
    monkeypatch.setattr("diagnose.ranking.weigh.MOST_COMMON", 2)

    part = weigh(evidence, index)
    found = infer(part.odds, part.seen, part.factors, part.others)

    assert sum(count for _, count in part.others) + len(part.odds) == len(whole.odds)
    assert found.unknown == pytest.approx(wanted.unknown, rel=1e-6)
    for cause, probability in found.probability.items():
        assert probability == pytest.approx(wanted.probability[cause], rel=1e-6)


def test_causes_that_nothing_touches_are_not_expected_more_than_once(large: Index) -> None:
    found = weigh(collect(Given(errors=(SEND,)), large), large)
    present = [*found.seen, *(seen.instead for seen in found.seen if seen.instead)]
    touched = {cause for seen in present for cause in seen.produced}
    touched |= {cause for factor in found.factors for cause in factor.factors}

    silent = sum(odds for cause, odds in found.odds.items() if cause not in touched)
    silent += sum(odds * count for odds, count in found.others)
    assert silent == pytest.approx(EXPECTED)


@pytest.mark.parametrize("words", [(), ("the worker is gone and nothing runs any more",)])
def test_an_answer_lists_nothing_whole(
    large: Index, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError

    for name in ("insights", "findings", "names", "facts", "sizes"):
        monkeypatch.setattr(Index, name, refused)

    found = diagnose(Given(errors=(SEND,), symptoms=words), large)

    assert found.causes[0].insight == "http2-protocol-error-stops-agent"
    assert found.insights == large.insight_count > SIZE.insights
    assert found.next_checks


def test_a_signature_of_the_large_part_names_its_cause(large: Index) -> None:
    number = 7
    message = filled(messages(SIZE.signatures)[number], random.Random(1))

    found = diagnose(Given(errors=(message,)), large)

    assert {e.finding for e in found.causes[0].evidence} >= {f"g-signature-{number}"}


def test_any_insight_can_be_asked_for_by_name(large: Index) -> None:
    given = Given(errors=(SEND,))
    name = f"g-insight-{SIZE.insights - 1}"

    found = why_not(name, collect(given, large), given, large)

    assert found.cause.insight == name
    assert found.cause.probability < 0.1
