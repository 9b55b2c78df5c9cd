"""From findings to the numbers of the ranking: groups, doubt, absence, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.collect import Evidence, collect
from diagnose.findings import answered, merged
from diagnose.given import Given
from diagnose.ranking.context import ELSEWHERE, RESEMBLES, UNEXPLAINED, elsewhere
from diagnose.ranking.rank import Posterior, infer
from diagnose.ranking.weigh import Weighed, weigh
from tests.diagnose.made import DIND, shares, tiny_index, told

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"


def weighed(index: Index, *errors: str, **more: tuple[str, ...]) -> Weighed:
    return weigh(collect(Given(errors=errors, **more), index), index)  # type: ignore[arg-type]


def posterior(index: Index, evidence: Evidence) -> Posterior:
    found = weigh(evidence, index)
    return infer(found.odds, found.seen, found.factors)


def answers(index: Index, *present: str) -> Evidence:
    found = [answer for one in present if (answer := answered(index, one, "present"))]
    return collect(Given(symptoms=("runs-stay-late",)), index)._replace(findings=merged(found))


def test_findings_of_one_group_count_once_through_the_one_that_says_most(index: Index) -> None:
    names = ("h2.exceptions.ProtocolError", "httpcore.LocalProtocolError", SEND)

    found = weighed(index, "\n\n".join(names))

    assert [seen.id for seen in found.seen] == ["h2-send-headers-closed"]
    assert set(found.shadowed) == {"h2-protocol-error", "httpcore-local-protocol-error"}
    assert set(found.shadowed.values()) == {"h2-send-headers-closed"}
    assert found.seen[0].instead is not None


def test_four_exceptions_of_one_chain_say_no_more_than_the_best_of_them(index: Index) -> None:
    head = "10:11:12.345 | ERROR   | prefect.agent - it failed\n"
    alone = posterior(index, collect(Given(errors=(head + SEND,)), index))
    chain = f"{head}h2.exceptions.ProtocolError: {SEND}\n\nhttpcore.LocalProtocolError: {SEND}\n\nhttpx.LocalProtocolError: {SEND}"
    whole = posterior(index, collect(Given(errors=(chain,)), index))

    name = "http2-protocol-error-stops-agent"
    assert whole.probability[name] == pytest.approx(alone.probability[name], abs=1e-6)


def test_a_weaker_sighting_says_less(index: Index) -> None:
    name = "http2-protocol-error-stops-agent"
    shares = [
        posterior(index, collect(Given(errors=(text,)), index)).probability[name]
        for text in (
            SEND,
            SEND.upper(),
            SEND.replace("SEND_HEADERS", "RECV_DATA"),
            SEND.replace("input ", ""),
        )
    ]

    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == 4


def test_what_is_hardly_seen_says_nothing(index: Index) -> None:
    evidence = answers(index, "defunct-processes")
    (finding,) = evidence.findings.values()
    hardly = evidence._replace(findings={finding.id: finding._replace(sure=1e-6)})
    nothing = evidence._replace(findings={})

    assert posterior(index, hardly).probability == pytest.approx(
        posterior(index, nothing).probability, rel=1e-3
    )


def test_what_is_denied_lowers_what_would_produce_it(index: Index) -> None:
    before = posterior(index, collect(Given(symptoms=("runs-stay-late",)), index))
    after = posterior(
        index,
        collect(Given(symptoms=("runs-stay-late",), no_symptoms=("ui-shows-healthy",)), index),
    )

    for edge in index.edges_from("ui-shows-healthy", "indicates"):
        if edge.weight > 0.3:
            assert after.probability[edge.target] < before.probability[edge.target]


def test_dont_know_changes_nothing(index: Index) -> None:
    before = posterior(index, collect(Given(symptoms=("runs-stay-late",)), index))
    after = posterior(
        index,
        collect(Given(symptoms=("runs-stay-late",), unknown_symptoms=("ui-shows-healthy",)), index),
    )

    assert after == before


def test_a_contradiction_lowers_its_cause(index: Index) -> None:
    edge = next(e for row in index.findings() for e in index.edges_from(row.id, "contradicts"))
    produced = {e.target for e in index.edges_from(edge.source, "indicates")}
    assert edge.target not in produced

    before, after = posterior(index, answers(index)), posterior(index, answers(index, edge.source))

    assert after.probability[edge.target] < before.probability[edge.target]
    assert after.effect[edge.target][edge.source] < 0


SINGLE = st.sampled_from(range(1000))


@settings(max_examples=60)
@given(st.lists(SINGLE, max_size=4), SINGLE)
def test_a_finding_that_only_one_cause_indicates_never_lowers_it(
    index: Index, others: list[int], one: int
) -> None:
    rows = index.findings()
    lonely = [
        (row.id, edges[0].target)
        for row in rows
        if len(edges := index.edges_from(row.id, "indicates")) == 1
        and not any(e.target == edges[0].target for e in index.edges_from(row.id, "contradicts"))
    ]
    finding, cause = lonely[one % len(lonely)]
    known = {rows[n % len(rows)].id for n in others} - {finding}

    before = posterior(index, answers(index, *sorted(known)))
    after = posterior(index, answers(index, *sorted(known), finding))

    assert after.probability[cause] >= before.probability[cause] * (1 - 1e-9)


LOG = "".join(
    f"2023-02-01 10:{n:02}:12,345 | INFO | prefect.agent - step done {n}\n" for n in range(10, 40)
)


def test_what_would_stand_in_a_log_and_does_not_is_absent(index: Index) -> None:
    short, long = weighed(index, LOG[:200]), weighed(index, LOG)

    assert not any(factor.id.startswith("log:") for factor in short.factors)
    absent = {factor.id: factor for factor in long.factors if factor.id.startswith("log:")}
    assert "log:http2-protocol-error-stops-agent" in absent
    assert all(0 < value < 1 for f in absent.values() for value in f.factors.values())


def test_an_error_that_nothing_explains_speaks_for_something_else(index: Index) -> None:
    odd = "10:11:12.345 | ERROR   | prefect.agent - QuuxError: the frobnicator fell over\n"

    known = {factor.id for factor in weighed(index, SEND).factors}
    more = {factor.id: factor for factor in weighed(index, f"{SEND}\n{odd}").factors}

    assert UNEXPLAINED not in known
    assert more[UNEXPLAINED].shared < 1.0


def test_a_report_that_never_names_the_product_is_likely_about_something_else(
    index: Index,
) -> None:
    story = "The machine in the corner went silent last night and nobody could reach it. We turned it off and on again, the fan was loud, then the lamp went red."

    here = collect(Given(errors=(f"prefect {story}",)), index)
    there = collect(Given(errors=(story,)), index)

    assert elsewhere(here) == 0.0
    assert elsewhere(there) > 0.9
    assert elsewhere(collect(Given(errors=("it died",)), index)) < 0.3
    assert ELSEWHERE in {factor.id for factor in weigh(there, index).factors}


@pytest.mark.parametrize(
    "more", ["abcdefghijklmnop", "qwertz uiopl kasdf", "in the kitchen of my grandmother's house"]
)
def test_words_beside_a_known_line_do_not_speak_against_the_base(index: Index, more: str) -> None:
    alone = shares(told(index, "cannot find a heartbeat"))
    beside = told(index, f"cannot find a heartbeat {more}")

    assert beside.verdict == "ambiguous"
    assert shares(beside)[DIND] > alone[DIND] / 2


def test_words_count_through_their_resemblance(index: Index) -> None:
    found = weighed(index, "I detach from tmux and the agent freezes until I attach again.")

    (likeness,) = [factor for factor in found.factors if factor.id == RESEMBLES]
    best = max(likeness.factors, key=likeness.factors.__getitem__)
    assert best == "screen-session-freeze"


UNRELATED = """\
id: cake-burnt
title: The cake is burnt
severity: info
prior: common
because: The oven was hot.
what: Sugar turns black.
phrasings: [smoke everywhere, black crust, bitter taste]
escalate: To the baker.
sources: [{url: "https://example.org/3", says: Ovens.}]
"""


@pytest.mark.parametrize("present", [("reset",), ("no-beat", "reset", "runs-wait")])
def test_an_unrelated_insight_changes_the_others_only_through_normalisation(
    tmp_path: Path, present: tuple[str, ...]
) -> None:
    small = tiny_index(tmp_path / "small")
    large = tiny_index(tmp_path / "large", {"insights/cake-burnt.yaml": UNRELATED})

    def posteriors(index: Index) -> Posterior:
        found = [a for one in present if (a := answered(index, one, "present"))]
        evidence = collect(Given(symptoms=("runs-wait",)), index)._replace(findings=merged(found))
        return posterior(index, evidence)

    one, other = posteriors(small), posteriors(large)

    first = dict(one.sets)[("agent-dead",)] / dict(one.sets)[("network-down",)]
    second = dict(other.sets)[("agent-dead",)] / dict(other.sets)[("network-down",)]
    assert second == pytest.approx(first)
    assert sorted(one.probability, key=one.probability.__getitem__) == [
        cause
        for cause in sorted(other.probability, key=other.probability.__getitem__)
        if cause != "cake-burnt"
    ]
    assert one.effect["agent-dead"] == pytest.approx(other.effect["agent-dead"], abs=0.05)
