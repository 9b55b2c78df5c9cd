"""Of a sorted file only the part is read in which the time lies; of any other, everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnose.reading import seek
from diagnose.reading.reader import Reader
from diagnose.reading.seek import Part, part
from tests.diagnose.scanning.test_scan import HEADS, SEND, log, read_in_full, same

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

START = 1_675_209_600.0
"""The time of day 0 in the logs made here, seconds since the epoch."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seek, "LEAST", 2000)
    monkeypatch.setattr(seek, "NEAR", 500)
    monkeypatch.setattr(seek, "PROBED", 2000)
    monkeypatch.setattr(seek, "PROBES", 16)


TEXT = log([9] * 1000 + [2] + [9] * 1000, HEADS[0], 20.0)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    since=st.none() | st.integers(30_000, 80_000),
    until=st.none() | st.integers(30_000, 80_000),
)
def test_what_is_left_out_would_not_have_counted(
    index: Index, tmp_path: Path, since: int | None, until: int | None
) -> None:
    path = tmp_path / "x.log"
    path.write_text(TEXT)
    times = {
        "since": None if since is None else START + since,
        "until": None if until is None else START + until,
    }

    found = Reader(index, **times).file(path)

    expected = read_in_full(index, TEXT, **times)
    renamed = found._replace(
        findings={n: f._replace(source="x") for n, f in found.findings.items()},
        incidents={("x", k[1]): i._replace(source="x") for k, i in found.incidents.items()},
        courses=dict.fromkeys("x", *found.courses.values()),
        lines=expected.lines,
        bytes=expected.bytes,
        said=expected.said,
    )
    same(renamed, expected)


def test_little_of_a_sorted_file_is_read(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text(TEXT)

    found = Reader(index, START + 55_900, START + 56_100).file(path)

    assert found.bytes < len(TEXT) / 20
    ((incident,), (finding, *_)) = (found.incidents.values(), found.findings.values())
    lines = TEXT.split("\n")
    assert SEND in lines[incident.lines[1] - 1]
    assert finding.source == str(path)


@pytest.mark.parametrize(
    "text",
    [
        TEXT + TEXT,
        TEXT + TEXT[:60],
        TEXT + TEXT.partition("\n")[0],
        "no times at all\n" * 1000,
        log([9] * 1000, HEADS[1], 20.0),
        TEXT[:50],
    ],
)
def test_any_other_file_is_read_as_a_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.log"
    path.write_text(text)
    with path.open("rb") as stream:
        assert part(stream, START + 50_000, None) is None


def test_compressed_bytes_are_not_searched(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"\x1f\x8b" + TEXT.encode())
    with path.open("rb") as stream:
        assert part(stream, START + 50_000, None) is None


def test_without_a_limit_it_goes_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text(TEXT)
    with path.open("rb") as stream:
        assert part(stream, None, None) == Part(0, len(TEXT), 1)
        assert part(stream, START, START + 200_000) == Part(0, len(TEXT), 1)
