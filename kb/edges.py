"""The typed edges of the knowledge graph, listed from the model in one place.

The graph and the index are both made from this list, so neither can know an edge that the other
does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kb.model import Command, Insight, Page, Parameter, Reference
from kb.scale import CONTRADICTION, GUESS_FACTOR, STRENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.base import Base


class Edge(NamedTuple):
    """One typed edge.

    ``weight`` is a probability for ``indicates``, a factor on the odds for ``contradicts`` and 1
    for all others; ``word`` is how the base says it; ``via`` is the finding that tells two
    look-alikes apart, or the versions of a replacement.
    """

    source: str
    target: str
    kind: str
    weight: float = 1.0
    word: str = ""
    provenance: str = "researched"
    why: str = ""
    via: str = ""


def edges(base: Base) -> Iterator[Edge]:
    """Yield every edge of a base, in order of the entity that owns it."""
    for entity in base.ordered:
        if isinstance(entity, Insight):
            yield from _of_insight(entity)
        elif isinstance(entity, Command):
            yield from _of_command(entity)
        elif isinstance(entity, Parameter):
            for insight in entity.configures:
                yield Edge(entity.id, insight, "configures", provenance=entity.provenance)
        elif isinstance(entity, Reference) and entity.alias_of:
            yield Edge(entity.id, entity.alias_of, "alias_of", provenance=entity.provenance)
        elif isinstance(entity, Page):
            for insight in entity.insights:
                yield Edge(entity.metric, insight, "measures", provenance=entity.provenance)


def _of_insight(insight: Insight) -> Iterator[Edge]:
    for indicates in insight.indicates:
        weight = STRENGTH[indicates.strength]
        if indicates.provenance == "guess":
            weight *= GUESS_FACTOR
        yield Edge(
            indicates.finding, insight.id, "indicates", weight,
            indicates.strength, indicates.provenance, indicates.why or "",
        )  # fmt: skip
    for against in insight.contradicts:
        yield Edge(
            against.finding, insight.id, "contradicts", CONTRADICTION[against.strength],
            against.strength, against.provenance, against.why,
        )  # fmt: skip
    for involves in insight.involves:
        yield Edge(insight.id, involves.reference, "involves", provenance=involves.provenance)
    for check in insight.checks:
        yield Edge(check.command, insight.id, "diagnoses", why=check.why)
    for fix in insight.fixes:
        yield Edge(fix.command, insight.id, "remediates", why=fix.why, via=fix.versions or "")
    for brings in insight.causes:
        yield Edge(
            insight.id, brings.insight, "causes", provenance=brings.provenance, why=brings.why
        )
    for twin in insight.look_alikes:
        yield Edge(insight.id, twin.insight, "resembles", why=twin.how, via=twin.finding)


def _of_command(command: Command) -> Iterator[Edge]:
    for replacement in command.replaced_by:
        yield Edge(command.id, replacement.command, "replaced_by", via=replacement.versions)
    for outcome in command.outcomes:
        if outcome.finding:
            yield Edge(
                command.id, outcome.finding, "observes", word=outcome.state, why=outcome.means
            )
