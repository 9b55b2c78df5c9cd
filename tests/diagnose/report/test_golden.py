"""Outputs as bytes. After a wanted change: ``pytest --update-golden``, then read the difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from diagnose.diagnosis import diagnose
from diagnose.report import data, explain, markdown, text
from diagnose.report.jsontext import dumps
from diagnose.runbook import runbook
from tests.diagnose.report.inputs import INPUTS, LOG

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnose.result import Diagnosis
    from kb.index import Index

GOLDEN = Path(__file__).parents[2] / "golden"


def _text(index: Index, name: str) -> str:
    return text.render(_of(index, name), width=80, color=False)


def _of(index: Index, name: str) -> Diagnosis:
    given = INPUTS[name]
    return diagnose(given._replace(logs=tuple(Path(log.name) for log in given.logs)), index)


FILES: dict[str, Callable[[Index], str]] = {
    **{f"{name}.txt": lambda index, name=name: _text(index, name) for name in INPUTS},  # type: ignore[misc]
    "log-verbose.txt": lambda i: text.render(_of(i, "log"), width=80, color=False, verbose=1),
    "send-headers-color.txt": lambda i: text.render(_of(i, "send-headers"), width=80, color=True),
    "log.json": lambda i: dumps(data.as_dict(_of(i, "log"))),
    "nothing-known.json": lambda i: dumps(data.as_dict(_of(i, "nothing-known"))),
    "log.md": lambda i: markdown.render(_of(i, "log")),
    "cannot-find-a-heartbeat.md": lambda i: markdown.render(_of(i, "cannot-find-a-heartbeat")),
    "runbook.md": lambda i: runbook(i, ["dask-systemd-missing-venv-path"]),
    "runbook-log.md": lambda i: runbook(i, ["http2-protocol-error-stops-agent"], _of(i, "log")),
    "explain-signature.txt": lambda i: explain.text(i, "h2-send-headers-closed", 80),
    "explain-command.md": lambda i: explain.markdown(i, "httpcore-version"),
    "explain-command.json": lambda i: dumps(explain.data(i, "httpcore-version")),
}
"""Name of a file in ``tests/golden`` -> what makes it."""


@pytest.mark.parametrize("name", FILES)
def test_the_output_is_the_golden_one(
    index: Index, name: str, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(LOG.parent)
    said = FILES[name](index)
    # The digest changes with every word of the base, the rest should not.
    said = said.replace(index.digest, "0" * 64).replace(index.digest[:12], "0" * 12)
    path = GOLDEN / name
    if pytestconfig.getoption("--update-golden"):
        path.write_bytes(said.encode())

    assert said.encode() == path.read_bytes(), f"{name} differs; see the head of this file"
