"""A session that reads its logs once says what the one-shot says of the same inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.collect import collect, read_logs
from diagnose.diagnosis import conclude, diagnose
from diagnose.given import Given
from diagnose.sessions.evidence import evidence
from diagnose.sessions.session import Session, Step
from tests.diagnose.made import CLOSED, DIND, GHOST, WORK_AT, shares

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

KILLED = "I killed the worker with kill -9 and the runs still show Running"
NESTED = "docker runs inside the agent's own container and its memory is full"
LOGS = {
    "quiet": "".join(WORK_AT.format(f"10:{minute:02}") for minute in range(60)),
    "closed": WORK_AT.format("10:00") + CLOSED,
    "version": f"Starting v2.8.1 agent connected to http://p/api...\n{WORK_AT.format('10:00')}",
    "told in it": f"It happens every night, then the agent is gone.\n\n{CLOSED}",
}
WORDS = {
    "nothing": Given(),
    "words": Given(symptoms=(KILLED,)),
    "an error": Given(errors=("cannot find a heartbeat",)),
    "an answer": Given(no_symptoms=("agent-process-gone",)),
    "a version": Given(errors=("Agent stopped!",), version="2.10.4"),
}


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("said", WORDS)
def test_a_session_says_what_the_one_shot_says(
    index: Index, tmp_path: Path, log: str, said: str
) -> None:
    path = tmp_path / "agent.log"
    path.write_text(LOGS[log], encoding="utf-8")
    given = WORDS[said]._replace(logs=(path,))
    session = Session(given)
    found = evidence(session, index, logs=read_logs(given, index))

    assert found._replace(description=None) == collect(given, index)._replace(description=None)
    assert conclude(found, given, index) == diagnose(given, index)


def test_a_log_is_read_once_for_all_answers(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "agent.log"
    path.write_text(LOGS["closed"], encoding="utf-8")
    session = Session(Given(logs=(path,)))
    logs = read_logs(session.given(), index)
    read_in = collect(session.given(), index).findings
    path.unlink()
    after = session.did(Step("error", said="cannot find a heartbeat"))
    found = evidence(after, index, logs=logs)

    assert set(found.findings) == {*read_in, "cannot-find-a-heartbeat"}


@pytest.mark.parametrize(("words", "cause"), [(KILLED, GHOST), (NESTED, DIND)])
@pytest.mark.parametrize("as_error", [True, False])
def test_a_log_beside_it_does_not_drown_what_is_said(
    index: Index, tmp_path: Path, words: str, cause: str, *, as_error: bool
) -> None:
    path = tmp_path / "agent.log"
    path.write_text(LOGS["quiet"] * 5, encoding="utf-8")
    said = Given(errors=(words,)) if as_error else Given(symptoms=(words,))
    alone = shares(diagnose(said, index))
    beside = diagnose(said._replace(logs=(path,)), index)

    assert beside.causes[0].insight == cause
    assert shares(beside)[cause] > alone[cause] / 2
