"""Pages against a base: what is known stays, what is new gets an id and a stub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.check import check
from kb.errors import KbError
from kb.load import load
from kb.model import Command
from kb.page.overlay import write_import
from tests.kb.page.pages import BEAT, planned

if TYPE_CHECKING:
    from pathlib import Path

    from kb.base import Base


def test_stubs_are_reported_as_incomplete(empty: Base, tmp_path: Path) -> None:
    write_import(planned(empty), tmp_path / "new")

    found = [
        str(problem)
        for problem in check(load([tmp_path / "empty", tmp_path / "new"], shipped=False))
    ]

    fields = "because, what, phrasings, no_checks, no_fixes, escalate, sources not written yet"
    stub = f"insight 'the-pool-is-empty': is incomplete: {fields}"
    assert any(stub in problem for problem in found)
    assert any(
        "command 'agent-start': is incomplete: purpose not written yet" in problem
        for problem in found
    )


def test_an_imported_command_is_never_taken_for_a_reading_one(empty: Base) -> None:
    commands = [item.entity for item in planned(empty).new if isinstance(item.entity, Command)]

    assert [(command.effect, command.risk) for command in commands] == [("changes", "high")]


def test_known_entities_are_found_by_exact_text_and_differences_are_noted(tiny: Base) -> None:
    plan = planned(tiny)

    assert [(item.kind, item.id) for item in plan.known] == [
        ("metric", "agent-beat"),
        ("parameter", "interval"),
        ("signature", "no-beat"),
        ("command", "start-agent"),
        ("reference", "agent"),
        ("insight", "agent-dead"),
        ("page", "beat"),
    ]
    assert [(item.kind, item.entity.id) for item in plan.new] == [
        ("reference", "agent-pool"),
        ("insight", "the-pool-is-empty"),
        ("page", "beat"),
    ]
    assert plan.notes == (
        "beat.txt:7: interval: recommended is '7', in the base '5'",
        "beat.txt:12: agent: kind is 'concept', in the base 'component'",
        "beat.txt:13: agent-dead: severity is 'info', in the base 'critical'",
    )


def test_what_the_model_cannot_hold_is_reported_with_its_line(empty: Base) -> None:
    text = BEAT.replace("The pool is emptywarning", "\nThe pool is empty\nfatal").replace(
        "deadinfo", "dead\ninfo"
    )
    with pytest.raises(KbError) as caught:
        planned(empty, text.replace("Agent pool", "A" * 301))

    found = [str(problem) for problem in caught.value.problems]
    assert found[0].startswith("beat.txt:12: this reference cannot be imported: text: ")
    assert found[1].startswith("beat.txt:15: this insight cannot be imported: severity: ")
