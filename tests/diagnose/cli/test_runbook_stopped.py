"""A runbook whose logs were not read to the end says so by its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.reading.read import Tally

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.diagnose.cli.conftest import Result


def test_a_stop_before_a_likely_cause_is_no_answer(
    cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    log = tmp_path / "agent.log"
    log.write_text("2023-02-01 10:00:00,000 | INFO    | prefect.agent - step\n" * 50)
    monkeypatch.setattr(Tally, "advance", stop)
    found = cli("runbook", "--log", log)

    assert found.status == 130
    assert "stopped before there was a likely cause" in found.err
    assert "no likely cause," not in found.err
