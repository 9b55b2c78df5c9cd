"""The named tuple without `typing` does what the one of `typing` does."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.named import NamedTuple


class Light(NamedTuple):
    """A record."""

    name: str
    numbers: tuple[int, ...] = ()
    count: int = 1  # type: ignore[assignment]

    @property
    def double(self) -> int:
        return 2 * self.count


class Full(typing.NamedTuple):
    name: str
    numbers: tuple[int, ...] = ()
    count: int = 1  # type: ignore[assignment]


BOTH = [
    (Light("a"), Full("a")),
    (Light("a", (1, 2)), Full("a", (1, 2))),
    (Light("a", count=7), Full("a", count=7)),
    (Light(count=7, name="a"), Full(count=7, name="a")),
    (Light("a", (1,), 3)._replace(name="b"), Full("a", (1,), 3)._replace(name="b")),
    (Light._make(["a", (1,), 3]), Full._make(["a", (1,), 3])),
]


@pytest.mark.parametrize(("light", "full"), BOTH)
def test_it_holds_and_shows_the_same(light: Light, full: Full) -> None:
    assert tuple(light) == tuple(full)
    assert (light.name, light.numbers, light.count) == (full.name, full.numbers, full.count)
    assert light._asdict() == full._asdict()
    assert repr(light) == repr(full).replace("Full", "Light")


def test_the_class_says_what_it_holds() -> None:
    assert Light._fields == Full._fields
    assert Light.__match_args__ == Full.__match_args__
    assert Light._field_defaults == Full._field_defaults
    assert Light.__doc__ == "A record."
    assert Light("a", count=2).double == 4


def test_it_can_be_compared_hashed_copied_and_sent() -> None:
    light = Light("a", (1,))

    assert light == Light("a", (1,), 1)
    assert hash(light) == hash(("a", (1,), 1))
    assert copy.deepcopy(light) == light
    back = pickle.loads(pickle.dumps(light))
    assert (back, type(back)) == (light, Light)


def test_it_cannot_be_changed() -> None:
    light = Light("a")

    with pytest.raises(AttributeError):
        light.name = "b"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        light.other = "b"  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [Light, Full])
def test_what_does_not_fit_is_refused(kind: typing.Any) -> None:
    for values, named in (
        ((), {}),
        (("a", (), 1, 2), {}),
        (("a",), {"name": "b"}),
        (("a",), {"other": 1}),
        ((), {"count": 1}),
    ):
        with pytest.raises(TypeError):
            kind(*values, **named)
    with pytest.raises(TypeError):
        kind._make(["a"])
    with pytest.raises((TypeError, ValueError)):
        kind("a")._replace(other=1)


def test_a_pattern_takes_it_apart() -> None:
    match Light("a", (1,), 3):
        case Light(name, numbers, count=count):
            assert (name, numbers, count) == ("a", (1,), 3)
        case _:
            pytest.fail("does not match")


@given(
    st.lists(st.integers(), max_size=4),
    st.dictionaries(st.sampled_from(["name", "numbers", "count", "other"]), st.integers()),
)
def test_whatever_it_is_given_it_does_the_same(
    values: list[typing.Any], named: dict[str, typing.Any]
) -> None:
    try:
        expected = Full(*values, **named)
    except TypeError:
        with pytest.raises(TypeError):
            Light(*values, **named)
    else:
        assert tuple(Light(*values, **named)) == tuple(expected)
