"""Tuples that are made when they are first looked at.

A short text answer shows little of a diagnosis, and what it does not show need not be worked out.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol, TypeVar

    T = TypeVar("T")

    class Made(Protocol):
        """Makes a tuple of what a function gives: `at_once`, or `later`."""

        def __call__(self, make: Callable[[], Iterable[T]], /) -> tuple[T, ...]:
            """Return the tuple."""

    def later(make: Callable[[], Iterable[T]]) -> tuple[T, ...]:
        """Return what stands for the tuple of what ``make`` gives, called once at most."""

else:

    class later:  # noqa: N801 (it stands for a function)
        """Looks like a tuple to whoever reads it from start to end or by number."""

        __slots__ = ("_made", "_make")

        def __init__(self, make):
            self._make = make
            self._made = None

        def _all(self):
            if self._made is None:
                self._made, self._make = tuple(self._make()), None  # what it was made of may go
            return self._made

        def __iter__(self):
            return iter(self._all())

        def __len__(self):
            return len(self._all())

        def __getitem__(self, place):
            return self._all()[place]

        def __eq__(self, other):
            return self._all() == tuple(other)

        __hash__ = None


def at_once(make: Callable[[], Iterable[T]]) -> tuple[T, ...]:
    """Return the tuple of what ``make`` gives."""
    return tuple(make())
