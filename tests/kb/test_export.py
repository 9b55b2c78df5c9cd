"""The graph in four formats: same bytes each time, harmless whatever the texts are."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.export import FORMS, export, to_dot, to_graphml, to_json, to_mermaid
from kb.graph import build

if TYPE_CHECKING:
    from kb.base import Base
    from kb.graph import Graph

ROOT = Path(__file__).parents[2]

HOSTILE = [
    'say "hi" [x] {y} |z| `c` <script>alert(1)</script> & a\\',
    'x"]; subgraph y; n9["',
    "%%{init: {'theme': 'dark'}}%%",
    "line\nbreak\r\ttab\x1b]0;title\x07\u2028end",
    '\\"',
    "#quot; #35; &quot; ]]> --> -->|x|",
    "\ud800\ufffe",
]


def hostile(text: str) -> Graph:
    graph: Graph = nx.MultiDiGraph()
    graph.add_node("end", type="insight", text=text, provenance="document")
    graph.add_node("graph", type="signature", text=text, provenance="document")
    graph.add_edge(
        "graph",
        "end",
        key="k",
        type="indicates",
        strength=text,
        weight=0.5,
        provenance="x",
        why=text,
    )
    return graph


def plain(text: str) -> str:
    return " ".join(
        re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+", " ", text).split()
    )


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_order_of_building_does_not_show(form: str, tiny: Base) -> None:
    graph = build(tiny)
    mixed: Graph = nx.MultiDiGraph()
    mixed.add_nodes_from(reversed([(node, graph.nodes[node]) for node in graph]))
    for source, target, key, data in reversed(list(graph.edges(keys=True, data=True))):
        mixed.add_edge(source, target, key=key, **dict(reversed(data.items())))

    assert export(mixed, form) == export(graph, form)
    assert export(graph, form).endswith("\n")


def test_the_hash_seed_does_not_show(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from kb.export import FORMS
from kb.graph import build, neighbourhood
from kb.load import load
from tests.kb.conftest import TINY, write_files
graph = build(load([write_files(Path(sys.argv[1]), TINY)], shipped=False))
for form in FORMS.values():
    print(form(graph), form(neighbourhood(graph, "look", 2)))
"""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "tiny")],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert len(outputs) == 1


def test_dot(tiny: Base) -> None:
    text = to_dot(build(tiny))

    assert text.startswith("digraph kb {\n")
    assert '  "agent-dead" [label="The agent is dead", shape=box];\n' in text
    assert '  "no-beat" -> "agent-dead" [label="indicates (often)"];\n' in text
    assert '  "agent-class" -> "agent" [label="alias_of"];\n' in text


def test_mermaid(tiny: Base) -> None:
    lines = to_mermaid(build(tiny)).split("\n")

    assert lines[0] == "flowchart LR"
    assert '  n1("agent")' in lines
    assert '  n4["The agent is dead"]' in lines
    assert '  n3 -->|"alias_of"| n1' in lines
    assert any('-->|"indicates #40;often#41;"|' in line for line in lines)


def test_long_labels_are_shortened_in_pictures() -> None:
    assert f'"{"x" * 59}\u2026"' in to_dot(hostile("x" * 500))
    assert "x" * 500 in to_json(hostile("x" * 500))


def test_graphml_is_read_back(tiny: Base) -> None:
    graph = build(tiny)

    back = nx.parse_graphml(to_graphml(graph), force_multigraph=True)

    assert {node: dict(back.nodes[node]) for node in back} == {
        node: dict(graph.nodes[node]) for node in graph
    }
    assert sorted((a, b, d["type"]) for a, b, d in back.edges(data=True)) == sorted(
        (a, b, d["type"]) for a, b, d in graph.edges(data=True)
    )
    ids = re.findall(r'<edge [^>]*id="([^"]+)"', to_graphml(graph))
    assert len(set(ids)) == graph.number_of_edges()


def test_json_is_read_back(tiny: Base) -> None:
    graph = build(tiny)
    document = json.loads(to_json(graph))

    back = nx.node_link_graph(document, edges="edges")

    assert {node: dict(back.nodes[node]) for node in back} == {
        node: dict(graph.nodes[node]) for node in graph
    }
    assert sorted(map(str, back.edges)) == sorted(map(str, graph.edges))


def test_an_unknown_form_is_an_error(tiny: Base) -> None:
    with pytest.raises(KeyError):
        export(build(tiny), "pdf")


DOT_STRING = r'"(?:[^"\\\n]|\\.)*"'
DOT_LINE = re.compile(
    rf"  {DOT_STRING}(?: -> {DOT_STRING})? \[label=({DOT_STRING})(?:, shape=\w+)?\];"
)
MERMAID_LABEL = r"(?:[\w ,.!?/+='-]|#\d+;)*"
MERMAID_LINE = re.compile(
    rf'  n\d+[\[(]{{1,2}}"({MERMAID_LABEL})"[\])]{{1,2}}'
    rf'|  n\d+ -->\|"{MERMAID_LABEL}"\| n\d+'
)


def check_harmless(text: str) -> None:
    graph = hostile(text)
    wanted = plain(text)[:59].rstrip()
    dot = to_dot(graph)
    for line in dot.split("\n")[3:-2]:
        match = DOT_LINE.fullmatch(line)
        assert match, line
        if " -> " not in line:
            assert re.sub(r"\\(.)", r"\1", match[1][1:-1]).startswith(wanted)
    mermaid = to_mermaid(graph)
    for line in mermaid.split("\n")[1:-1]:
        match = MERMAID_LINE.fullmatch(line)
        assert match, line
        if match[1] is not None:
            label = re.sub(r"#(\d+);", lambda m: chr(int(m[1])), match[1])
            assert label.startswith(wanted)
    root = ET.fromstring(to_graphml(graph))
    assert plain(text) in {
        plain(item.text or "") for item in root.iter() if item.tag.endswith("data")
    }
    node = json.loads(to_json(graph))["nodes"][0]
    assert plain(node["text"]) == plain(text)
    for output in (dot, mermaid, to_graphml(graph), to_json(graph)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", output)
        assert output.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_inside_their_labels(text: str) -> None:
    check_harmless(text)


@given(st.text(st.characters(exclude_categories=[]), max_size=80))
def test_any_text_stays_inside_its_label(text: str) -> None:
    check_harmless(text)
