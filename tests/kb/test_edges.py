"""The typed edges: each statement of a file is one edge, with its strength and provenance."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kb.edges import Edge, edges
from kb.model import Insight
from kb.scale import CONTRADICTION, GUESS_FACTOR, STRENGTH

if TYPE_CHECKING:
    from kb.base import Base


def test_a_tiny_base_has_an_edge_of_every_kind(tiny: Base) -> None:
    found = {(edge.source, edge.kind, edge.target): edge for edge in edges(tiny)}

    assert set(found) == {
        ("no-beat", "indicates", "agent-dead"),
        ("runs-wait", "indicates", "agent-dead"),
        ("reset", "contradicts", "agent-dead"),
        ("agent-dead", "involves", "agent"),
        ("look", "diagnoses", "agent-dead"),
        ("start-agent", "remediates", "agent-dead"),
        ("agent-dead", "resembles", "network-down"),
        ("agent-class", "alias_of", "agent"),
        ("look", "observes", "poll-old"),
        ("start-agent", "replaced_by", "start-worker"),
        ("interval", "configures", "agent-dead"),
        ("agent-beat", "measures", "agent-dead"),
        ("agent-beat", "measures", "network-down"),
        ("reset", "indicates", "network-down"),
        ("network-down", "causes", "agent-dead"),
        ("look", "diagnoses", "network-down"),
    }
    assert found["no-beat", "indicates", "agent-dead"] == Edge(
        "no-beat", "agent-dead", "indicates", STRENGTH["often"], "often", "researched",
        "A dead agent sends nothing.",
    )  # fmt: skip
    assert found["agent-dead", "resembles", "network-down"].via == "reset"
    assert found["start-agent", "replaced_by", "start-worker"].via == ">=3"
    assert found["reset", "contradicts", "agent-dead"].weight == CONTRADICTION["slightly"]


def test_a_guess_counts_half(tiny: Base) -> None:
    guess = next(edge for edge in edges(tiny) if edge.provenance == "guess")

    assert guess.weight == STRENGTH["almost-always"] * GUESS_FACTOR


def test_nothing_of_the_shipped_base_is_said_twice_or_of_nobody(shipped: Base) -> None:
    found = list(edges(shipped))
    said = Counter((edge.source, edge.kind, edge.target, edge.via) for edge in found)

    assert [key for key, times in said.items() if times > 1 and key[1] != "observes"] == []
    assert {end for edge in found for end in (edge.source, edge.target)} <= set(shipped.entities)


def test_every_statement_of_every_insight_is_an_edge(shipped: Base) -> None:
    found = Counter(edge.kind for edge in edges(shipped))
    insights = shipped.of(Insight)

    assert found["indicates"] == sum(len(insight.indicates) for insight in insights)
    assert found["contradicts"] == sum(len(insight.contradicts) for insight in insights)
    assert found["involves"] == sum(len(insight.involves) for insight in insights)
    assert found["diagnoses"] == sum(len(insight.checks) for insight in insights)
    assert found["remediates"] == sum(len(insight.fixes) for insight in insights)
    assert found["resembles"] == sum(len(insight.look_alikes) for insight in insights)
    assert found["causes"] == sum(len(insight.causes) for insight in insights)
