"""What the compiler works out beforehand: weights of terms, profiles, digests."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from kb.compile import compile_index
from kb.database import FORMAT
from kb.index import Index
from kb.load import load
from kb.spoken import SMOOTHING, UNHEARD
from kb.version import __version__
from tests.kb.conftest import TINY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.base import Base


@pytest.fixture
def compiled(tiny: Base, tmp_path: Path) -> Index:
    compile_index(tiny, tmp_path / "tiny.index", sources="abc")
    return Index(str(tmp_path / "tiny.index"))


def test_the_file_says_what_it_was_made_from(compiled: Index, tiny: Base) -> None:
    assert compiled.meta["format"] == str(FORMAT)
    assert compiled.meta["version"] == __version__
    assert compiled.meta["sources"] == "abc"
    assert compiled.digest == tiny.digest
    assert compiled.bases == ("tiny",)
    assert compiled.pages == ("beat",)


def test_the_same_base_gives_the_same_bytes(tiny: Base, tmp_path: Path) -> None:
    compile_index(tiny, tmp_path / "one")
    compile_index(tiny, tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_term_that_more_symptoms_share_weighs_less(index: Index) -> None:
    weight, postings = index.term("run")
    rare, few = index.term("keypress")

    assert len(postings) > len(few) > 0
    assert rare > weight > 0


def test_a_phrasing_weighs_what_its_terms_weigh(compiled: Index) -> None:
    for number in range(3):
        finding, state, total, count, text = compiled.phrasing(number)
        assert (finding, state) == ("runs-wait", "present")
        assert count <= len(text.split())
        assert total > 0


def profile(index: Index, term: str) -> dict[str, float]:
    insights, weights = index.profile(term)
    return {index.insight_ids()[n]: weight for n, weight in zip(insights, weights, strict=True)}


def test_profiles_are_shares_against_the_language_of_all(compiled: Index) -> None:
    """A word that only one of two insights uses has the log-odds of the smoothed model."""
    cable = profile(compiled, "cabl")

    assert set(cable) == {"network-down"}
    assert cable["network-down"] == pytest.approx(
        math.log((1 - SMOOTHING) * 2 + SMOOTHING) - UNHEARD, abs=1e-3
    )


def test_no_profile_is_below_a_term_that_was_never_heard(index: Index) -> None:
    for term in ("agent", "run", "kubernetes", "!poll", "heartbeat"):
        found = profile(index, term)
        assert found
        assert all(weight >= 0 for weight in found.values())


def test_versions_become_windows_with_their_reason(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    insight = TINY["insights/agent-dead.yaml"].replace(
        'possible: ">=2",', 'possible: ">=2,<2.5", also: [">=3"],'
    )
    compile_index(
        load([write({"insights/agent-dead.yaml": insight})], shipped=False), tmp_path / "x"
    )

    row = Index(str(tmp_path / "x")).insights()[0]

    assert row.windows == (">=2,<2.5", ">=3")
    assert row.reason == "There was no agent before."


def test_a_base_without_symptoms_and_signatures_compiles(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    cause = {
        "insights/lonely.yaml": (
            "id: lonely\ntitle: Lonely\nseverity: info\nprior: rare\nbecause: So it is.\n"
            "what: Nothing.\nphrasings: [alone, single, solo]\nescalate: Never.\n"
            'sources: [{url: "https://example.org", says: So.}]\n'
        )
    }
    nothing = dict.fromkeys(TINY) | {"lexicon.yaml": TINY["lexicon.yaml"]} | cause
    compile_index(load([write(nothing)], shipped=False), tmp_path / "x")

    index = Index(str(tmp_path / "x"))

    assert [row.id for row in index.insights()] == ["lonely"]
    assert list(index.signatures()) == []
    assert index.term("alone")[0] == 0.0
