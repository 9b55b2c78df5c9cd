"""The graph that is built from a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.edges import edges
from kb.graph import GRADED, build, neighbourhood
from kb.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.base import Base

TYPES = {
    "indicates", "contradicts", "involves", "diagnoses", "remediates", "configures",
    "measures", "causes", "resembles", "alias_of", "replaced_by", "observes",
}  # fmt: skip


def test_nodes_carry_type_and_text(tiny: Base) -> None:
    graph = build(tiny)

    assert list(graph) == sorted(entity_id for entity_id in tiny.entities if entity_id != "beat")
    assert graph.nodes["agent-dead"] == {
        "type": "insight",
        "text": "The agent is dead",
        "provenance": "document",
        "base": "tiny",
        "severity": "critical",
        "prior": "common",
        "informs": False,
    }
    assert graph.nodes["no-beat"]["kind"] == "log pattern"
    assert graph.nodes["no-beat"]["specificity"] == "specific"
    assert graph.nodes["poll-old"]["condition"] == "poll_age_s > 60"
    assert graph.nodes["look"]["effect"] == "reads"
    assert graph.nodes["interval"]["recommended"] == "5"


def test_every_type_of_edge_stands_with_strength_and_provenance(tiny: Base) -> None:
    found = [data for _, _, data in build(tiny).edges(data=True)]

    assert {data["type"] for data in found} == TYPES
    assert all(data["strength"] and data["provenance"] for data in found)
    assert all((data["strength"] == "stated") == (data["type"] not in GRADED) for data in found)


def test_edges_lead_from_evidence_to_cause(tiny: Base) -> None:
    graph = build(tiny)

    assert graph.edges["no-beat", "agent-dead", "indicates"]["strength"] == "often"
    assert graph.edges["no-beat", "agent-dead", "indicates"]["why"] == "A dead agent sends nothing."
    assert graph.edges["runs-wait", "agent-dead", "indicates"]["provenance"] == "guess"
    assert graph.edges["agent-beat", "agent-dead", "measures"]["provenance"] == "document"
    assert graph.edges["agent-dead", "network-down", "resembles reset"]["via"] == "reset"
    assert graph.edges["look", "poll-old", "observes absent"]["state"] == "absent"
    assert graph.edges["start-agent", "start-worker", "replaced_by >=3"]["via"] == ">=3"
    assert graph.edges["start-agent", "agent-dead", "remediates <3"]["weight"] == 1


def test_no_edge_of_the_base_is_lost(tiny: Base) -> None:
    assert build(tiny).number_of_edges() == len(list(edges(tiny)))


def test_dangling_edges_make_no_nodes(write: Callable[..., Path]) -> None:
    base = load([write({"facts.yaml": "[]\n"})], shipped=False)

    assert "poll-old" not in build(base)


def test_a_neighbourhood_grows_with_its_depth(tiny: Base) -> None:
    graph = build(tiny)

    assert list(neighbourhood(graph, "agent-class", 0)) == ["agent-class"]
    assert list(neighbourhood(graph, "agent-class", 1)) == ["agent", "agent-class"]
    assert list(neighbourhood(graph, "agent-class", 2)) == ["agent", "agent-class", "agent-dead"]
    assert set(neighbourhood(graph, "reset", 1).edges) == {
        ("reset", "agent-dead", "contradicts"),
        ("reset", "network-down", "indicates"),
    }
    whole = neighbourhood(graph, "agent-class", 99)
    assert list(whole) == list(graph)
    assert whole.number_of_edges() == graph.number_of_edges()
    assert whole.nodes["agent"] == graph.nodes["agent"]


def test_an_unknown_centre_is_an_error(tiny: Base) -> None:
    with pytest.raises(KeyError):
        neighbourhood(build(tiny), "nothing")
