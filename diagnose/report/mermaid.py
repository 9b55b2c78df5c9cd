"""The neighbourhood of one entity as a Mermaid picture, from the edges of the index."""

from __future__ import annotations

from diagnose.report.offered import with_holes
from diagnose.report.plain import clip
from diagnose.report.wording import strength
from kb import mermaid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kb.index import Edge, Index

MOST = {
    "indicates": 8,
    "contradicts": 4,
    "diagnoses": 6,
    "remediates": 6,
    "causes": 6,
    "resembles": 6,
    "involves": 6,
}
"""Edges of a kind that are drawn, the strongest first; a picture with all of them shows nothing."""

OTHERS = 6
LABEL = 48


def picture(index: Index, entity_id: str) -> tuple[list[str], int]:
    """Return the lines of a flowchart, and how many edges were left out of it."""
    edges = [*index.edges_to(entity_id), *index.edges_from(entity_id)]
    kept, left = _strongest(edges)
    ids = dict.fromkeys([entity_id, *(end for e in kept for end in (e.source, e.target))])
    names = {node: f"n{number}" for number, node in enumerate(ids, 1)}
    lines = ["flowchart LR"]
    for node, name in names.items():
        entity = index.entity(node)
        kind, text = (entity.kind, with_holes(entity)) if entity else ("", node)
        lines.append(mermaid.node(name, kind, clip(text, LABEL)))
    for edge in kept:
        word = strength(edge.kind, edge.weight, edge.provenance)
        said = f"{edge.kind.replace('_', ' ')}{f' {word}' if word else ''}"
        lines.append(mermaid.edge(names[edge.source], names[edge.target], clip(said, LABEL)))
    return lines, left


def _strongest(edges: list[Edge]) -> tuple[list[Edge], int]:
    kept: list[Edge] = []
    left = 0
    for kind in dict.fromkeys(edge.kind for edge in edges):
        alike = [edge for edge in edges if edge.kind == kind]
        if kind == "contradicts":
            alike.sort(key=lambda edge: edge.weight)
        elif kind == "indicates":
            alike.sort(key=lambda edge: -edge.weight)
        most = MOST.get(kind, OTHERS)
        kept += alike[:most]
        left += len(alike[most:])
    return kept, left
