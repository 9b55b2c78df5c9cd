from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.findings import from_fact, merged
from diagnose.followup.tail import Tail
from diagnose.followup.watch import APPEARED, GONE, Enriched, Watcher
from diagnose.given import Given
from diagnose.probe.records import PROBED
from tests.diagnose.made import CLOSED, GHOST, HTTP2, QUIET

from .test_tail import add

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from diagnose.collect import Evidence
    from kb.index import Index


def test_a_cause_is_said_once_when_it_appears_and_once_when_it_goes(
    index: Index, tmp_path: Path
) -> None:
    one, two = tmp_path / "one.log", tmp_path / "two.log"
    add(one, "")
    add(two, "")
    watcher = Watcher([Tail(one), Tail(two)], Given(), index, window=600)

    assert watcher.look(1000) == []
    add(one, QUIET)
    assert watcher.look(1005) == []
    add(two, CLOSED)
    events = watcher.look(1010)
    assert [(e.event, e.insight) for e in events] == [(APPEARED, HTTP2)]
    assert events[0].source == str(two)
    assert "SEND_HEADERS" in events[0].text
    add(two, CLOSED + QUIET)
    assert watcher.look(1015) == []
    assert watcher.look(1600) == []
    gone = watcher.look(1616)
    assert [(e.event, e.insight) for e in gone] == [(GONE, HTTP2)]
    assert watcher.look(1700) == []
    add(one, CLOSED)
    assert [e.event for e in watcher.look(1710)] == [APPEARED]


class Looks:
    """What a probe reads at each look: facts, and parts that cannot be read."""

    def __init__(
        self, index: Index, looks: Iterable[tuple[dict[str, str], dict[str, str]]]
    ) -> None:
        self.index = index
        self.left = list(looks)

    def __call__(self, evidence: Evidence) -> Enriched:
        facts, unread = self.left.pop(0)
        found = [
            finding
            for name, value in facts.items()
            for finding in from_fact(self.index, name, value, f"{PROBED}x")
        ]
        return Enriched(evidence._replace(findings=merged(found)), unread)


DEAD = {"run_process": "dead", "running_without_worker": "1", "running_runs": "1"}
WELL = {"run_process": "no-run", "running_without_worker": "0", "running_runs": "0"}
AWAY = {"api": "unreachable: http://h/api: Connection refused"}
OLD = {"heartbeat events": "unknown: /events/filter answers 404"}


def told(
    index: Index, *looks: tuple[dict[str, str], dict[str, str]]
) -> tuple[list[str], list[str]]:
    """Events of the ghost, and notes, of these looks."""
    watcher = Watcher([], Given(), index, enrich=Looks(index, looks))
    events = [event for second in range(len(looks)) for event in watcher.look(second)]
    return [event.event for event in events if event.insight == GHOST], watcher.notes


def test_what_a_probe_showed_goes_when_it_reads_that_it_is_gone(index: Index) -> None:
    assert told(index, (WELL, {}), (DEAD, {}), (DEAD, {}), (WELL, {}))[0] == [APPEARED, GONE]


def test_what_a_probe_cannot_read_has_not_gone(index: Index) -> None:
    events, notes = told(index, (DEAD, {}), ({}, AWAY), ({}, AWAY), (DEAD, {}))

    assert events == [APPEARED]
    assert notes == [f"whether {GHOST} is gone cannot be told: {AWAY['api']}"]


def test_what_went_while_nothing_could_be_read_has_gone_when_it_can(index: Index) -> None:
    assert told(index, (DEAD, {}), ({}, AWAY), (WELL, {}))[0] == [APPEARED, GONE]


def test_what_could_not_be_read_before_does_not_keep_a_cause(index: Index) -> None:
    assert told(index, (DEAD, OLD), (WELL, OLD))[0] == [APPEARED, GONE]
