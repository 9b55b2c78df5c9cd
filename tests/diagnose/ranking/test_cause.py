"""A cause says what speaks for it, against it, what is missing, and what to do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from diagnose.collect import collect
from diagnose.diagnosis import conclude
from diagnose.given import Given
from diagnose.ranking.cause import MOST_MISSING, build
from diagnose.ranking.context import RESEMBLES
from diagnose.ranking.rank import infer
from diagnose.ranking.weigh import weigh
from tests.diagnose.made import HTTP2, told

if TYPE_CHECKING:
    from diagnose.result import Cause
    from kb.index import Index

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"


def cause(index: Index, insight: str, given: Given) -> Cause:
    evidence = collect(given, index)
    weighed = weigh(evidence, index)
    posterior = infer(weighed.odds, weighed.seen, weighed.factors)
    return build(insight, posterior, weighed, evidence, index)


def test_effect_is_what_leaving_the_finding_out_changes(index: Index) -> None:
    given = Given(
        errors=(f"prefect\n\nh2.exceptions.ProtocolError\n\n{SEND}",), symptoms=("runs-stay-late",)
    )
    evidence = collect(given, index)
    whole = cause(index, HTTP2, given)
    assert len(whole.evidence) > 1

    for proof in (*whole.evidence, *whole.against):
        if proof.finding not in evidence.findings:
            continue
        rest = {k: f for k, f in evidence.findings.items() if k != proof.finding}
        weighed = weigh(evidence._replace(findings=rest), index)
        left = infer(weighed.odds, weighed.seen, weighed.factors).probability[HTTP2]
        change = math.log(whole.probability / (1 - whole.probability)) - math.log(left / (1 - left))
        assert proof.effect == pytest.approx(change, abs=1e-6)


def test_the_strongest_comes_first_and_says_where_it_stood(index: Index) -> None:
    found = told(index, f"Agent stopped!\n\n{SEND}").causes[0]

    effects = [proof.effect for proof in found.evidence]
    assert effects == sorted(effects, reverse=True)
    first = found.evidence[0]
    assert (first.finding, first.kind, first.how) == (
        "h2-send-headers-closed",
        "signature",
        "exact",
    )
    assert (first.where.source, first.where.line) == ("error", 3)
    assert first.matched[slice(*first.where.span)] == SEND


def test_what_counts_through_another_finding_says_so(index: Index) -> None:
    found = told(index, f"h2.exceptions.ProtocolError\n\n{SEND}").causes[0]

    shadowed = next(p for p in found.evidence if p.finding == "h2-protocol-error")
    assert shadowed.why == "counts through h2-send-headers-closed"
    assert shadowed.effect == pytest.approx(0.0, abs=1e-9)


def test_what_is_denied_or_contradicts_stands_against(index: Index) -> None:
    edge = next(e for e in index.edges_to("agent-alive-but-unresponsive", "contradicts"))

    found = cause(
        index,
        "agent-alive-but-unresponsive",
        Given(symptoms=("runs-stay-late", edge.source), no_symptoms=("ui-shows-healthy",)),
    )

    against = {proof.finding: proof for proof in found.against}
    assert against[edge.source].effect < 0
    assert against[edge.source].why == edge.why
    assert against["ui-shows-healthy"].state == "absent"


def test_missing_is_what_would_raise_it_and_is_not_known(index: Index) -> None:
    found = cause(
        index, HTTP2, Given(errors=("Agent stopped!",), unknown_symptoms=("runs-stay-late",))
    )

    assert 0 < len(found.missing) <= MOST_MISSING
    raises = [missing.raises_to for missing in found.missing]
    assert raises == sorted(raises, reverse=True)
    assert all(value > found.probability for value in raises)
    assert not {m.finding for m in found.missing} & {"agent-stopped", "runs-stay-late"}


def test_everything_the_base_says_is_there(index: Index) -> None:
    for row in index.insights():
        found = cause(index, row.id, Given(errors=("prefect",)))
        entity = index.entity(row.id)
        assert entity is not None
        assert (found.title, found.severity, found.because) == (
            row.title,
            row.severity,
            row.because,
        )
        assert found.what
        assert found.escalate
        assert found.sources
        assert found.checks or found.no_checks
        assert found.fixes or found.no_fixes
        assert all(related.title and related.how for related in found.related)


def test_relations_go_both_ways(index: Index) -> None:
    for row in index.insights():
        for related in cause(index, row.id, Given(errors=("prefect",))).related:
            if related.relation == "causes":
                other = cause(index, related.insight, Given(errors=("prefect",)))
                assert (row.id, "caused_by") in {(r.insight, r.relation) for r in other.related}


def test_words_are_explained_as_a_whole(index: Index) -> None:
    found = told(index, "I detach from tmux and the prefect agent freezes until I attach again.")

    whole = next(p for p in found.causes[0].evidence if p.finding == RESEMBLES)
    assert whole.kind == "input"
    assert whole.effect > 0


def test_an_insight_that_the_index_does_not_hold_is_an_error(index: Index) -> None:
    evidence = collect(Given(errors=("prefect",)), index)
    weighed = weigh(evidence, index)

    with pytest.raises(ValueError, match="'no-such'"):
        build("no-such", infer({}, [], []), weighed, evidence, index)
    assert conclude(evidence, Given(errors=("prefect",)), index).verdict == "nothing_known"
