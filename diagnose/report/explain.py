"""Any entity of the base explained: what it is, what it is joined to, where that leads."""

from __future__ import annotations

from diagnose.report import offered, wording
from diagnose.report.data import command
from diagnose.report.jsontext import SCHEMA, number, tool
from diagnose.report.markdown import block, fill_in, terms
from diagnose.report.md import code, document, escape, fence, link, prose, slug
from diagnose.report.md import paragraphs as md_paragraphs
from diagnose.report.mermaid import picture
from diagnose.report.neighbours import Explained, Neighbour, explained
from diagnose.report.plain import clip, one_line, paragraphs, styled, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from diagnose.checks.commands import Filled
    from kb.index import Entity, Index

FOLDED = 12
"""Neighbours over one kind of edge that the text shows; the other formats show all."""


def text(index: Index, entity_id: str, width: int, *, color: bool = False) -> str:
    """Return the explanation as text that ends with a line feed.

    Raises:
        UsageError: the base has no such entity.
    """
    found = explained(index, entity_id)
    width = max(width, 40)
    lines = [styled(line, "bold", color=color) for line in wrap(_title(found.entity), width)]
    lines += wrap(_origin(found.entity), width)
    for name, said in _facts(index, found.entity):
        lines += ["", *paragraphs(f"{name}: {said}" if name else said, width)]
    for (heading, kind), group in _groups(found).items():
        lines += ["", styled(f"{heading[:1].upper()}{heading[1:]} ({kind})", "bold", color=color)]
        for neighbour in group[:FOLDED]:
            lines += _item(_neighbour(neighbour), width)
        if len(group) > FOLDED:
            lines.append(f"  and {len(group) - FOLDED} more")
    for kind, member, said in found.members:
        lines.append(clip(f"  {kind}: {member}: {said}", width))
    lines += _commands(found, width, color=color)
    for source in found.entity.record.get("sources", ()):
        lines += [
            "",
            f"  {source['url']}",
            *(f"    {line}" for line in wrap(source["says"], width - 4)),
        ]
    return "\n".join([*lines, *_next(found)]) + "\n"


def data(index: Index, entity_id: str) -> dict[str, Any]:
    """Return the explanation as the object that ``--json`` prints.

    Raises:
        UsageError: the base has no such entity.
    """
    found = explained(index, entity_id)
    entity = found.entity
    return {
        "schema": SCHEMA,
        "command": "explain",
        "tool": tool(),
        "kb": {
            "bases": list(index.bases),
            "pages": list(index.pages),
            "insights": index.insight_count,
            "digest": index.digest,
        },
        "id": entity.id,
        "kind": entity.kind,
        "text": entity.text,
        "base": entity.base,
        "provenance": entity.record.get("provenance", "researched"),
        "neighbours": [_neighbour_data(neighbour) for neighbour in found.neighbours],
        "causes": [
            cause._asdict() | {"strength": cause.strength or None} for cause in found.causes
        ],
        "commands": [command(filled) for filled in found.commands],
        "members": [{"kind": k, "id": member, "text": said} for k, member, said in found.members],
        "sources": list(entity.record.get("sources", ())),
        "record": entity.record,
    }


def _neighbour_data(neighbour: Neighbour) -> dict[str, Any]:
    return {
        "relation": neighbour.relation,
        "direction": neighbour.direction,
        "id": neighbour.id,
        "kind": neighbour.kind,
        "text": neighbour.text,
        "strength": neighbour.strength or None,
        "weight": number(neighbour.weight),
        "provenance": neighbour.provenance,
        "why": neighbour.why or None,
    }


def markdown(index: Index, entity_id: str) -> str:
    """Return the explanation as a Markdown page.

    Raises:
        UsageError: the base has no such entity.
    """
    found = explained(index, entity_id)
    drawn, left = picture(index, entity_id)
    lines = [f"# {escape(_title(found.entity))}", "", escape(_origin(found.entity)), ""]
    for name, said in _facts(index, found.entity):
        lines += [*([f"**{name}**", ""] if name else []), *md_paragraphs(said), ""]
    for (heading, kind), group in _groups(found).items():
        lines += ["", f"## {heading[:1].upper()}{heading[1:]} ({kind})", ""]
        lines += [f"- {_neighbour_md(neighbour)}" for neighbour in group]
    if found.members:
        lines += ["", "## Lists", ""]
        lines += [
            f"- {kind} {code(member)}: {escape(said)}" for kind, member, said in found.members
        ]
    for filled in found.commands:
        lines += ["", f"## Command {filled.id}", "", f"{terms(filled)}. {prose(filled.purpose)}."]
        lines += [*block(filled, slug(filled.id)), *(f"- {hint}" for hint in fill_in(filled))]
    if found.entity.record.get("sources"):
        lines += ["", "## Sources", ""]
        lines += [f"- {link(s['url'])}: {prose(s['says'])}" for s in found.entity.record["sources"]]
    lines += ["", "## Picture", "", *fence("\n".join(drawn), "mermaid", {"name": "picture"})]
    if left:
        lines += ["", f"Not drawn: {wording.count(left, 'weaker edge')}."]
    return document(lines)


def _title(entity: Entity) -> str:
    severity = entity.record.get("severity")
    mark = f"{wording.MARKS[severity]}  " if severity else ""
    return f"{mark}{one_line(offered.with_holes(entity))}"


def _origin(entity: Entity) -> str:
    kind = entity.record.get("kind")
    sort = f"{entity.kind} ({kind})" if kind else entity.kind
    provenance = entity.record.get("provenance", "researched")
    said = (
        "stands in the document"
        if provenance == "document"
        else f"{provenance}, not in the document"
    )
    return f"{entity.id}: {sort}, {said}, base {entity.base}"


def _facts(index: Index, entity: Entity) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of what the record says in words; the name is empty for the main text."""
    record = entity.record
    for key in ("because", "what", "purpose"):
        if said := record.get(key):
            yield "", f"{said[:1].upper()}{said[1:]}"
    for key in ("means", "question", "description", "recommended", "expect", "escalate", "note"):
        if record.get(key):
            yield key.capitalize(), str(record[key])
    row = index.finding(entity.id)
    if row is not None:
        yield "How telling", wording.specificity(row.leak)
    if record.get("op"):
        unit = f" {record['unit']}" if record.get("unit") else ""
        yield "Holds when", f"{record['name']} {record['op']} {record['value']}{unit}"
    if window := record.get("versions"):
        yield "Versions", _versions(window)
    for interface in record.get("interfaces", ()):
        yield interface["name"], interface.get("description") or "no description"
    if record.get("url"):
        yield "Page", record["url"]


def _versions(window: str | dict[str, Any]) -> str:
    """Return the versions of a command or signature, or those on which an insight is possible."""
    if isinstance(window, str):
        return window
    every = [w for w in (window.get("possible"), *window.get("also", ())) if w]
    still = f" Or with {', '.join(window['unless'])}." if window.get("unless") else ""
    return f"{' or '.join(every) or 'any'}. {one_line(window['reason'])}{still}"


def _groups(found: Explained) -> dict[tuple[str, str], list[Neighbour]]:
    groups: dict[tuple[str, str], list[Neighbour]] = {}
    for neighbour in found.neighbours:
        groups.setdefault((neighbour.said, neighbour.kind), []).append(neighbour)
    return groups


def _neighbour(neighbour: Neighbour) -> str:
    word = f"{neighbour.strength}: " if neighbour.strength else ""
    why = f" - {neighbour.why}" if neighbour.why else ""
    return f"{word}{one_line(neighbour.text)} ({neighbour.id}){why}"


def _neighbour_md(neighbour: Neighbour) -> str:
    word = f"{escape(neighbour.strength)}: " if neighbour.strength else ""
    shown = escape(neighbour.text) if neighbour.kind == "insight" else code(neighbour.text)
    why = f" - {prose(neighbour.why)}" if neighbour.why else ""
    return f"{word}{shown} ({code(neighbour.id)}){why}"


def _item(said: str, width: int) -> list[str]:
    return [("  - " if k == 0 else "    ") + line for k, line in enumerate(wrap(said, width - 4))]


def _commands(found: Explained, width: int, *, color: bool) -> list[str]:
    if not found.commands:
        return []
    lines = ["", styled("Commands", "bold", color=color)]
    for filled in found.commands:
        lines += _command(filled, width, color=color)
    return lines


def _command(filled: Filled, width: int, *, color: bool) -> list[str]:
    head = f"{filled.id} ({offered.effect(filled)}{offered.privileges(filled)}): {filled.purpose}"
    said = offered.command_text(filled).split("\n")
    lines = [
        *_item(head, width),
        *(f"    {styled(line, filled.effect, color=color)}" for line in said),
    ]
    for name, what in offered.holes(filled):
        lines += [f"    {line}" for line in wrap(f"fill in {name}: {what}", width - 4)]
    return lines


def _next(found: Explained) -> list[str]:
    if found.entity.kind == "insight":
        return ["", "Next: the page to follow", f"  diagnose runbook {found.entity.id}"]
    if found.entity.kind == "command":
        reads = found.entity.record["effect"] == "reads"
        return (
            ["", "Next: run it, with your consent", f"  diagnose run {found.entity.id}"]
            if reads
            else []
        )
    if found.causes:
        first = found.causes[0]
        what = "the cause it says most about" if first.strength else "an insight it belongs to"
        return ["", f"Next: {what}", f"  diagnose explain {first.insight}"]
    return []
