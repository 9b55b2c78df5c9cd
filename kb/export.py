"""The graph as DOT, Mermaid, GraphML or JSON: the same graph gives the same bytes.

Texts of the base end up in five syntaxes, so each format escapes all that could end a label or
begin something else there; control characters are left out everywhere.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import networkx as nx

from kb import mermaid

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.graph import Graph

MAX_LABEL = 60
"""Longer texts are shortened in pictures; GraphML and JSON carry them whole."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_DOT_SHAPES = {
    "insight": "box",
    "command": "component",
    "reference": "ellipse",
    "metric": "hexagon",
}


def export(graph: Graph, form: str) -> str:
    """Return the graph in one of `FORMS`, ending with a line feed.

    Raises:
        KeyError: there is no such form.
    """
    return FORMS[form](graph)


def to_dot(graph: Graph) -> str:
    """Return the graph in Graphviz's language."""
    lines = ["digraph kb {", "  rankdir=LR;", "  node [shape=note];"]
    for node, data in _nodes(graph):
        shape = _DOT_SHAPES.get(data["type"])
        drawn = f", shape={shape}" if shape else ""
        lines.append(f"  {_quoted(node)} [label={_quoted(_label(data))}{drawn}];")
    for source, target, _, data in _edges(graph):
        lines.append(
            f"  {_quoted(source)} -> {_quoted(target)} [label={_quoted(_relation(data))}];"
        )
    return "\n".join([*lines, "}"]) + "\n"


def to_mermaid(graph: Graph) -> str:
    """Return the graph as a Mermaid flowchart."""
    names = {node: f"n{number}" for number, node in enumerate(sorted(graph), start=1)}
    lines = ["flowchart LR"]
    for node, name in names.items():
        data = graph.nodes[node]
        lines.append(mermaid.node(name, data["type"], _label(data)))
    for source, target, _, data in _edges(graph):
        lines.append(mermaid.edge(names[source], names[target], _relation(data)))
    return "\n".join(lines) + "\n"


def to_graphml(graph: Graph) -> str:
    """Return the graph as GraphML with all attributes."""
    # The writer uses edge keys as XML ids, which must be unique in the whole document.
    plain: Graph = nx.MultiDiGraph()
    for node, data in _nodes(graph):
        plain.add_node(node, **_sanitised(data))
    for number, (source, target, _, data) in enumerate(_edges(graph), start=1):
        plain.add_edge(source, target, key=f"e{number}", **_sanitised(data))
    return "\n".join(nx.generate_graphml(plain)) + "\n"


def to_json(graph: Graph) -> str:
    """Return the graph in networkx's node-link form, which `networkx.node_link_graph` reads."""
    document = {
        "directed": True,
        "multigraph": True,
        "graph": {},
        "nodes": [{**_sanitised(data), "id": node} for node, data in _nodes(graph)],
        "edges": [
            {**_sanitised(data), "source": source, "target": target, "key": key}
            for source, target, key, data in _edges(graph)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


FORMS: dict[str, Callable[[Graph], str]] = {
    "dot": to_dot,
    "mermaid": to_mermaid,
    "graphml": to_graphml,
    "json": to_json,
}


def _nodes(graph: Graph) -> list[tuple[str, dict[str, Any]]]:
    return [(node, graph.nodes[node]) for node in sorted(graph)]


def _edges(graph: Graph) -> list[tuple[str, str, str, dict[str, Any]]]:
    return sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3])


def _label(data: dict[str, Any]) -> str:
    text = _plain_text(str(data["text"]))
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1].rstrip() + "\u2026"


def _relation(data: dict[str, Any]) -> str:
    strength = data["strength"]
    return _plain_text(data["type"] if strength == "stated" else f"{data['type']} ({strength})")


def _plain_text(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _sanitised(data: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _CONTROL.sub(" ", value) if isinstance(value, str) else value
        for key, value in sorted(data.items())
    }


def _quoted(text: str) -> str:
    """Return a string of the DOT language; nothing but quote and backslash ends or changes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
