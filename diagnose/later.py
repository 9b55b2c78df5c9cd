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

        __slots__ = ("_made", "_make", "_rest")

        def __init__(self, make):
            self._make = make
            self._made = []
            self._rest = None

        def __iter__(self):
            """Go on only as far as somebody looks."""
            place = 0
            while place < len(self._made) or self._more():
                yield self._made[place]
                place += 1

        def _more(self):
            if self._make is not None:
                self._rest, self._make = iter(self._make()), None
            for item in self._rest:
                self._made.append(item)
                return True
            self._rest = iter(())  # what it was made of may go
            return False

        def _all(self):
            while self._more():
                pass
            return tuple(self._made)

        def __bool__(self):
            return bool(self._made) or self._more()

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
