"""Ids made from texts: kebab-case, unique, never empty."""

from __future__ import annotations

from kb.identity import id_for


def test_ids_are_unique_kebab_case_and_never_empty() -> None:
    assert id_for("Runner", "reference", set()) == "runner"
    assert id_for("Runner", "reference", {"runner", "runner-2"}) == "runner-3"
    assert id_for("\u65e5\u672c", "signature", set()) == "signature"
    assert id_for("Caf\u00e9 // [Errno 2]", "signature", set()) == "cafe-errno-2"
    assert len(id_for("word " * 50, "signature", set())) <= 60
    assert id_for("x" * 500, "signature", set()) == "x" * 60
