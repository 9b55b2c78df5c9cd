"""Ranking in a crowd is the same ranking: compared with the one that lists every set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.ranking import crowded, rank
from diagnose.ranking.rank import MOST_TOUCHED, Factor, Seen
from tests.diagnose.ranking.test_rank import FEW, WORLDS, World, solved, states


def in_a_crowd(world: World) -> rank.Posterior:
    return crowded.infer(world.odds, world.seen, world.factors)


@FEW
@given(WORLDS)
def test_marginals_are_the_same(world: World) -> None:
    one, other = solved(world), in_a_crowd(world)

    assert other.probability == pytest.approx(one.probability, rel=1e-7)
    assert other.unknown == pytest.approx(one.unknown, rel=1e-7)


@FEW
@given(WORLDS)
def test_what_a_finding_changes_is_the_same(world: World) -> None:
    one, other = solved(world), in_a_crowd(world)

    assert set(other.effect) == set(one.effect)
    for cause, effects in one.effect.items():
        assert other.effect[cause] == pytest.approx(effects, abs=1e-5)


@FEW
@given(WORLDS)
def test_sets_of_causes_that_findings_speak_for_are_listed(world: World) -> None:
    found = in_a_crowd(world)
    shares = [share for _, share in found.sets]
    spoken = {cause for seen in world.seen for cause in seen.produced} & world.odds.keys()
    whole = states(world)

    assert shares == sorted(shares, reverse=True)
    assert {cause for causes, _ in found.sets for cause in causes} == spoken
    for causes, share in found.sets:
        if causes:
            same = sum(weight for held, weight in whole.items() if held & spoken == set(causes))
            assert share == pytest.approx(same / sum(whole.values()), rel=1e-6)


@FEW
@given(WORLDS, st.lists(st.tuples(st.floats(0.001, 0.2), st.integers(1, 3)), max_size=3))
def test_causes_that_are_not_named_count_all_the_same(
    world: World, others: list[tuple[float, int]]
) -> None:
    named = {
        f"other-{group}-{n}": odds
        for group, (odds, count) in enumerate(others)
        for n in range(count)
    }
    one = crowded.infer(world.odds, world.seen, world.factors, others)
    other = crowded.infer(world.odds | named, world.seen, world.factors)

    assert one.unknown == pytest.approx(other.unknown, rel=1e-7)
    for cause in world.odds:
        assert one.probability[cause] == pytest.approx(other.probability[cause], rel=1e-7)


def test_a_finding_of_thousands_of_causes_is_ranked_at_once() -> None:
    odds = {f"c{n}": 0.01 + n / 1e6 for n in range(5_000)}
    shared = Seen("hub", 0.88, {cause: (0.35, 0.7)[n % 2] for n, cause in enumerate(odds)})
    own = Seen("own", 0.995, {"c7": 0.95})
    like = Factor("like", {cause: 1.0 + n / 5_000 for n, cause in enumerate(odds)})

    found = rank.infer(odds, [shared, own], [like])

    assert len(odds) > MOST_TOUCHED
    assert max(found.probability, key=lambda cause: found.probability[cause]) == "c7"
    assert found.effect["c7"]["own"] > 0
    assert set(found.effect["c9"]) == {"hub", "own", "like"}
    assert "nothing" not in found.effect
