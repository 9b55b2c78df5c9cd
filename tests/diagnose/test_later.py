"""What is made later is a tuple to whoever reads it, and made only as far as somebody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from diagnose.later import later

if TYPE_CHECKING:
    from collections.abc import Iterator


@given(st.lists(st.integers()))
def test_it_reads_like_a_tuple(values: list[int]) -> None:
    def made() -> tuple[int, ...]:
        return later(lambda: values)

    assert list(made()) == values
    assert len(made()) == len(values)
    assert bool(made()) is bool(values)
    assert made() == tuple(values)
    assert made()[1:] == tuple(values[1:])


def test_it_is_made_once_and_as_far_as_it_is_read() -> None:
    begun: list[int] = []

    def counting() -> Iterator[int]:
        for number in range(5):
            begun.append(number)
            yield number

    found = later(counting)
    assert begun == []
    assert next(iter(found)) == 0
    assert begun == [0]
    assert found
    assert begun == [0]
    assert list(found) == list(found) == [0, 1, 2, 3, 4]
    assert begun == [0, 1, 2, 3, 4]


def test_two_readers_do_not_disturb_each_other() -> None:
    found = later(lambda: iter("abc"))
    one, other = iter(found), iter(found)

    assert [next(one), next(other), next(other), next(one), next(one), next(other)] == list(
        "aabbcc"
    )
