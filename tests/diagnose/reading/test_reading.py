"""Readings of single sources, merged, are the reading of all of them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnose.collect import collect, of_reading
from diagnose.diagnosis import conclude
from diagnose.given import Given
from diagnose.reading import incidents
from diagnose.reading.prose import MOST_LINES
from diagnose.reading.read import Tally
from diagnose.reading.reader import Reader
from diagnose.reading.reading import NOTHING, joined
from kb.index import Index

if TYPE_CHECKING:
    from pathlib import Path

    from diagnose.reading.reading import Reading

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
SAYINGS = (
    "2023-02-01 10:00:{:02},000 | INFO    | prefect.agent - Agent started! Looking for work from",
    "2023-02-01 10:10:{:02},000 | INFO    | prefect.agent - Agent stopped!",
    f"2023-02-01 10:20:{{:02}},000 | ERROR   | prefect.agent - {SEND}",
    "2023-02-01 11:40:{:02},000 | WARNING | prefect.agent - step {} is late",
    "2023-02-01 12:40:{:02},000 | INFO    | kafka - work-pool 'pool-{}' on prefect 2.{}.1",
    "Traceback (most recent call last):",
    '  File "a.py", line {}',
    f"h2.exceptions.ProtocolError: {SEND.lower()}",
    "The agent seems dead since {} o'clock and nothing runs any more, what can we do?",
    "```",
    "",
)
LINE = st.builds(
    lambda saying, number: saying.format(number, number, number),
    st.sampled_from(SAYINGS),
    st.integers(0, 59),
)
LOG = st.lists(LINE, max_size=40).map(lambda lines: "\n".join(lines) + "\n")


def read_text(index: Index, text: str, source: str = "a") -> Reading:
    return Reader(index).text(text, source, Tally())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(LOG, min_size=1, max_size=4))
def test_readings_from_elsewhere_merge_to_what_one_after_the_other_gives(
    index: Index, tmp_path: Path, texts: list[str]
) -> None:
    paths = [tmp_path / f"{number}.log" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    inputs = Given(logs=tuple(paths))

    at_once = collect(inputs, index)

    reader = Reader(Index(index.path))
    sent = [pickle.dumps(reader.log(str(path))) for path in paths]
    reading = joined(pickle.loads(data) for data in sent)
    merged = of_reading(reading, inputs, index)
    for field in set(at_once._fields) - {"description"}:
        assert getattr(merged, field) == getattr(at_once, field), field
    assert conclude(merged, inputs, index) == conclude(at_once, inputs, index)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(LOG, min_size=3, max_size=3))
def test_how_readings_are_grouped_does_not_matter(index: Index, texts: list[str]) -> None:
    one, two, three = (read_text(index, text, str(n)) for n, text in enumerate(texts))

    assert joined([joined([one, two]), three]) == joined([one, joined([two, three])])
    assert joined([NOTHING, one]) == one == joined([one])
    assert joined([]) == NOTHING


def test_the_same_source_twice_counts_on(index: Index) -> None:
    text = f"2023-02-01 10:20:00,000 | ERROR | prefect.agent - {SEND}\n"

    twice = joined([read_text(index, text), read_text(index, text)])

    ((incident,), (finding,)) = (twice.incidents.values(), twice.findings.values())
    assert (incident.count, finding.count, twice.events, twice.lines) == (2, 2, 2, 2)


@pytest.mark.parametrize("sources", [1, 3])
def test_what_is_kept_has_an_end(
    index: Index, sources: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents, "MOST", 50)
    words = ("one", "two", "three", "four", "five")
    texts = [
        "\n".join(
            f"ERROR:root:{' '.join(w for n, w in enumerate(words) if i >> n & 1)} {source}"
            for i in range(1, 31)
        )
        for source in "xyz"[:sources]
    ]
    prose = "\n\n" + "nothing at all runs any more here\n\n" * (MOST_LINES - 100)

    found = joined(read_text(index, text + prose, text[-1]) for text in texts)

    assert len(found.incidents) == min(50, sources * 30)
    assert found.truncated is (sources == 3)
    assert len(found.passages) == min(MOST_LINES, sources * (MOST_LINES - 100))
    assert [i.id for i in found.incidents.values()] == [
        f"i{n}" for n in range(1, len(found.incidents) + 1)
    ]


def test_a_fence_that_is_left_open_ends_with_its_source(index: Index) -> None:
    said = "nothing runs any more since the last update of the agent"

    fenced = read_text(index, f"```\n{said}\n", "a")
    after = read_text(index, f"{said}\n", "b")

    assert [passage.fenced for passage in joined([fenced, after]).passages] == [True, False]
