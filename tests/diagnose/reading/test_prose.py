"""A person's words are told apart from what programs print, also between the records of a log."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.reading.prose import MOST_LINES, Prose
from diagnose.reading.read import Tally
from diagnose.reading.reader import Reader
from tests.diagnose.made import recorded

if TYPE_CHECKING:
    from kb.index import Index

WARNING = "agent.py:42: SomeWarning: the queue of this agent is going to be removed soon"
BANNER = "Starting v2.20.26 agent connected to http://127.0.0.1:4200/api..."
SAID = "Every night the agent hangs and we have to restart it by hand."
RECORD = "10:11:{:02}.000 | INFO    | prefect.agent - step {} is done"


def passages(index: Index, text: str) -> list[str]:
    return [passage.text for passage in Reader(index).text(text, "x", Tally()).passages]


def log(*lines: str) -> str:
    """Return lines, numbers among them being log records."""
    return "\n".join(RECORD.format(int(n), n) if n.isdecimal() else n for n in lines) + "\n"


@pytest.mark.parametrize("printed", [WARNING, BANNER, SAID])
@pytest.mark.parametrize(
    "around",
    [("1", "{}", "2"), ("1", "{}", "{}", "2"), ("", "1", "2", "{}", "3", "", "4", "{}", "5")],
)
def test_what_stands_between_log_records_is_part_of_the_log(
    index: Index, printed: str, around: tuple[str, ...]
) -> None:
    assert passages(index, log(*(line.format(printed) for line in around))) == []


@pytest.mark.parametrize(
    "around",
    [
        ("{}", "", "1", "2"),
        ("{}", "1", "2"),
        ("1", "2", "{}"),
        ("1", "2", "{}", "", "3"),
        ("1", "2", "{}", "```"),
        ("1", "2", "", "{}"),
        ("1", "", "{}", "", "2"),
        ("```", "1", "2", "```", "{}"),
        ("{}", "```", "1", "```"),
        ("{}",),
    ],
)
def test_what_is_apart_from_the_log_is_a_persons(index: Index, around: tuple[str, ...]) -> None:
    assert passages(index, log(*(line.format(SAID) for line in around))) == [SAID]


TRACED = """\
worker-1  | Traceback (most recent call last):
worker-1  |   File "/srv/lib/thing.py", line 31, in connect_tcp
worker-1  |     return await self._backend.connect_tcp(
worker-1  |   File "/srv/lib/other.py", line 12, in run
worker-1  |     with all of the words that the code may have
worker-1  | thing.ConnectError: All connection attempts failed
worker-1  |
worker-1  | During handling of the above exception, another exception occurred:
worker-1  |
worker-1  | Traceback (most recent call last):
worker-1  |   File "/srv/lib/thing.py", line 38, in the_one_that_is_called
worker-1  | thing.ConnectError: All connection attempts failed
worker-1  |
worker-1  | The above exception was the direct cause of the following exception:
"""


@pytest.mark.parametrize("prefix", ["worker-1  | ", "", "  | "])
def test_nothing_of_a_traceback_is_a_persons(index: Index, prefix: str) -> None:
    assert passages(index, TRACED.replace("worker-1  | ", prefix)) == []


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_sentence_with_a_quoted_id_was_printed(index: Index, quote: str) -> None:
    sentence = "The server says of run {0}435b76c3-c610-4146-8aeb-cfeca5fea262{0} that it is late."

    assert passages(index, sentence.format(quote)) == []
    assert passages(index, sentence.format("")) == [sentence.format("")]


def test_a_scanned_log_has_no_prose_between_its_records(index: Index) -> None:
    text = log(*[f"{n % 60}" for n in range(2000)], WARNING, BANNER, "3", "4") * 20

    found = Reader(index).stream(io.BytesIO(text.encode()), "x")

    assert found.passages == ()


LINE = st.sampled_from(["1", "2", "", "```", SAID, WARNING, "  indented words of somebody"])


@given(lines=st.lists(LINE, max_size=30))
def test_no_line_between_two_records_is_a_passage(index: Index, lines: list[str]) -> None:
    numbered = [
        line if line in ("1", "2", "", "```") else f"{line} {n}" for n, line in enumerate(lines)
    ]
    kept = passages(index, log(*numbered))
    for before, line, after in zip(numbered, numbered[1:], numbered[2:], strict=False):
        assert not (before.isdecimal() and after.isdecimal() and line in kept)


def test_memory_does_not_grow_with_a_text_without_paragraphs() -> None:
    prose = Prose(frozenset({"the"}), ())
    for record in recorded("the words of somebody who writes a lot\n" * (3 * MOST_LINES)):
        prose.add(record, [])

    assert len(prose.passages) == MOST_LINES
