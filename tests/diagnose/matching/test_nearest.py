"""Matching in a large base finds what matching in a small one finds, for less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.matching.match import Matcher
from diagnose.matching.nearest import HEAD, MOST_LINES, Looked
from diagnose.matching.stages import SURE
from diagnose.reading.mend import mended
from kb.index import Index
from tests.diagnose.made import recorded

if TYPE_CHECKING:
    from kb.base import Base
    from kb.search import Near

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"


def found(matcher: Matcher, text: str) -> dict[str, str]:
    found = mended(recorded(text), matcher)
    return {hit.signature: hit.how for record in found for hit in matcher.hits(record)}


def test_what_is_found_for_sure_in_a_small_base_is_found_in_a_large_one(
    index: Index, looked_up: Index, shipped: Base
) -> None:
    small, large = Matcher(index), Matcher(looked_up)
    texts = [row.text for row in index.signatures()]
    texts += [case.text for cases in shipped.cases.values() for case in cases[:4]]

    for text in texts:
        wanted, got = found(small, text), found(large, text)
        sure = {signature: how for signature, how in wanted.items() if how in SURE}
        assert sure.items() <= got.items(), text


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (SEND.replace("input ", ""), "fuzzy"),
        (SEND.replace("Invalid", "Invald"), "fuzzy"),
        (SEND.upper(), "normalised"),
        (f"{SEND[:30]}\n{SEND[30:]}", "normalised"),
        (SEND.replace("SEND_HEADERS", "RECV_DATA"), "structural"),
    ],
)
def test_damaged_copies_are_found(looked_up: Index, text: str, how: str) -> None:
    assert found(Matcher(looked_up), text)["h2-send-headers-closed"] == how


def test_a_line_that_is_explained_needs_no_n_grams(
    looked_up: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Index, "grams", refused)
    monkeypatch.setattr(Index, "held", refused)

    assert found(Matcher(looked_up), SEND)["h2-send-headers-closed"] == "exact"


def test_of_a_long_record_the_head_and_the_end_are_compared(
    looked_up: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noted(_: Looked, line: str) -> list[Near]:
        asked.append(line)
        return []

    monkeypatch.setattr(Looked, "nearest", noted)
    lines = [f"line number {'abcdefghijklmnopqrstuvwxyz'[n]} of many" for n in range(26)]

    Looked(looked_up).likely(lines)

    assert asked == [*lines[:HEAD], *lines[HEAD - MOST_LINES :]]
    assert len(asked) == MOST_LINES


def test_numpy_is_loaded_only_after_many_queries(looked_up: Index) -> None:
    looked = Looked(looked_up)
    first = looked.nearest("invalid input connectioninputs")
    for number in range(60):
        looked.nearest(f"invalid input connectioninputs {'x' * number}")

    again = looked.nearest("invalid input connectioninputs")
    assert [near.number for near in again][:1] == [near.number for near in first][:1]
    assert again[0].cosine == pytest.approx(first[0].cosine, rel=1e-5)
