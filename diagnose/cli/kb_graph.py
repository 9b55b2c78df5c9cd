"""``diagnose kb graph``: the graph as a picture or as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from diagnose.cli import inputs, output
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.errors import Exit, UsageError
from diagnose.lookup import look_up
from diagnose.report.jsontext import dumps
from kb.text import clean

if TYPE_CHECKING:
    from diagnose.cli.options import Args

FORMS = ("dot", "mermaid", "graphml", "json")
DEPTH = o.Option(("--depth",), "depth", "edges from the entity to show (default 1)", "value", "N")


def run(args: Args) -> int:
    """Write the whole graph, or the neighbourhood of one entity."""
    form = output.form(args, "dot")
    output.check(args)
    depth = inputs.number(args.depth, "--depth", 1, least=0)
    if args.depth and not args.entity:
        raise UsageError("--depth needs an entity to start from")
    from kb import graph as kb_graph  # noqa: PLC0415 (networkx, only here)
    from kb.export import export  # noqa: PLC0415
    from kb.load import load  # noqa: PLC0415

    graph = kb_graph.build(load(inputs.overlays(args)))
    if args.entity:
        entity = look_up(inputs.opened(args), args.entity).id
        if entity not in graph:
            raise UsageError(f"{entity} is a page: a view of the graph, not a part of it")
        graph = kb_graph.neighbourhood(graph, entity, depth)
    text = export(graph, form)
    is_json = form == "json"
    answer = dumps({**headed("kb graph"), **json.loads(text)}) if is_json else clean(text)
    output.emit(answer, args)
    return Exit.FOUND


COMMAND = o.Command(
    words=("kb", "graph"),
    summary="the graph, or the neighbourhood of one entity, as a picture",
    examples=(
        ("diagnose kb graph | dot -Tsvg -o graph.svg", "the whole graph, drawn by Graphviz"),
        (
            "diagnose kb graph screen-session-freeze --depth 2 --format mermaid",
            "what stands around an insight, for Markdown",
        ),
        ("diagnose kb graph --format graphml -o graph.graphml", "for Gephi, yEd and others"),
    ),
    run=run,
    options=(DEPTH, o.formats(*FORMS), o.JSON, *o.SAVING, o.KB, *o.TALK),
    arguments=(o.Argument("entity", "ID", "an entity to start from", "?", completes="*"),),
)
