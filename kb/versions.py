"""Prefect versions: parsing, half-known versions ("2.x") and the windows of the base."""

from __future__ import annotations

from kb.named import NamedTuple
from kb.pattern import IGNORECASE, lazy

Release = tuple[int, ...]

_END: Release = (10**6,)
_CLAUSE = lazy(r"\s*(<=|>=|==|!=|<|>)\s*([0-9]+(?:\.[0-9]+)*)[0-9a-z.]*\s*")
_VERSION = lazy(r"v?(\d{1,3})(?:\.(\d{1,3}|x|\*))?(?:\.(\d{1,3}|x|\*))?", IGNORECASE)


class Span(NamedTuple):
    """Half-open interval of releases: ``low <= version < high``."""

    low: Release
    high: Release

    def meets(self, other: Span) -> bool:
        """Say whether some version lies in both."""
        return max(self.low, other.low) < min(self.high, other.high)


def parse(text: str) -> Span | None:
    """Return the releases that a version text stands for, or None when it is no version.

    ``2.10.4`` is one release, ``2.10`` and ``2.x`` are all that begin so.
    """
    match = _VERSION.match(text.strip())
    if match is None:
        return None
    return _series([part for part in match.groups() if part and part.isdigit()])


def _series(parts: list[str]) -> Span:
    """Return all releases that begin with these numbers; ends of ``.0`` do not matter."""
    release = [int(part) for part in parts]
    high = (*release[:-1], release[-1] + 1)
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    return Span(tuple(release), high)


def spans(specifier: str) -> tuple[Span, ...]:
    """Return the intervals that a specifier such as ``>=2.6,<2.16.9`` allows.

    Raises:
        ValueError: the text is not a list of comparisons.
    """
    low: Release = ()
    high = _END
    holes: list[Span] = []
    for clause in specifier.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            message = f"{clause.strip()!r} is not a comparison with a version"
            raise ValueError(message)
        operator, digits = match.groups()
        release, after = _series(digits.split("."))
        if operator == "!=":
            holes.append(Span(release, after))
        if operator in (">=", "=="):
            low = max(low, release)
        if operator == ">":
            low = max(low, after)
        if operator == "<":
            high = min(high, release)
        if operator in ("<=", "=="):
            high = min(high, after)
    return _without(Span(low, high), holes)


def _without(whole: Span, holes: list[Span]) -> tuple[Span, ...]:
    parts = [whole]
    for hole in holes:
        parts = [
            piece
            for part in parts
            for piece in (
                Span(part.low, min(part.high, hole.low)),
                Span(max(part.low, hole.high), part.high),
            )
            if piece.low < piece.high
        ]
    return tuple(part for part in parts if part.low < part.high)


def allows(specifier: str, version: Span) -> bool:
    """Say whether some release of ``version`` satisfies the specifier."""
    return any(span.meets(version) for span in spans(specifier))
