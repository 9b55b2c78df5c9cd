"""Texts and kinds joined without a separator, told apart by how many items there must be.

A metric page's compact form writes ``runnercomponentghost runsconcept``. Names may hold kind words
themselves (``h2.exceptions.ProtocolError``), so no single look at the text decides: all splits
are counted and only one may give the number that the heading says. The longer form has texts and
kinds on lines of their own, which is also the only form in which an unknown kind can be seen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_CELLS = 4_000_000
"""Bound on kind words times items, so that a hostile page ends in a message, not in a wait."""

_KIND = re.compile(r"[a-z][a-z0-9/_-]*(?: [a-z0-9/_-]+){0,3}")
_CONTINUES = re.compile(r"s(?![A-Za-z0-9])|[_,:;)\]}-]|\.\w")
"""What after a kind word shows that a word goes on: a plural's s, a hyphen, a dotted path."""


class SplitError(ValueError):
    """No split, or more than one, gives the number of items that the heading says."""


class Item(NamedTuple):
    """One text with its kind, and how many lines below the start of what was split it stands."""

    text: str
    kind: str
    line: int


class Line(NamedTuple):
    """A stripped line that is not blank, and how many lines stand above it."""

    text: str
    line: int


class _Mark(NamedTuple):
    """One place where a kind word may end an item."""

    start: int
    end: int
    solid: int  # end of the last character before it that is not white space
    clean: bool  # nothing around it suggests that it is part of a longer word


def lines_of(body: str) -> list[Line]:
    """Return the lines of a text that are not blank, stripped."""
    numbered = ((text.strip(), number) for number, text in enumerate(body.split("\n")))
    return [Line(text, number) for text, number in numbered if text]


def split(body: str, count: int, kinds: Sequence[str]) -> list[Item]:
    """Return the ``count`` items of a section in order; ``kinds`` are the kinds known for it.

    Raises:
        SplitError: no way of splitting fits, or several do.
    """
    lines = lines_of(body)
    if not count and not lines:
        return []
    if not count or not lines:
        found = "some stand" if lines else "none stands"
        raise SplitError(f"the heading says {count} but {found} below it")
    if len(lines) == 2 * count and all(_is_kind(line.text, kinds) for line in lines[1::2]):
        return [
            Item(text.text, kind.text, text.line)
            for text, kind in zip(lines[::2], lines[1::2], strict=True)
        ]
    if len(lines) == count and (items := _one_per_line(lines, kinds)):
        return items
    return _by_count(body.rstrip(), count, kinds)


def _is_kind(text: str, kinds: Sequence[str]) -> bool:
    """Say whether a line can be a kind: a known one, or a few plain words that hide none."""
    if text in kinds:
        return True
    joined = any(text.endswith(kind) for kind in kinds)
    return not joined and len(text) <= 40 and _KIND.fullmatch(text) is not None


def _one_per_line(lines: list[Line], kinds: Sequence[str]) -> list[Item]:
    """Return one item per line, or nothing when some line does not end with a kind."""
    items = []
    for line in lines:
        kind = next((kind for kind in kinds if line.text.endswith(kind)), "")
        text = line.text.removesuffix(kind)
        if not kind or not text or text[-1].isspace():
            return []
        items.append(Item(text, kind, line.line))
    return items


def _by_count(body: str, count: int, kinds: Sequence[str]) -> list[Item]:
    """Split where exactly one choice of kind words gives the count.

    Words that look like a part of a longer one are only considered when the others do not do.
    """
    marks = _marks(body, kinds)
    for candidates in ([mark for mark in marks if mark.clean], marks):
        if len(candidates) < count or candidates[-1].end != len(body):
            continue
        ways = _ways(candidates, count)
        total = ways[-1][-1]
        if total > 1:
            raise SplitError(f"there are several ways to split this into {count}")
        if total == 1:
            return _items(body, _chosen(candidates, ways))
    words = "kind word stands" if len(marks) == 1 else "kind words stand"
    raise SplitError(f"the heading says {count} but no split fits ({len(marks)} {words} below it)")


def _marks(body: str, kinds: Sequence[str]) -> list[_Mark]:
    """Return, in order of their ends, the places where a kind word may end an item.

    Texts are joined to kinds directly or by a line break, never by a blank.
    """
    longest_first = sorted(kinds, key=lambda kind: (-len(kind), kind))
    pattern = re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))")
    marks = []
    for match in pattern.finditer(body):
        start, end = match.start(), match.end(1)
        before, after = body[start - 1 : start], body[end : end + 1]
        if before in (" ", "\t") or after in (" ", "\t"):
            continue
        solid = start
        while solid and body[solid - 1].isspace():
            solid -= 1
        clean = before not in ("_", "-") and _CONTINUES.match(body, end) is None
        marks.append(_Mark(start, end, solid, clean))
    return sorted(marks, key=lambda mark: mark.end)


def _ways(marks: list[_Mark], count: int) -> list[list[int]]:
    """Return per number of items and mark: none (0), one (1) or several (2) splits end there.

    Raises:
        SplitError: the page is far larger than any real one.
    """
    if len(marks) * count > MAX_CELLS:
        raise SplitError("this is too long to be split")
    earlier = _earlier(marks)
    rows = [[1 if mark.solid else 0 for mark in marks]]
    for _ in range(1, count):
        sums = [0]
        for ways in rows[-1]:
            sums.append(min(2, sums[-1] + ways))
        rows.append([sums[number] for number in earlier])
    return rows


def _earlier(marks: list[_Mark]) -> list[int]:
    """Return for each mark how many marks can end the item before, leaving it a text."""
    ends = [mark.end for mark in marks]
    return [bisect_right(ends, mark.solid - 1) for mark in marks]


def _chosen(marks: list[_Mark], ways: list[list[int]]) -> list[_Mark]:
    """Return the marks of the only split, first to last."""
    earlier = _earlier(marks)
    at = len(marks) - 1
    chosen = [marks[at]]
    for row in reversed(ways[:-1]):
        at = next(index for index in range(earlier[at]) if row[index])
        chosen.append(marks[at])
    return chosen[::-1]


def _items(body: str, marks: list[_Mark]) -> list[Item]:
    items = []
    start = 0
    for mark in marks:
        text = body[start : mark.start]
        offset = start + len(text) - len(text.lstrip())
        line = body.count("\n", 0, offset)
        items.append(Item(text.strip(), body[mark.start : mark.end], line))
        start = mark.end
    return items
