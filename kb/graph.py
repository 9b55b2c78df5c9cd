"""The knowledge graph: typed nodes and typed edges, for checks, paths, neighbourhoods and pictures.

Pages are views and have no node; what a page says beyond listing (its metric measures its
insights) is an edge. Nodes and edges stand in order of their ids, so that everything made from
the graph is the same for the same base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from kb.edges import Edge, edges
from kb.identity import text_of
from kb.model import Command, Fact, Finding, Insight, Page, Parameter, Reference, Signature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from kb.base import Base
    from kb.model import Entity

    Graph: TypeAlias = nx.MultiDiGraph[str]
    Attributes: TypeAlias = Mapping[str, str | float | bool]

GRADED = ("indicates", "contradicts")
"""Kinds of edges that have a strength of their own; the others are simply stated."""


def build(base: Base) -> Graph:
    """Return the graph of a base; edges to ids that the base lacks are left to ``kb check``."""
    graph: Graph = nx.MultiDiGraph()
    for entity_id, entity in sorted(base.entities.items()):
        if not isinstance(entity, Page):
            graph.add_node(entity_id, **_node(entity, base))
    for edge in sorted(edges(base)):
        if edge.source in graph and edge.target in graph:
            graph.add_edge(edge.source, edge.target, key=_key(edge), **_edge(edge))
    return graph


def neighbourhood(graph: Graph, entity_id: str, depth: int = 1) -> Graph:
    """Return what can be reached from an entity over ``depth`` edges, in either direction.

    Only the edges that are walked are in it, not all those among the entities reached.

    Raises:
        KeyError: the graph has no such node.
    """
    if entity_id not in graph:
        raise KeyError(entity_id)
    inner: set[str] = set()
    near = {entity_id}
    for _ in range(depth):
        if inner == near:
            break
        inner = near
        near = near | {other for node in inner for other in nx.all_neighbors(graph, node)}
    part: Graph = nx.MultiDiGraph()
    part.add_nodes_from((node, graph.nodes[node]) for node in sorted(near))
    for source, target, key, data in graph.edges(keys=True, data=True):
        if source in inner or target in inner:
            part.add_edge(source, target, key=key, **data)
    return part


def _key(edge: Edge) -> str:
    """Two entities may be joined by edges of several kinds, or by one kind under conditions."""
    condition = edge.via or (edge.word if edge.kind not in GRADED else "")
    return f"{edge.kind} {condition}".strip()


def _edge(edge: Edge) -> Attributes:
    found: dict[str, str | float | bool] = {
        "type": edge.kind,
        "strength": edge.word if edge.kind in GRADED else "stated",
        "weight": edge.weight,
        "provenance": edge.provenance,
    }
    if edge.kind == "observes":
        found["state"] = edge.word
    for name, value in (("why", edge.why), ("via", edge.via)):
        if value:
            found[name] = value
    return found


def _node(entity: Entity, base: Base) -> Attributes:
    """Return the attributes of a node: its type and text, and what its kind adds."""
    found: dict[str, str | float | bool] = {
        "type": base.kinds[entity.id],
        "text": text_of(entity),
        "provenance": entity.provenance,
        "base": base.origins[entity.id].base,
    }
    if isinstance(entity, Insight):
        found |= {"severity": entity.severity, "prior": entity.prior, "informs": entity.informs}
    if isinstance(entity, Finding):
        found["specificity"] = entity.specificity
    if isinstance(entity, Signature | Reference | Command):
        found["kind"] = entity.kind
    if isinstance(entity, Command):
        found |= {"language": entity.language, "effect": entity.effect, "risk": entity.risk}
    if isinstance(entity, Fact):
        found["condition"] = f"{entity.name} {entity.op} {entity.value}"
    if isinstance(entity, Parameter) and entity.recommended:
        found["recommended"] = entity.recommended
    return found
