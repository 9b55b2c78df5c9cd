"""Where a problem of an entity stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.errors import Problem

if TYPE_CHECKING:
    from kb.base import Base


def problem(base: Base, entity_id: str, message: str) -> Problem:
    """Return a problem at the place of an entity, which the message names first."""
    origin = base.origins[entity_id]
    return Problem(origin.path, origin.line, f"{base.kinds[entity_id]} {entity_id!r}: {message}")
