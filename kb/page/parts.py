"""The parts of a metric page that are not texts with kinds: interfaces and parameters."""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.page.split import Line, SplitError, lines_of

RECOMMENDED = "recommended:"
DIMENSIONS = "Dimensions:"

PROSE_WORDS = 4
"""A line of so many words is a description; names of parameters have fewer."""

_INTERFACE = re.compile(r"([^()\n]+)\((\d{1,3})\)")


class InterfaceText(NamedTuple):
    """An interface of the metric with its description, if the page gives one."""

    name: str
    description: str | None
    dimensions: tuple[str, ...]
    line: int


class ParameterText(NamedTuple):
    """A configuration parameter as it stands: everything but the name may be missing."""

    name: str
    recommended: str | None
    description: str | None
    line: int


def listed(text: str) -> tuple[str, ...]:
    """Return the items of a list on commas or lines; ``None`` is the empty one."""
    items = tuple(item.strip() for item in re.split(r"[,\n]", text) if item.strip())
    return () if items == ("None",) else items


def interface_names(body: str) -> list[str]:
    """Return the name of each interface metric announced: ``Native (2)`` gives two.

    Raises:
        SplitError: something else stands there.
    """
    rest = _INTERFACE.sub("", body).strip()
    if rest:
        raise SplitError(f"{rest[:60]!r} is not an interface with its count")
    return [
        name
        for match in _INTERFACE.finditer(body)
        for name in [_undoubled(match[1].strip())] * int(match[2])
    ]


def _undoubled(name: str) -> str:
    """Icons carry the name as their text, so that it is copied twice: ``NativeNative``."""
    half, odd = divmod(len(name), 2)
    return name[:half] if not odd and name[:half] == name[half:] else name


def interface_blocks(body: str, count: int) -> list[InterfaceText]:
    """Return the interface metrics of the longer form; the compact form has none.

    Raises:
        SplitError: there are some, but not as many as the heading says.
    """
    blocks: list[InterfaceText] = []
    block: list[Line] = []
    open_list = False
    for text, number in lines_of(body):
        before, mark, after = ("", DIMENSIONS, text) if open_list else text.partition(DIMENSIONS)
        if before.strip():
            block.append(Line(before.strip(), number))
        open_list = bool(mark) and not after.strip()
        if block and after.strip():
            blocks.append(_interface(block, listed(after)))
            block = []
    if block:
        blocks.append(_interface(block, ()))
    if blocks and len(blocks) != count:
        raise SplitError(f"the heading says {count} but {len(blocks)} stand below it")
    return blocks


def _interface(block: list[Line], dimensions: tuple[str, ...]) -> InterfaceText:
    description = " ".join(line.text for line in block[1:]) or None
    return InterfaceText(_undoubled(block[0].text), description, dimensions, block[0].line)


def parameters(body: str, count: int) -> list[ParameterText]:
    """Return the parameters: a name each, then perhaps a recommended value and a description.

    Raises:
        SplitError: the lines do not make ``count`` parameters in exactly one way.
    """
    pieces = _pieces(body)
    plain = [index for index, piece in enumerate(pieces) if not _recommends(piece)]
    if len(plain) == count:
        names = plain
    else:
        names = [index for index in plain if not _is_prose(pieces, index)]
    if len(names) != count or (names and names[0] != 0):
        raise SplitError(f"the heading says {count} but the names below it cannot be told apart")
    ends = [*names[1:], len(pieces)]
    return [_parameter(pieces[start:end]) for start, end in zip(names, ends, strict=True)]


def _pieces(body: str) -> list[Line]:
    """Return the lines, with a recommended value on a line of its own also where it is joined."""
    pieces = []
    for text, number in lines_of(body):
        name, *values = text.split(RECOMMENDED)
        if len(values) > 1:
            raise SplitError("several parameters are joined on one line")
        if name:
            pieces.append(Line(name.strip(), number))
        pieces.extend(Line(RECOMMENDED + value, number) for value in values)
    return pieces


def _recommends(piece: Line) -> bool:
    return piece.text.startswith(RECOMMENDED)


def _is_prose(pieces: list[Line], index: int) -> bool:
    """Say whether a piece can only be a description: many words, and no value after it."""
    valued = index + 1 < len(pieces) and _recommends(pieces[index + 1])
    return index > 0 and not valued and len(pieces[index].text.split()) >= PROSE_WORDS


def _parameter(pieces: list[Line]) -> ParameterText:
    values = [
        piece.text.removeprefix(RECOMMENDED).strip() for piece in pieces if _recommends(piece)
    ]
    if len(values) > 1:
        raise SplitError(f"{pieces[0].text[:60]!r} has several recommended values")
    prose = " ".join(piece.text for piece in pieces[1:] if not _recommends(piece))
    recommended = values[0] if values and values[0] else None
    return ParameterText(pieces[0].text, recommended, prose or None, pieces[0].line)
