"""Four stages of matching, each explained; what has to stand to the letter; cost on big input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.matching.match import Matcher
from diagnose.matching.nearly import ACCEPT
from diagnose.matching.stages import Hit, sureness
from diagnose.reading.mend import WINDOW, mended
from kb.text import is_telling, normalise
from tests.diagnose.made import lines, one, recorded

if TYPE_CHECKING:
    from diagnose.reading.records import Record
    from kb.index import Index

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
NO_PREFECT = "FileNotFoundError: [Errno 2] No such file or directory: 'prefect'"


@pytest.fixture(scope="module")
def matcher(index: Index) -> Matcher:
    return Matcher(index)


def found(matcher: Matcher, text: str) -> dict[str, Hit]:
    return {hit.signature: hit for hit in matcher.hits(one(text))}


def how(matcher: Matcher, text: str, signature: str) -> str:
    hit = found(matcher, text).get(signature)
    return hit.how if hit else ""


def test_every_signature_of_the_base_is_found_in_its_own_text(
    index: Index, matcher: Matcher
) -> None:
    for row in index.signatures():
        hits = {hit.signature: hit for record in recorded(row.text) for hit in matcher.hits(record)}
        assert row.id in hits, row.text
        assert sureness(hits[row.id]) > 0.97


def test_every_telling_signature_is_found_in_another_case_and_in_a_longer_line(
    index: Index, matcher: Matcher
) -> None:
    for row in index.signatures():
        if is_telling(row.normal) and not row.text[:1].isspace() and "\n" not in row.text:
            assert how(matcher, f"so it said: {row.text.swapcase()} yesterday", row.id), row.text


@pytest.mark.parametrize(
    ("text", "signature", "stage"),
    [
        (SEND, "h2-send-headers-closed", "exact"),
        (f"xx: {SEND}.", "h2-send-headers-closed", "exact"),
        (SEND.upper(), "h2-send-headers-closed", "normalised"),
        (SEND.replace(" ", "   "), "h2-send-headers-closed", "normalised"),
        (SEND.replace("SEND_HEADERS", "RECV_DATA"), "h2-send-headers-closed", "structural"),
        (SEND.replace("input ", ""), "h2-send-headers-closed", "fuzzy"),
        ("Failed the last 17 attempts", "failed-last-3-attempts", "normalised"),
        (NO_PREFECT, "file-not-found-prefect", "exact"),
        (NO_PREFECT.replace("'", '"'), "file-not-found-prefect", "normalised"),
        (NO_PREFECT.replace("'", "\\u0027"), "file-not-found-prefect", "normalised"),
        (NO_PREFECT.replace("Errno 2", "WinError 3"), "file-not-found-prefect", "fuzzy"),
    ],
)
def test_stages(matcher: Matcher, text: str, signature: str, stage: str) -> None:
    hit = found(matcher, text)[signature]

    assert hit.how == stage
    assert (hit.score == 1.0) == (stage == "exact")
    assert 0.85 <= sureness(hit) <= 1.0


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        (NO_PREFECT.replace("prefect", "data.csv"), "file-not-found-prefect"),
        (NO_PREFECT.replace("prefect", "prefect-helper"), "file-not-found-prefect"),
        (SEND.replace("CLOSED", "OPEN"), "h2-send-headers-closed"),
        ("the Agent stopped! as it should and went on", "h2-send-headers-closed"),
        ("an agent stopped in the street", "agent-stopped"),
        ("", "h2-protocol-error"),
        ("12345 67890", "failed-last-3-attempts"),
    ],
)
def test_what_is_something_else_is_not_found(matcher: Matcher, text: str, signature: str) -> None:
    hits = [hit for record in recorded(text) for hit in matcher.hits(record)]

    assert signature not in {hit.signature for hit in hits}


def test_the_span_shows_where_it_stands(matcher: Matcher) -> None:
    hit = found(matcher, f"10:11:12.345 | ERROR   | prefect.agent - so {SEND} there")[
        "h2-send-headers-closed"
    ]

    assert hit.text[slice(*hit.span)] == SEND
    assert (hit.line, hit.source) == (1, "log")


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        (SEND.replace("SEND_HEADERS", "RECV_DATA"), "ConnectionInputs.SEND_HEADERS -> ConnectionInputs.RECV_DATA"),
        (SEND.replace("input ", ""), "input is missing"),
        (SEND, ""),
    ],
)  # fmt: skip
def test_differing_words_are_said(matcher: Matcher, text: str, differs: str) -> None:
    assert found(matcher, text)["h2-send-headers-closed"].differs == differs


def test_more_damage_is_less_sure() -> None:
    hit = Hit("s", "fuzzy", ACCEPT, "", 1, (0, 1), "", "input is missing; state -> mood", 1.0)

    exact = sureness(hit._replace(how="exact", score=1.0))
    small = sureness(hit._replace(differs="a is missing"))
    less = sureness(hit._replace(score=0.95))
    assert exact > small > less > sureness(hit)


@given(st.text(max_size=200))
def test_any_text_can_be_searched(matcher: Matcher, text: str) -> None:
    for record in recorded(text):
        for hit in matcher.hits(record):
            assert 0.0 <= sureness(hit) <= 1.0
            assert 0 <= hit.span[0] <= hit.span[1]


def mend(matcher: Matcher, text: str) -> list[Record]:
    return list(mended(recorded(text), matcher))


@pytest.mark.parametrize("signature", [SEND, NO_PREFECT])
def test_a_signature_broken_anywhere_over_two_lines_is_found(
    matcher: Matcher, signature: str
) -> None:
    wanted = found(matcher, signature).keys()
    for at in range(12, len(signature) - 4):
        records = mend(matcher, f"It said this:\n{signature[:at]}\n{signature[at:]}\nand ended.")
        hits = {hit.signature for record in records for hit in matcher.hits(record)}
        assert hits & wanted, signature[:at]


def test_a_signature_broken_over_several_lines_is_found(matcher: Matcher) -> None:
    parts = [SEND[at : at + 20] for at in range(0, len(SEND), 20)]
    assert 2 < len(parts) <= WINDOW

    (record,) = mend(matcher, "\n".join(parts))

    assert "h2-send-headers-closed" in {hit.signature for hit in matcher.hits(record)}


def test_two_signatures_broken_one_after_the_other_are_both_found(matcher: Matcher) -> None:
    text = f"h2.exceptions.Pro\ntocolError: {SEND[:30]}\n{SEND[30:]}"

    hits = {hit.signature for record in mend(matcher, text) for hit in matcher.hits(record)}

    assert {"h2-protocol-error", "h2-send-headers-closed"} <= hits


@given(st.lists(st.sampled_from(["", "It died.", SEND, SEND[:40], SEND[40:], "10:11:12.3 | INFO | a - b"]), max_size=12))  # fmt: skip
def test_mending_loses_no_line_and_keeps_the_order(matcher: Matcher, texts: list[str]) -> None:
    text = "\n".join(texts)

    before = [line for record in recorded(text) for line in record.lines]
    after = [line for record in mend(matcher, text) for line in record.lines]

    assert after == before


def test_lines_that_hold_no_broken_signature_stay_apart(matcher: Matcher) -> None:
    assert len(mend(matcher, f"{SEND}\n{SEND}\nIt died.\nNobody knows.")) == 4


def test_an_interruption_while_mending_gives_what_was_held_back(matcher: Matcher) -> None:
    def interrupted() -> object:
        yield from recorded("It died.\nNobody knows.")
        raise KeyboardInterrupt

    got = []
    with pytest.raises(KeyboardInterrupt):
        got.extend([r.text for r in mended(interrupted(), matcher)])  # type: ignore[arg-type]
    again = []
    try:
        for record in mended(interrupted(), matcher):  # type: ignore[arg-type]
            again.append(record.text)
    except KeyboardInterrupt:
        pass
    assert again == ["It died.", "Nobody knows."]


def test_a_line_of_many_kilobytes_is_searched(matcher: Matcher) -> None:
    for lead in (10_000, 30_000, 60_000):
        text = "word " * (lead // 5) + SEND + " word" * 2000
        assert how(matcher, text[:64_000], "h2-send-headers-closed") in ("exact", "normalised")


def test_normal_forms_are_remembered_without_growing_for_ever(index: Index) -> None:
    matcher = Matcher(index)

    first = [matcher.hits(record) for record in recorded(f"{SEND}\n{SEND}")]

    assert first[0][0]._replace(line=2) == first[1][0]
    assert len(matcher._remembered) == 1


def test_source_and_line_are_those_of_the_line(matcher: Matcher) -> None:
    record = one(f"10:11:12.345 | ERROR   | a - b\nTraceback (most recent call last):\n{SEND}")

    (hit,) = [hit for hit in matcher.hits(record) if hit.signature == "h2-send-headers-closed"]

    assert (hit.line, lines(SEND)[0].text) == (3, hit.text)
    assert normalise(hit.text) == normalise(SEND)
