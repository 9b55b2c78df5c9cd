"""A saved result is input like any other: what is none is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from diagnose.diagnosis import diagnose
from diagnose.errors import UsageError
from diagnose.followup.saved import load, parse
from diagnose.given import Given
from diagnose.report.data import as_dict
from diagnose.report.jsontext import dumps

if TYPE_CHECKING:
    from kb.index import Index

ENDLESS = Path("/dev/zero")


@pytest.fixture
def result(index: Index) -> dict[str, Any]:
    given = Given(errors=("cannot find a heartbeat",))
    found: dict[str, Any] = json.loads(dumps(as_dict(diagnose(given, index))))
    return found


def refused(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        parse(text, "report.json")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_result_is_read_alone_and_within_an_answer(result: dict[str, Any]) -> None:
    alone = parse(json.dumps(result), "report.json")
    assert alone.causes
    answer = {"schema": 1, "command": "verify", "diagnosis": result}
    assert parse(json.dumps(answer), "report.json") == alone


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": 99}, "later version"),
        ({"schema": "1"}, "no saved result"),
        ({"schema": True}, "no saved result"),
        ({"command": "explain"}, "no saved result"),
        ({"command": ["diagnose"]}, "no saved result"),
    ],
)
def test_another_format_or_answer_is_refused(
    result: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    assert said in refused(json.dumps({**result, **changes}))


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "\ud800.log"])
def test_a_log_that_no_system_can_have_is_refused(result: dict[str, Any], name: str) -> None:
    result["input"]["logs"] = [name]

    assert "no saved result" in refused(json.dumps(result))


@pytest.mark.skipif(not ENDLESS.exists(), reason="needs a device without end")
def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(UsageError, match="is not a file"):
        load(ENDLESS)


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("diagnose.followup.saved.MOST_BYTES", 10)
    (tmp_path / "report.json").write_text("{" + " " * 20)
    with pytest.raises(UsageError, match="too large"):
        load(tmp_path / "report.json")
