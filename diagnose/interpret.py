"""Reading the output of a check: which of its known outcomes it is, and what that establishes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.findings import Finding, answered
from diagnose.redact import redact
from kb.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.index import Index

MOST_READ = 1_000_000
"""Characters of an output that are looked at."""


class Meaning(NamedTuple):
    """What an output means; empty when it is none of the outcomes the base knows."""

    answer: str
    """Label of the outcome."""
    means: str
    findings: tuple[Finding, ...]


def meaning(index: Index, command_id: str, output: str, exit_status: int | None = None) -> Meaning:
    """Return the first known outcome of a command that fits what it printed.

    Args:
        index: the base.
        command_id: the command that was run.
        output: what it printed.
        exit_status: None when it is not known; an outcome that only an exit status tells apart
            then does not fit.
    """
    entity = index.entity(command_id)
    text = clean(output[:MOST_READ])
    for outcome in entity.record.get("outcomes", ()) if entity is not None else ():
        seen = _fits(outcome, text, exit_status)
        if seen is None:
            continue
        finding = None
        if outcome.get("finding"):
            matched = redact(seen) or outcome["answer"]
            finding = answered(index, outcome["finding"], outcome.get("state", "present"), matched)
        return Meaning(outcome["answer"], outcome["means"], (finding,) if finding else ())
    return Meaning("", "", ())


def interpret(
    index: Index, command_id: str, output: str, exit_status: int | None = None
) -> list[Finding]:
    """Return the findings that the output of a command establishes."""
    return list(meaning(index, command_id, output, exit_status).findings)


def _fits(outcome: Mapping[str, Any], text: str, exit_status: int | None) -> str | None:
    """Return the line that shows the outcome (may be empty), or None when it does not fit."""
    pattern = outcome.get("pattern")
    wanted = outcome.get("exit_status") or ()
    if wanted and exit_status not in wanted and not (exit_status is None and pattern):
        return None
    if not pattern:
        return ""
    match = re.search(pattern, text, re.MULTILINE)
    if outcome.get("absent"):
        return "" if match is None else None
    if match is None:
        return None
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)].strip()[:300]
