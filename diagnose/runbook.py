"""A runbook: a Markdown page to follow half asleep, for one insight, several, or the whole base."""

from __future__ import annotations

from diagnose.errors import UsageError
from diagnose.report import wording
from diagnose.report.md import anchor, code, document, escape, prose
from diagnose.report.page import Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.result import Diagnosis
    from kb.index import Entity, Index


def runbook(index: Index, insight_ids: Sequence[str], diagnosis: Diagnosis | None = None) -> str:
    """Return the page for one insight or several, in the order given.

    Args:
        index: the base.
        insight_ids: ids of insights.
        diagnosis: when given, the page carries the evidence seen and commands filled from it.

    Raises:
        UsageError: an id is not that of an insight, or there is none.
    """
    if not insight_ids:
        message = "a runbook needs at least one insight"
        raise UsageError(message)
    ids = list(dict.fromkeys(insight_ids))
    lines: list[str] = []
    if len(ids) > 1:
        lines += ["# Runbook", "", *(f"- {_jump(index, i)}" for i in ids), ""]
    for insight_id in ids:
        lines += Page(index, _insight(index, insight_id), diagnosis, alone=len(ids) == 1).lines()
    return document(lines)


def book(index: Index, diagnosis: Diagnosis | None = None) -> dict[str, str]:
    """Return file name -> page for every insight, and ``index.md`` that lists them."""
    ids = [row.id for row in index.insights()]
    pages = {f"{insight}.md": runbook(index, [insight], diagnosis) for insight in ids}
    return {"index.md": contents(index, ids), **pages}


def contents(index: Index, insight_ids: Sequence[str]) -> str:
    """Return the page that lists runbooks, worst first, each a file beside it."""
    worst = {"critical": 0, "warning": 1, "info": 2}
    found = [_insight(index, insight_id) for insight_id in insight_ids]
    found.sort(key=lambda entity: (worst[entity.record["severity"]], entity.id))
    lines = ["# Runbooks", ""]
    for entity in found:
        mark = wording.MARKS[entity.record["severity"]]
        lines.append(
            f"- {mark} [{escape(entity.text)}]({entity.id}.md): {prose(entity.record['because'])}"
        )
    lines += [
        "",
        f"Knowledge base {code(index.digest[:12])}, {wording.count(len(found), 'insight')}.",
    ]
    return document(lines)


def _insight(index: Index, insight_id: str) -> Entity:
    entity = index.entity(insight_id)
    if entity is None or entity.kind != "insight":
        message = f"{insight_id!r} is no known insight id"
        raise UsageError(message)
    return entity


def _jump(index: Index, insight_id: str) -> str:
    entity = _insight(index, insight_id)
    return f"[{escape(entity.text)}](#{anchor(f'Runbook {entity.id}')})"
