"""What the JSON answers of all commands have in common."""

from __future__ import annotations

from diagnose.report.jsontext import SCHEMA, tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kb.index import Index


def headed(command: str, index: Index | None = None) -> dict[str, Any]:
    """Return the first fields of every JSON answer.

    Args:
        command: words of the command.
        index: the base that the answer comes from, if any.
    """
    found: dict[str, Any] = {"schema": SCHEMA, "command": command, "tool": tool()}
    if index is not None:
        found["kb"] = {
            "bases": list(index.bases),
            "pages": list(index.pages),
            "insights": index.insight_count,
            "digest": index.digest,
        }
    return found
