"""From a metric page to additions to a base: what is known is left alone, what is new gets a stub.

Entities are recognised by kind and exact text, never by an id made from a title. What a page does
not say and the model requires is written as `UNWRITTEN`, which ``kb check`` reports until somebody
has written it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from kb.errors import KbError, Problem
from kb.identity import id_for, text_of
from kb.model import KINDS, Entity, Page

if TYPE_CHECKING:
    from kb.base import Base
    from kb.page.reader import PageText

UNWRITTEN = "not written yet"
UNWRITTEN_URL = "https://not-written-yet.invalid/"

_SQL = re.compile(
    r"(select|insert|update|delete|analyze|vacuum|alter|create|drop)\b", re.IGNORECASE
)
_PYTHON = re.compile(r"[A-Za-z_][\w.]*\(.*\)", re.DOTALL)


class Addition(NamedTuple):
    """An entity that the base lacks, and the line of the page that names it.

    A page that the base has but that lists more now comes as an entity that ``extends``.
    """

    kind: str
    entity: Entity
    line: int


class Known(NamedTuple):
    """An entity of the page that the base has, by kind and exact text."""

    kind: str
    id: str
    text: str
    line: int


@dataclass(frozen=True)
class Plan:
    """What importing a page would add, what it found, and where page and base differ."""

    page: PageText
    known: tuple[Known, ...]
    new: tuple[Addition, ...]
    notes: tuple[str, ...]


def plan_import(page: PageText, base: Base) -> Plan:
    """Compare a page with a base and say what to add; nothing is written.

    Raises:
        KbError: the model cannot hold what the page says, with every problem.
    """
    planner = _Planner(page, base)
    plan = planner.plan()
    if planner.problems:
        raise KbError(planner.problems)
    return plan


class _Planner:
    """Finds or makes the entity of each text of a page."""

    def __init__(self, page: PageText, base: Base) -> None:
        self.page = page
        self.base = base
        self.taken = set(base.entities)
        self.ids: dict[tuple[str, str], str] = {}
        # Of commands with one text (their answers differ) the document's own is the one meant.
        for entity in sorted(
            base.entities.values(), key=lambda e: (e.provenance != "document", e.id)
        ):
            self.ids.setdefault((base.kinds[entity.id], text_of(entity)), entity.id)
        self.known: list[Known] = []
        self.new: list[Addition] = []
        self.notes: list[str] = []
        self.problems: list[Problem] = []

    def plan(self) -> Plan:
        """Go through the page in its order."""
        metric = self._metric()
        lists = {name: tuple(dict.fromkeys(ids)) for name, ids in self._lists().items()}
        self._page(metric, lists)
        return Plan(self.page, tuple(self.known), tuple(self.new), tuple(self.notes))

    def _lists(self) -> dict[str, list[str]]:
        """Return the ids of what the page lists, by the name of the list."""
        page = self.page
        return {
            "parameters": [
                self._entity("parameter", item.name, item.line, name=item.name,
                             recommended=item.recommended, description=item.description)
                for item in page.parameters
            ],
            "signatures": [
                self._entity("signature", item.text, item.line, text=item.text, kind=item.kind,
                             specificity="generic")
                for item in page.signatures
            ],
            "commands": [
                self._entity("command", item.text, item.line, text=item.text, kind=item.kind,
                             language=_language(item.text), purpose=UNWRITTEN, effect="changes",
                             risk="high")
                for item in page.commands
            ],
            "references": [
                self._entity("reference", item.text, item.line, text=item.text, kind=item.kind)
                for item in page.references
            ],
            "insights": [
                self._entity("insight", item.title, item.line, title=item.title,
                             severity=item.severity, **_INSIGHT_STUB)
                for item in page.insights
            ],
        }  # fmt: skip

    def _metric(self) -> str:
        page = self.page
        interfaces = [
            {"name": item.name, "description": item.description, "dimensions": item.dimensions}
            for item in page.interfaces
        ]
        return self._entity(
            "metric", page.name, page.line, name=page.name, title=page.title,
            dimensions=page.dimensions, interfaces=interfaces,
        )  # fmt: skip

    def _entity(self, kind: str, text: str, line: int, /, **said: Any) -> str:
        """Return the id of the entity with this text, adding it when the base has none."""
        entity_id = self.ids.get((kind, text))
        if entity_id is None:
            entity_id = id_for(text, kind, self.taken)
            self._add(kind, line, id=entity_id, provenance="document", **said)
            self.ids[kind, text] = entity_id
        elif entity_id in self.base.entities:
            self.known.append(Known(kind, entity_id, text, line))
            self._compare(self.base.entities[entity_id], line, said)
        return entity_id

    def _add(self, kind: str, line: int, /, **data: Any) -> None:
        self.taken.add(data["id"])
        try:
            self.new.append(Addition(kind, KINDS[kind].model_validate(data), line))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                where = ".".join(map(str, item["loc"]))
                message = f"this {kind} cannot be imported: {where}: {item['msg']}"
                self.problems.append(Problem(self.page.source, line, message))

    def _compare(self, entity: Entity, line: int, said: dict[str, Any]) -> None:
        """Note where the page says something else than the base about a known entity."""
        for field in ("kind", "severity", "recommended", "title"):
            ours, theirs = getattr(entity, field, None), said.get(field)
            if theirs is not None and ours != theirs:
                where = f"{self.page.source}:{line}"
                self.notes.append(
                    f"{where}: {entity.id}: {field} is {theirs!r}, in the base {ours!r}"
                )

    def _page(self, metric: str, lists: dict[str, tuple[str, ...]]) -> None:
        """Add the page, or what an existing page of this metric does not list yet."""
        line = self.page.line
        old = next((page for page in self.base.of(Page) if page.metric == metric), None)
        if old is None:
            page_id = id_for(f"{self.page.name} page", "page", self.taken)
            self._add("page", line, id=page_id, provenance="document", title=self.page.title,
                      metric=metric, **lists)  # fmt: skip
            return
        self.known.append(Known("page", old.id, old.title, line))
        more = {
            name: tuple(entity_id for entity_id in ids if entity_id not in getattr(old, name))
            for name, ids in lists.items()
        }
        if any(more.values()):
            data = {"id": old.id, "extends": True, "title": old.title, "metric": metric}
            self._add("page", line, **data, **more)


_INSIGHT_STUB: dict[str, Any] = {
    "prior": "rare",
    "because": UNWRITTEN,
    "what": UNWRITTEN,
    "phrasings": (UNWRITTEN,) * 3,
    "no_checks": UNWRITTEN,
    "no_fixes": UNWRITTEN,
    "escalate": UNWRITTEN,
    "sources": ({"url": UNWRITTEN_URL, "says": UNWRITTEN},),
}


def _language(text: str) -> str:
    """Guess the language of a command from its form; pages hold shell, SQL and Python."""
    if _SQL.match(text):
        return "sql"
    return "python" if _PYTHON.fullmatch(text) else "shell"
