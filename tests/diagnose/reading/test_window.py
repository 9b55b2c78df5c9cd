"""What lies in the time that was asked for counts, wherever in a log it stands, and nothing else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from diagnose.collect import collect
from diagnose.given import Given
from diagnose.reading import read
from diagnose.reading.read import Tally, stream_lines
from diagnose.reading.reader import Reader
from diagnose.scanning import bodies, scan

if TYPE_CHECKING:
    from pathlib import Path

    from diagnose.collect import Evidence
    from diagnose.reading.reading import Reading
    from kb.index import Index

BEATLESS = "cannot find a heartbeat"
NOON = 1_675_252_800.0
"""2023-02-01 12:00 UTC."""

OWN = "2023-02-01 {:02}:{:02}:07,000 | {:8}| prefect.agent - {}"
FORMS = (
    *[OWN] * 6,
    "[2023-02-01 {:02}:{:02}:07+0000] {} - prefect.agent | {}",
    "2023-02-01T{:02}:{:02}:07+09:00 | {:8}| prefect.agent - {}",
    "Feb  1 {:02}:{:02}:07 host prefect[12]: 2023-02-01 01:00:00,000 | {:8}| prefect.agent - {}",
    "Feb  1 {:02}:{:02}:07 host prefect[12]: {}: {}",
    "2023-02-01T{0:02}:{1:02}:07.5Z 2023-02-01 20:00:00,000 | {2:8}| prefect.agent - {3}",
    '{{"time": "2023-02-01T{:02}:{:02}:07", "level": "{}", "message": "{}"}}',
)
UNDATED = (
    "{2}:prefect.agent:{3}",
    "{0:02}:{1:02}:07 | {2:8}| prefect.agent - {3}",
    "agent    | {3}",
)
LINE = st.builds(
    lambda form, hour, minute, what, number: form.format(hour, minute, *what).replace("#", number),
    st.sampled_from([*FORMS, *UNDATED]),
    st.integers(0, 23),
    st.sampled_from([0, 29, 30, 59]),
    st.sampled_from(
        [("INFO", "step # is done")] * 6 + [("ERROR", "it failed"), ("ERROR", BEATLESS)]
    ),
    st.integers(0, 99).map(str),
)
LOG = st.lists(LINE, max_size=60)
MOMENT = st.none() | st.integers(-24, 24).map(lambda half: NOON + half * 1800.0)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is read in full, so that a short log is scanned, over many borders."""
    monkeypatch.setattr(scan, "FIRST_LINES", 8)
    monkeypatch.setattr(bodies, "LEAST_BODY", 700)
    monkeypatch.setattr(read, "BLOCK", 500)


def scanned(index: Index, text: str, since: float | None, until: float | None) -> Reading:
    return Reader(index, since, until).stream(io.BytesIO(text.encode()), "x")


def read_in_full(index: Index, text: str, since: float | None, until: float | None) -> Reading:
    tally = Tally()
    lines = stream_lines(io.BytesIO(text.encode()), "x", tally)
    return Reader(index, since, until).lines(lines, "x", tally)


def told(reading: Reading) -> object:
    findings = [(f.id, f.line) for f in reading.findings.values() if f.how == "exact"]
    incidents = [(i.text, i.count, i.first, i.last, i.lines) for i in reading.incidents.values()]
    return findings, incidents, reading.left_out, reading.lines


@pytest.mark.usefixtures("small")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LOG, ordered=st.booleans(), since=MOMENT, until=MOMENT)
@example(
    lines=[OWN.format(1, 23, "INFO", n) for n in range(10)]
    + [OWN.format(20, 0, "ERROR", BEATLESS)]
    + [OWN.format(1, 23, "INFO", n) for n in range(10)],
    ordered=False,
    since=NOON,
    until=None,
)
def test_a_scan_a_file_and_every_line_read_say_the_same(
    index: Index,
    tmp_path: Path,
    lines: list[str],
    ordered: bool,
    since: float | None,
    until: float | None,
) -> None:
    text = "\n".join(sorted(lines) if ordered else lines)
    path = tmp_path / "x.log"
    path.write_text(text, "utf-8")

    found = scanned(index, text, since, until)

    assert told(found) == told(read_in_full(index, text, since, until))
    assert told(found) == told(Reader(index, since, until).file(path))


def collected(
    index: Index, tmp_path: Path, text: str, since: float | None, until: float | None
) -> Evidence:
    path = tmp_path / "x.log"
    path.write_text(text, "utf-8")
    return collect(Given(logs=(path,), since=since, until=until), index)


def test_one_late_record_among_early_ones_is_found(index: Index, tmp_path: Path) -> None:
    early = "".join(OWN.format(1, 23, "INFO", f"step {n}") + "\n" for n in range(10))
    late = OWN.format(20, 0, "ERROR", BEATLESS) + "\n"

    found = collected(index, tmp_path, early + late + early, NOON + 7 * 3600, None)

    assert "cannot-find-a-heartbeat" in found.findings
    assert found.events == 1
    assert not found.notes


def test_the_last_line_of_a_large_sorted_file_may_be_early(index: Index, tmp_path: Path) -> None:
    many = "".join(
        OWN.format(4 + n // 6000, n // 100 % 60, "INFO", f"step {n}") + "\n" for n in range(110_000)
    )
    last = OWN.format(2, 0, "ERROR", BEATLESS) + "\n"

    found = collected(index, tmp_path, many + last, None, NOON - 9 * 3600)

    assert "cannot-find-a-heartbeat" in found.findings
    assert found.events == 1


def test_a_time_in_another_zone_is_that_of_the_window(index: Index, tmp_path: Path) -> None:
    text = (
        "2023-02-01 10:00:00,000 | INFO    | prefect.agent - started\n"
        f"2023-02-01T21:30:00+09:00 | ERROR   | prefect.agent - {BEATLESS}\n"
        "2023-02-01 10:01:00,000 | INFO    | prefect.agent - Agent stopped!\n"
    )
    found = collected(index, tmp_path, text, NOON, NOON + 3600)

    assert "cannot-find-a-heartbeat" in found.findings
    assert not found.notes


def test_lines_without_a_date_lie_where_those_above_them_lie(index: Index, tmp_path: Path) -> None:
    plain = f"ERROR:prefect.agent:{BEATLESS}\n"
    early, late = (OWN.format(hour, 0, "INFO", "step") + "\n" for hour in (1, 20))

    for text, counts in ((early + plain + late, False), (early + late + plain, True)):
        found = collected(index, tmp_path, text, NOON, None)
        assert ("cannot-find-a-heartbeat" in found.findings) is counts


def test_what_nothing_was_left_out_of_is_not_said_to_lie_outside(
    index: Index, tmp_path: Path
) -> None:
    text = f"name    | started\nname    | {BEATLESS}\n"
    found = collected(index, tmp_path, text, NOON, None)

    assert "cannot-find-a-heartbeat" in found.findings
    assert found.notes == [
        "the log records name no dates: --since and --until leave out none of them"
    ]


def test_a_window_of_seconds_within_a_minute(index: Index, tmp_path: Path) -> None:
    text = "".join(OWN.format(12, 0, "ERROR", BEATLESS) + "\n" for _ in range(30))

    assert collected(index, tmp_path, text, NOON + 7, NOON + 7).findings
    assert not collected(index, tmp_path, text, NOON + 8, NOON + 9).findings
