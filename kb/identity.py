"""What identifies an entity: among those of its kind its exact text, in the base its id."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kb.model import Entity, Insight, Metric, Page, Parameter

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_ID = 60


def text_of(entity: Entity) -> str:
    """Return the exact text that identifies an entity among those of its kind."""
    if isinstance(entity, Insight | Page):
        return entity.title
    if isinstance(entity, Metric | Parameter):
        return entity.name
    return str(getattr(entity, "text", entity.id))


def id_for(text: str, kind: str, taken: Collection[str]) -> str:
    """Return a kebab-case id for a text that is not among ``taken``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain)) or kind
    stem = (
        words if len(words) <= MAX_ID else words[: MAX_ID + 1].rpartition("-")[0] or words[:MAX_ID]
    )
    candidate, number = stem, 1
    while candidate in taken:
        number += 1
        candidate = f"{stem}-{number}"
    return candidate
