"""Every insight says what it rests on, how to confirm and cure it, and is proved by cases."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kb.checks.place import problem
from kb.page.importer import UNWRITTEN, UNWRITTEN_URL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from kb.base import Base
    from kb.errors import Problem
    from kb.model import Insight


def insights(base: Base) -> Iterator[Problem]:
    """Report insights without evidence, check, fix, positive case or near miss."""
    for insight in base.insights():
        for message in _missing(base, insight):
            yield problem(base, insight.id, message)


def _missing(base: Base, insight: Insight) -> Iterator[str]:
    if not insight.indicates:
        yield "nothing indicates it"
    for name, items, reason in (
        ("checks", insight.checks, insight.no_checks),
        ("fixes", insight.fixes, insight.no_fixes),
    ):
        if not items and not reason:
            yield f"has no {name} and no reason for it (no_{name})"
        if items and reason:
            yield f"has {name} and says why there are none (no_{name})"
    kinds = Counter(case.kind for case in base.cases.get(insight.id, ()))
    for kind in ("positive", "near-miss"):
        if not kinds[kind]:
            yield f"no {kind} case proves it (cases/{insight.id}.yaml)"


def repeated(base: Base) -> Iterator[Problem]:
    """Report an insight that says two things about one finding, or one thing twice."""
    for insight in base.insights():
        evidence = [edge.finding for edge in insight.indicates]
        evidence += [edge.finding for edge in insight.contradicts]
        lists = {
            "evidence": Counter(evidence),
            "checks": Counter(check.command for check in insight.checks),
            "look_alikes": Counter(twin.insight for twin in insight.look_alikes),
            "involves": Counter(involved.reference for involved in insight.involves),
        }
        for name, counts in lists.items():
            for entity_id, times in sorted(counts.items()):
                if times > 1:
                    yield problem(base, insight.id, f"{name}: {entity_id!r} stands {times} times")


def unwritten(base: Base) -> Iterator[Problem]:
    """Report what an import left to be written."""
    for entity_id, entity in base.entities.items():
        fields = [name for name in type(entity).model_fields if _is_stub(getattr(entity, name))]
        if fields:
            yield problem(base, entity_id, f"is incomplete: {', '.join(fields)} not written yet")


def _is_stub(value: str | BaseModel | tuple[object, ...] | None) -> bool:
    """Say whether a value is, or holds, the placeholder of the importer."""
    if isinstance(value, tuple):
        return any(item == UNWRITTEN or getattr(item, "url", "") == UNWRITTEN_URL for item in value)
    return value == UNWRITTEN
