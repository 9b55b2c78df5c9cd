"""What the graph says of one entity: its neighbours, the causes it points to, its commands."""

from __future__ import annotations

from diagnose.checks.commands import Filled, fill
from diagnose.errors import UsageError
from diagnose.report.offered import with_holes
from diagnose.report.wording import strength
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kb.index import Entity, Index

_SAID = {
    ("indicates", "out"): "speaks for",
    ("indicates", "in"): "indicated by",
    ("contradicts", "out"): "speaks against",
    ("contradicts", "in"): "contradicted by",
    ("involves", "out"): "involves",
    ("involves", "in"): "is involved in",
    ("diagnoses", "out"): "checks",
    ("diagnoses", "in"): "checked with",
    ("remediates", "out"): "fixes",
    ("remediates", "in"): "fixed with",
    ("configures", "out"): "configures",
    ("configures", "in"): "configured by",
    ("measures", "out"): "measures",
    ("measures", "in"): "measured by",
    ("causes", "out"): "brings about",
    ("causes", "in"): "is brought about by",
    ("resembles", "out"): "looks like",
    ("resembles", "in"): "is taken for",
    ("alias_of", "out"): "is another name of",
    ("alias_of", "in"): "is also called",
    ("replaced_by", "out"): "is replaced by",
    ("replaced_by", "in"): "replaces",
    ("observes", "out"): "can show",
    ("observes", "in"): "can be seen with",
}
_LISTS = ("parameters", "signatures", "commands", "references", "insights")


class Neighbour(NamedTuple):
    """One end of an edge."""

    relation: str
    """Kind of the edge."""
    direction: str
    """``out`` from the entity, or ``in`` to it."""
    id: str
    kind: str
    text: str
    strength: str
    """Word of the base for ``indicates`` and ``contradicts``, else empty."""
    weight: float
    provenance: str
    why: str

    @property
    def said(self) -> str:
        """The relation in words, seen from the entity."""
        return _SAID.get((self.relation, self.direction), self.relation)


class Pointed(NamedTuple):
    """An insight that the entity points to."""

    insight: str
    title: str
    severity: str
    relation: str
    strength: str


class Explained(NamedTuple):
    """One entity with all that the graph says of it."""

    entity: Entity
    neighbours: tuple[Neighbour, ...]
    causes: tuple[Pointed, ...]
    commands: tuple[Filled, ...]
    members: tuple[tuple[str, str, str], ...]
    """(kind, id, text) of what a page lists."""


def explained(index: Index, entity_id: str) -> Explained:
    """Return everything about one entity.

    Raises:
        UsageError: the base has no such entity.
    """
    entity = index.entity(entity_id)
    if entity is None:
        message = f"{entity_id!r} is no known id"
        raise UsageError(message)
    neighbours = _neighbours(index, entity_id)
    return Explained(
        entity,
        tuple(neighbours),
        tuple(_causes(index, neighbours)),
        tuple(_commands(index, entity, neighbours)),
        tuple(_members(index, entity)),
    )


def _neighbours(index: Index, entity_id: str) -> list[Neighbour]:
    found = []
    ends = [("out", edge, edge.target) for edge in index.edges_from(entity_id)]
    ends += [("in", edge, edge.source) for edge in index.edges_to(entity_id)]
    for direction, edge, end in ends:
        other = index.entity(end)
        if other is None:
            continue
        word = strength(edge.kind, edge.weight, edge.provenance)
        joined = (edge.kind, direction, end, other.kind, with_holes(other), word, edge.weight)
        found.append(Neighbour(*joined, edge.provenance, edge.why))
    order = list(_SAID)
    rank = {pair: number for number, pair in enumerate(order)}

    def place(n: Neighbour) -> tuple[int, float]:
        weight = n.weight if n.relation == "contradicts" else -n.weight
        return rank.get((n.relation, n.direction), len(order)), weight

    return sorted(found, key=place)


def _causes(index: Index, neighbours: list[Neighbour]) -> list[Pointed]:
    """Return the insights next to the entity, or behind the finding that a command can show."""
    found: dict[str, Pointed] = {}
    for neighbour in neighbours:
        if neighbour.kind != "insight":
            continue
        insight = index.entity(neighbour.id)
        if insight is not None and neighbour.id not in found:
            severity = insight.record["severity"]
            found[neighbour.id] = Pointed(
                neighbour.id, insight.text, severity, neighbour.said, neighbour.strength
            )
    return list(found.values())


def _commands(index: Index, entity: Entity, neighbours: list[Neighbour]) -> list[Filled]:
    """Return the entity itself when it is a command, else the commands next to it."""
    found = {
        command.id: fill(command, {}, step)
        for role in ("checks", "fixes")
        for command, step in index.steps(entity.id, role)
    }
    ids = [n.id for n in neighbours if n.kind == "command"]
    for name in (entity.id,) if entity.kind == "command" else ids:
        command = index.command(name)
        if command is not None:
            found.setdefault(name, fill(command, {}))
    return list(found.values())


def _members(index: Index, entity: Entity) -> list[tuple[str, str, str]]:
    if entity.kind != "page":
        return []
    ids = [("metric", entity.record["metric"])]
    ids += [(kind[:-1], member) for kind in _LISTS for member in entity.record.get(kind, ())]
    return [
        (kind, member, found.text if (found := index.entity(member)) else member)
        for kind, member in ids
    ]
