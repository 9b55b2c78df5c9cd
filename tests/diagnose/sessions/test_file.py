"""A session file is input like any other: it comes back as it was, or is refused in one line."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.sessions.evidence import evidence
from diagnose.sessions.file import from_json, load, to_json
from diagnose.sessions.session import KINDS, Session, Step

if TYPE_CHECKING:
    from kb.index import Index

ENDLESS = Path("/dev/zero")
EMPTY: dict[str, Any] = {"schema": 1, "command": "session", "given": {}, "steps": []}


def test_what_was_given_and_said_comes_back() -> None:
    start = Given(
        errors=("x",), symptoms=("runs-stay-late",), facts=(("late_runs", "3"),), version="2.10"
    )
    session = Session(
        start, (Step("log", "a.log"), Step("answer", "x", (("late-runs-exist", "absent"),)))
    )

    assert from_json(to_json(session)) == session


def test_no_secret_is_kept() -> None:
    secret = "Zq7Xw9Lk2Vb4Nm8P"
    start = Given(
        errors=(f"cannot find a heartbeat --password '{secret}'",),
        symptoms=(f"it says Cookie: session={secret}",),
        facts=(("api_status", f"https://{secret}@h"),),
        version=f"token={secret}",
    )
    session = Session(start, (Step("output", "x", said=f"curl -u me:{secret} h"),))

    assert secret not in to_json(session)


@pytest.mark.parametrize("text", ["\ud800", "\udcff late", "runs \ud800 stay late"])
def test_halves_of_characters_are_read_as_what_they_are_not(index: Index, text: str) -> None:
    given = {key: [text] for key in ("errors", "symptoms", "no_symptoms", "unknown_symptoms")}
    for said in ({**given, "no_symptoms": [], "unknown_symptoms": []}, given):
        session = from_json(json.dumps({**EMPTY, "given": {**said, "version": text}}))
        with suppress(UsageError):
            assert evidence(session, index).findings is not None


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"log"}))
def test_a_step_about_what_no_base_can_hold_is_refused_or_means_nothing(
    index: Index, kind: str
) -> None:
    step = {
        "kind": kind,
        "id": "\ud800",
        "findings": [["\ud800", "present"]],
        "said": "\ud800 late",
    }
    with suppress(UsageError):
        evidence(from_json(json.dumps({**EMPTY, "steps": [step]})), index)


@pytest.mark.parametrize("name", ["a\0b", "\ud800.log"])
def test_a_log_that_no_system_can_have_is_refused(name: str) -> None:
    for data in ({"given": {"logs": [name]}}, {"steps": [{"kind": "log", "id": name}]}):
        with pytest.raises(UsageError, match="is not a session file"):
            from_json(json.dumps({**EMPTY, **data}))


@pytest.mark.parametrize("schema", [99, "1", True, None, 1.0])
def test_another_format_is_refused(schema: object) -> None:
    with pytest.raises(UsageError):
        from_json(json.dumps({**EMPTY, "schema": schema}))


@pytest.mark.skipif(not ENDLESS.exists(), reason="needs a device without end")
def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(UsageError, match="is not a file"):
        load(ENDLESS)
