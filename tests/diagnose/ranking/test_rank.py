"""The posterior is exact: compared with an enumeration of every state of the world."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.ranking.rank import MOST_AT_ONCE, Factor, Posterior, Seen, infer

if TYPE_CHECKING:
    from collections.abc import Sequence

FEW = settings(max_examples=50)
CAUSES = ("a", "b", "c", "d", "e", "f")


class World(NamedTuple):
    """Input of `infer`."""

    odds: dict[str, float]
    seen: list[Seen]
    factors: list[Factor]


def weight(world: World, holding: frozenset[str]) -> float:
    """Return the weight of one state, straight from the model."""
    found = math.prod(world.odds[cause] for cause in holding)
    for seen in world.seen:
        found *= 1.0 - seen.damp * math.prod(1.0 - seen.produced.get(c, 0.0) for c in holding)
    for factor in world.factors:
        found *= math.prod(factor.factors.get(cause, 1.0) for cause in holding)
        found *= factor.shared if holding else 1.0
    return found


def states(world: World) -> dict[frozenset[str], float]:
    """Return the weight of every state in which no more than `MOST_AT_ONCE` causes hold."""
    sizes = range(MOST_AT_ONCE + 1)
    sets = (frozenset(c) for size in sizes for c in combinations(sorted(world.odds), size))
    return {holding: weight(world, holding) for holding in sets}


def marginal(world: World, cause: str) -> float:
    found = states(world)
    return sum(w for holding, w in found.items() if cause in holding) / sum(found.values())


def logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))


def without(world: World, finding: str) -> World:
    """Leave one finding out; the next of its group counts in its place."""
    seen = [s.instead if s.id == finding else s for s in world.seen]
    factors = [factor for factor in world.factors if factor.id != finding]
    return World(world.odds, [s for s in seen if s is not None], factors)


PROBABILITY = st.floats(0.02, 0.98)
PRODUCED = st.dictionaries(st.sampled_from([*CAUSES, "ruled-out"]), PROBABILITY, max_size=4)
DAMP = st.floats(0.05, 0.9995)


def seen(name: str, other: bool) -> st.SearchStrategy[Seen]:
    instead = st.none() | st.builds(Seen, st.just(f"{name}'"), DAMP, PRODUCED)
    return st.builds(Seen, st.just(name), DAMP, PRODUCED, instead if other else st.none())


WORLDS = st.builds(
    World,
    st.dictionaries(st.sampled_from(CAUSES), st.floats(0.001, 0.3), min_size=1),
    st.lists(st.booleans(), max_size=4).flatmap(
        lambda flags: st.tuples(*(seen(f"s{n}", flag) for n, flag in enumerate(flags))).map(list)
    ),
    st.integers(0, 3).flatmap(
        lambda count: st.tuples(
            *(
                st.builds(
                    Factor,
                    st.just(f"f{n}") | st.just(f"s{n}"),
                    st.dictionaries(st.sampled_from(CAUSES), st.floats(0.01, 20), max_size=4),
                    st.just(1.0) | st.floats(0.05, 3.0),
                )
                for n in range(count)
            )
        ).map(list)
    ),
)


def solved(world: World) -> Posterior:
    return infer(world.odds, world.seen, world.factors)


@FEW
@given(WORLDS)
def test_marginals_are_those_of_the_enumeration(world: World) -> None:
    found = solved(world)

    assert found.probability.keys() == world.odds.keys()
    for cause, probability in found.probability.items():
        assert probability == pytest.approx(marginal(world, cause), rel=1e-9)
    whole = states(world)
    assert found.unknown == pytest.approx(whole[frozenset()] / sum(whole.values()), rel=1e-9)


@FEW
@given(WORLDS)
def test_effect_is_what_leaving_the_finding_out_changes(world: World) -> None:
    for cause, effects in solved(world).effect.items():
        assert set(effects) == {f.id for f in world.seen} | {f.id for f in world.factors}
        now = logit(marginal(world, cause))
        for finding, effect in effects.items():
            then = logit(marginal(without(world, finding), cause))
            assert effect == pytest.approx(now - then, abs=1e-6)


@FEW
@given(WORLDS)
def test_sets_are_the_states_that_findings_touch(world: World) -> None:
    found = solved(world)
    total = sum(states(world).values())
    touched = found.effect.keys()

    assert [share for _, share in found.sets] == sorted((s for _, s in found.sets), reverse=True)
    for causes, share in found.sets:
        if causes:
            same = sum(w for h, w in states(world).items() if h & touched == set(causes))
            assert share == pytest.approx(same / total, rel=1e-9)


@FEW
@given(WORLDS)
def test_the_order_of_findings_does_not_matter(world: World) -> None:
    turned = World(dict(reversed(world.odds.items())), world.seen[::-1], world.factors[::-1])

    assert solved(turned).probability == pytest.approx(solved(world).probability, rel=1e-9)


@FEW
@given(WORLDS, st.sampled_from(CAUSES), PROBABILITY, DAMP)
def test_a_finding_that_only_one_cause_indicates_never_lowers_it(
    world: World, cause: str, strength: float, damp: float
) -> None:
    assume(cause in world.odds)
    more = world._replace(seen=[*world.seen, Seen("new", damp, {cause: strength})])

    before, after = solved(world), solved(more)

    assert after.probability[cause] >= before.probability[cause] * (1 - 1e-12)
    assert after.unknown <= before.unknown * (1 + 1e-12)
    assert after.effect[cause]["new"] >= -1e-9


@FEW
@given(WORLDS, st.floats(0.001, 0.3))
def test_an_unrelated_cause_changes_the_others_only_through_normalisation(
    world: World, prior: float
) -> None:
    more = world._replace(odds=world.odds | {"unrelated": prior})

    before, after = states(world), states(more)
    assert all(after[holding] == pytest.approx(w) for holding, w in before.items())

    one, other = dict(solved(world).sets), dict(solved(more).sets)
    alone = [causes for causes in one if len(causes) == 1]
    for first in alone:
        for second in alone:
            assert other[first] / other[second] == pytest.approx(one[first] / one[second])


def test_a_certain_finding_of_one_cause_leaves_no_doubt() -> None:
    found = infer({"a": 0.02, "b": 0.02}, [Seen("s", 0.99999, {"a": 0.95})], [])

    assert found.probability["a"] > 0.99
    assert found.probability["b"] == pytest.approx(0.02 / 1.02, rel=0.1)


def test_two_causes_of_one_finding_explain_each_other_away() -> None:
    found = infer({"a": 0.1, "b": 0.1}, [Seen("s", 0.999, {"a": 0.9, "b": 0.9})], [])
    more = infer(
        {"a": 0.1, "b": 0.1},
        [Seen("s", 0.999, {"a": 0.9, "b": 0.9}), Seen("t", 0.99, {"a": 0.9})],
        [],
    )

    assert more.probability["b"] < found.probability["b"]


@pytest.mark.parametrize("odds", [{}, {"a": 0.1}])
def test_without_findings_the_priors_stand(odds: dict[str, float]) -> None:
    found = infer(odds, [], [])

    assert found.probability == pytest.approx(dict.fromkeys(odds, 0.1 / 1.1))
    assert found.unknown == pytest.approx(1 / 1.1 if odds else 1.0)
    assert found.effect == {}


def test_many_causes_that_nothing_touches_cost_nothing_and_stay_exact() -> None:
    odds = {f"x{n}": 0.01 + n / 1000 for n in range(400)} | {"a": 0.05, "b": 0.02}
    findings: Sequence[Seen] = [Seen("s", 0.95, {"a": 0.7})]

    found = infer(odds, findings, [])

    assert sum(found.probability.values()) < MOST_AT_ONCE
    small = World({"a": 0.05, "b": 0.02, "x0": 0.01, "x9": 0.019}, list(findings), [])
    assert solved(small).probability["x9"] == pytest.approx(marginal(small, "x9"), rel=1e-9)
    assert found.probability["x399"] > found.probability["x0"]
