"""Search in a large base: what is nearest is what counting everything would find."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index import Index
from kb.model import Signature
from kb.postings import tables, text_of
from kb.search import Search
from kb.text import grams, weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.base import Base

NUMPY = [False, pytest.param(True, id="numpy")]


def counted(index: Index, normal: str) -> dict[int, float]:
    """Return number -> cosine, straight from its definition."""
    texts = {row.number: grams(row.constant) for row in index.signatures()}
    held: dict[str, int] = {}
    for found in texts.values():
        for gram in found:
            held[gram] = held.get(gram, 0) + 1
    weights = {gram: weight(count, len(texts)) for gram, count in held.items()}
    asked = math.sqrt(sum(weights.get(gram, 0.0) for gram in grams(normal)))
    return {
        number: sum(weights[gram] for gram in found & grams(normal))
        / (math.sqrt(sum(weights[gram] for gram in found)) * asked)
        for number, found in texts.items()
        if found & grams(normal)
    }


@pytest.mark.parametrize("numpy", NUMPY)
@pytest.mark.parametrize(
    "normal", ["invalid input connectioninputs send_headers", "flow run could not be", "runs"]
)
def test_the_measure_is_the_cosine_of_weighed_n_grams(
    looked_up: Index, normal: str, *, numpy: bool
) -> None:
    if numpy:
        pytest.importorskip("numpy")
    wanted = counted(looked_up, normal)
    found = Search(looked_up, numpy=numpy).nearest(normal)

    assert found
    assert found[0].cosine == pytest.approx(max(wanted.values()), rel=1e-5)
    assert [near.cosine for near in found] == sorted((n.cosine for n in found), reverse=True)
    for near in found:
        assert near.cosine == pytest.approx(wanted[near.number], rel=1e-5)


def test_every_signature_is_nearest_to_its_own_text(looked_up: Index) -> None:
    search = Search(looked_up, numpy=False)
    for row in looked_up.signatures():
        if row.constant:
            first = search.nearest(row.constant)[0]
            assert first.cosine == pytest.approx(1.0, rel=1e-5)
            assert grams(first.constant) == grams(row.constant)
            assert search.cosine(row.number, row.constant, row.constant) == pytest.approx(1.0)


@settings(max_examples=30)
@given(st.text(max_size=120))
def test_any_text_can_be_asked_with_and_without_numpy(looked_up: Index, text: str) -> None:
    pytest.importorskip("numpy")
    plain = Search(looked_up, numpy=False).nearest(text)
    other = Search(looked_up, numpy=True).nearest(text)

    assert all(0.0 < near.cosine <= 1.0 + 1e-6 for near in plain)
    assert [round(near.cosine, 5) for near in plain[:1]] == [round(n.cosine, 5) for n in other[:1]]


def test_a_budget_reads_the_rarest_n_grams_first(
    looked_up: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr("kb.search.BUDGET", 1)
    grams_of = Index.grams

    def noted(index: Index, asked: Sequence[str]) -> dict[str, Sequence[int]]:
        read.extend(asked)
        return grams_of(index, asked)

    monkeypatch.setattr(Index, "grams", noted)
    normal = "invalid input connectioninputs send_headers in state"
    found = Search(looked_up, numpy=False).nearest(normal)

    held = looked_up.held(sorted(grams(normal)))
    rest = [held[gram] for gram in held if gram not in read]
    assert found[0].constant.startswith("invalid input connectioninputs")
    assert max(held[gram] for gram in read) <= min(rest)


def test_a_mark_stands_in_every_copy_of_its_signature(looked_up: Index, shipped: Base) -> None:
    for number, signature in enumerate(shipped.of(Signature)):
        text = text_of(signature)
        for said in (text.normal, text.constant):
            words = said.split()
            pairs = {" ".join(pair) for pair in pairwise(words)}
            if said == text.normal and said:
                assert number in looked_up.marked({*words, *pairs}), signature.id


def test_no_mark_is_a_word_that_a_hole_touches() -> None:
    signature = Signature(
        id="x", text="job a7 ran on worker-9x", template="job {} ran on worker-{}x",
        kind="log pattern", specificity="common",
    )  # fmt: skip
    found = tables([text_of(signature)], exhaustive=False)

    assert text_of(signature).constant == "job ran on worker"
    assert [row[0] for row in found.mark] == ["on worker"]


def test_a_small_base_has_no_marks(index: Index) -> None:
    assert index.exhaustive
    assert index.marked(["invalid input"]) == set()
