"""The gate of the knowledge base: everything that is wrong with a base that loads, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.checks import commands, links, proof, wording
from kb.collector import paused

if TYPE_CHECKING:
    from kb.base import Base
    from kb.errors import Problem

CHECKS = (
    links.dangling,
    links.cases,
    links.orphans,
    links.unlisted,
    links.metrics,
    links.circles,
    proof.insights,
    proof.repeated,
    proof.unwritten,
    commands.answers,
    commands.catch_alls,
    commands.remedies,
    commands.gentle_first,
    wording.placeholders,
    wording.expressions,
    wording.lexicon,
    wording.signatures,
    wording.clashes,
    wording.versions,
)


def check(base: Base) -> list[Problem]:
    """Return every problem of a base, in order of file and line; none means it may be used."""
    with paused():
        return sorted({problem for find in CHECKS for problem in find(base)})
