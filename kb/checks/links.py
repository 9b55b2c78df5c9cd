"""Every id leads somewhere, nothing is left alone, and nothing leads back to itself."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import networkx as nx

from kb.checks.place import problem
from kb.edges import Edge, edges
from kb.errors import Problem
from kb.model import Fact, Insight, Metric, Page, Signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.base import Base
    from kb.model import Case

FINDINGS = ("signature", "symptom", "fact")

ENDS = {
    "indicates": (FINDINGS, ("insight",)),
    "contradicts": (FINDINGS, ("insight",)),
    "involves": (("insight",), ("reference",)),
    "diagnoses": (("command",), ("insight",)),
    "remediates": (("command",), ("insight",)),
    "configures": (("parameter",), ("insight",)),
    "measures": (("metric",), ("insight",)),
    "causes": (("insight",), ("insight",)),
    "resembles": (("insight",), ("insight",)),
    "alias_of": (("reference",), ("reference",)),
    "replaced_by": (("command",), ("command",)),
    "observes": (("command",), FINDINGS),
}
"""Kind of an edge -> kinds of entities at its source and at its target."""

_AT_TARGET = ("indicates", "contradicts", "diagnoses", "remediates")
"""Edges that stand in the file of their target; the others stand in that of their source."""

_LISTS = ("parameters", "signatures", "commands", "references", "insights")
_CONNECTED = (*FINDINGS, "command", "reference", "parameter")
"""Kinds of entities that are useless alone."""


def _owner(edge: Edge) -> str:
    return edge.target if edge.kind in _AT_TARGET else edge.source


def _mentioned(edge: Edge) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the ids an edge leads to from its owner, each with the kinds it may have."""
    sources, targets = ENDS[edge.kind]
    yield (edge.source, sources) if edge.kind in _AT_TARGET else (edge.target, targets)
    if edge.kind == "resembles":
        yield edge.via, FINDINGS


def dangling(base: Base) -> Iterator[Problem]:
    """Report ids that nothing has, or something of another kind."""
    for edge in edges(base):
        if edge.kind == "measures":
            continue  # the page's own list, see below
        for entity_id, kinds in _mentioned(edge):
            if wrong := _wrong(base, entity_id, kinds):
                yield problem(base, _owner(edge), f"{edge.kind}: {wrong}")
        if edge.source == edge.target and edge.kind in ("causes", "resembles"):
            yield problem(base, edge.source, f"{edge.kind}: leads to itself")
    for insight in base.of(Insight):
        for finding in insight.versions.unless if insight.versions else ():
            if wrong := _wrong(base, finding, FINDINGS):
                yield problem(base, insight.id, f"versions, unless: {wrong}")
    for page in base.of(Page):
        yield from _page(base, page)


def _page(base: Base, page: Page) -> Iterator[Problem]:
    if wrong := _wrong(base, page.metric, ("metric",)):
        yield problem(base, page.id, f"metric: {wrong}")
    for name in _LISTS:
        listed: tuple[str, ...] = getattr(page, name)
        for entity_id in sorted({item for item in listed if listed.count(item) > 1}):
            yield problem(base, page.id, f"{name}: {entity_id!r} stands twice")
        for entity_id in dict.fromkeys(listed):
            if wrong := _wrong(base, entity_id, (name.removesuffix("s"),)):
                yield problem(base, page.id, f"{name}: {wrong}")


def _wrong(base: Base, entity_id: str, kinds: tuple[str, ...]) -> str:
    """Say what is wrong with an id that should name an entity of one of these kinds."""
    found = base.kinds.get(entity_id)
    if found in kinds:
        return ""
    if found is not None:
        article = "an" if kinds[0].startswith("i") else "a"
        return f"{entity_id!r} is a {found}, not {article} {' or '.join(kinds)}"
    near = get_close_matches(entity_id, base.entities, 1, 0.8)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"nothing has the id {entity_id!r}{hint}"


def cases(base: Base) -> Iterator[Problem]:
    """Report cases that belong to no insight, or speak of what does not exist."""
    facts = {fact.name for fact in base.of(Fact)}
    for stem, items in base.cases.items():
        is_foreign = stem.startswith("foreign") and stem not in base.kinds
        wrong = "" if is_foreign else _wrong(base, stem, ("insight",))
        for case in items:
            for message in (*([wrong] if wrong else ()), *_given(base, case, facts)):
                origin = base.case_origins[case.id]
                yield Problem(origin.path, origin.line, f"case {case.id!r}: {message}")
            wrong = ""  # said once a file is enough


def _given(base: Base, case: Case, facts: set[str]) -> Iterator[str]:
    """Yield what is wrong with the answers and the true insight of a case."""
    if case.instead and (wrong := _wrong(base, case.instead, ("insight",))):
        yield f"instead: {wrong}"
    for given in case.given:
        word, mark, value = given.partition("=")
        if not mark or not value:
            yield f"given: {given!r} is not of the form NAME=VALUE"
        elif word in ("symptom", "no-symptom", "unknown-symptom"):
            if wrong := _wrong(base, value, ("symptom",)):
                yield f"given: {wrong}"
        elif word.startswith("fact ") and word.removeprefix("fact ") not in facts:
            yield f"given: no fact is named {word.removeprefix('fact ')!r}"
        elif not word.startswith("fact ") and word != "prefect-version":
            yield f"given: {word!r} is not a kind of answer"


def orphans(base: Base) -> Iterator[Problem]:
    """Report entities that nothing points to and no page lists.

    A signature that says what it means is of use alone: it explains a line to its reader. Where
    bases lie on each other only the last one is looked at: what it disables may have been the use
    of something below, which its author cannot edit.
    """
    used: set[str] = set()
    for edge in edges(base):
        used.update(entity_id for entity_id, _ in _mentioned(edge))
        if edge.kind in ("alias_of", "configures"):
            used.add(edge.source)
    used |= _on_pages(base)
    for entity_id, kind in base.kinds.items():
        entity = base.entities[entity_id]
        explains = isinstance(entity, Signature) and entity.means
        own = base.origins[entity_id].base == base.names[-1]
        if own and kind in _CONNECTED and entity_id not in used and not explains:
            yield problem(base, entity_id, "nothing points to it and no page lists it")


def unlisted(base: Base) -> Iterator[Problem]:
    """Report what is said to stand in the document but on no page."""
    listed = _on_pages(base)
    for entity_id, entity in base.entities.items():
        on_page = entity_id in listed or isinstance(entity, Page)
        if entity.provenance == "document" and not on_page:
            yield problem(base, entity_id, "its provenance is the document but no page lists it")


def _on_pages(base: Base) -> set[str]:
    pages = base.of(Page)
    listed = {entity_id for page in pages for name in _LISTS for entity_id in getattr(page, name)}
    return listed | {page.metric for page in pages}


def circles(base: Base) -> Iterator[Problem]:
    """Report aliases and replacements that lead back to where they start."""
    graphs: dict[str, nx.DiGraph[str]] = {k: nx.DiGraph() for k in ("alias_of", "replaced_by")}
    for edge in edges(base):
        if edge.kind in graphs:
            graphs[edge.kind].add_edge(edge.source, edge.target)
    for kind, graph in graphs.items():
        for ring in nx.strongly_connected_components(graph):
            first = min(ring)
            if first in base.kinds and (len(ring) > 1 or graph.has_edge(first, first)):
                yield problem(base, first, f"{kind} runs in a circle: {', '.join(sorted(ring))}")


def metrics(base: Base) -> Iterator[Problem]:
    """Report metrics that no page is about."""
    listed = _on_pages(base)
    for metric in base.of(Metric):
        if metric.id not in listed:
            yield problem(base, metric.id, "no page is about it")
