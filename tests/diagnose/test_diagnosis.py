"""From what was given to one diagnosis: the contract's shape, deterministic, with nothing leaked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.diagnosis import LEAST_SHOWN, NEAREST, diagnose
from diagnose.given import Given
from kb.index import Index
from tests.diagnose.made import HTTP2, ranking, shares, told

if TYPE_CHECKING:
    from diagnose.result import Diagnosis

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
LOG = f"""\
2023-02-01 10:11:12,345 | ERROR | prefect.agent - {SEND}
2023-02-01 10:15:12,345 | ERROR | prefect.agent - {SEND}
2023-02-01 10:16:12,345 | ERROR | prefect.agent - the frobnicator fell over
2023-02-01 10:17:12,345 | INFO | prefect.agent - Agent stopped!
"""


def test_the_same_input_gives_the_same_diagnosis(index: Index) -> None:
    given = Given(errors=(LOG,), symptoms=("runs-stay-late",))

    again = Index(index.path)

    assert diagnose(given, index) == diagnose(given, index) == diagnose(given, again)
    again.close()


def test_probabilities_are_in_order_and_sum_up_with_the_unknown(index: Index) -> None:
    found = diagnose(Given(errors=(LOG,)), index, limit=100)

    numbers = [cause.probability for cause in found.causes]
    assert numbers == sorted(numbers, reverse=True)
    assert all(0.0 <= n <= 1.0 for n in (*numbers, found.unknown_probability))
    assert found.unknown_probability <= 1.0 - max(numbers)


def test_only_likely_causes_and_the_nearest_are_listed(index: Index) -> None:
    for text in (LOG, "Agent stopped!", "the agent died"):
        found = diagnose(Given(errors=(text,)), index, limit=100)
        assert len(found.causes) >= NEAREST
        assert all(c.probability >= LEAST_SHOWN for c in found.causes[NEAREST:])
        assert len(diagnose(Given(errors=(text,)), index, limit=2).causes) == 2


def test_the_input_is_summed_up(index: Index) -> None:
    found = told(index, LOG, facts=(("late_runs", "7"),), version="2.8.7").input

    assert (found.lines_read, found.events, found.bytes_read) == (4, 4, len(LOG))
    assert found.last_event == "2023-02-01T10:17:12.345000+00:00"
    assert found.facts == (("late_runs", "7"),)
    assert (found.prefect_version, found.versions_seen) == ("2.8.7", ("2.8.7",))


def test_incidents_are_counted_and_what_nothing_explains_is_named(index: Index) -> None:
    found = told(index, LOG)

    by_text = {incident.text: incident for incident in found.incidents}
    first = next(incident for text, incident in by_text.items() if SEND in text)
    assert (first.count, first.lines) == (2, (1, 2))
    assert [u.text for u in found.unexplained] == ["the frobnicator fell over"]
    assert (found.unexplained[0].line, found.unexplained[0].count) == (3, 1)


def test_an_incident_that_repeats_is_not_more_evidence(index: Index) -> None:
    once = LOG.splitlines()[0]
    often = "\n".join(once.replace("10:11", f"10:{minute}") for minute in range(11, 15))

    assert shares(told(index, often))[HTTP2] <= shares(told(index, once))[HTTP2] + 1e-9


def test_together_is_the_smallest_set_that_covers_the_findings(index: Index) -> None:
    one = told(index, LOG)
    two = told(
        index, f"{SEND}\n\nFileNotFoundError: [Errno 2] No such file or directory: 'prefect'"
    )

    assert one.together == (HTTP2,)
    assert set(two.together) == {HTTP2, "dask-systemd-missing-venv-path"}


def test_next_checks_are_asked_only_when_wanted(index: Index) -> None:
    given = Given(errors=("cannot find a heartbeat",))

    assert diagnose(given, index, questions=0).next_checks == ()
    assert 0 < len(diagnose(given, index, questions=3).next_checks) <= 3


def test_the_base_is_named(index: Index) -> None:
    found = told(index, LOG)

    assert found.bases == ("prefect",)
    assert found.pages == ("prefect-agent-heartbeat",)
    assert found.insights == len(index.insights())
    assert found.digest == index.digest
    assert {cause.base for cause in found.causes} == {"prefect"}


SECRET = "pnu_0123456789abcdefABCDEF0123456789abcd"


@pytest.mark.parametrize(
    "given",
    [
        Given(errors=(f"{SEND} PREFECT_API_KEY={SECRET}",)),
        Given(errors=(f"10:11:12.345 | ERROR | prefect - odd {SECRET}",)),
        Given(errors=(f"Traceback (most recent call last):\nValueError: {SECRET}",)),
        Given(errors=("Failed the last 3 attempts " + SECRET,)),
        Given(errors=(SEND.replace("input ", f"input {SECRET} "),)),
        Given(symptoms=(f"runs stay late with the key {SECRET}",)),
        Given(facts=(("agent_stdout", SECRET),)),
        Given(errors=(f"flow_run_id={SECRET} Flow run '{SECRET}' unit {SECRET}.service pool '{SECRET}'",)),
    ],
)  # fmt: skip
def test_no_secret_is_in_any_part_of_the_diagnosis(index: Index, given: Given) -> None:
    names = {fact.name for fact in index.facts()}
    facts = tuple((name if name in names else sorted(names)[0], v) for name, v in given.facts)

    found: Diagnosis = diagnose(given._replace(facts=facts), index)

    assert SECRET not in repr(found)


def test_hostile_text_reaches_the_diagnosis_without_what_acts_on_a_screen(index: Index) -> None:
    found = told(index, f"10:11:12.345 | ERROR | a - \x1b]0;x\x07[/x] [red] \u202e `rm` {SEND}")

    assert ranking(found)[0] == HTTP2
    shown = repr((found.causes, found.incidents, found.unexplained))
    assert "\\x1b" not in shown
    assert "\\u202e" not in shown
