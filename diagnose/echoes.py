"""Echoes: records that differ from an earlier one in numbers and ids only.

A log with trouble says the same thing over and over. What an earlier record of the kind meant is
known; the next ones are told by their bytes, and only counted.
"""

from __future__ import annotations

import re

from kb.named import NamedTuple
from kb.pattern import lazy

MOST_ECHOES = 20_000
"""So many different records of a source are remembered."""

LOOKS = 8
"""So many of those that differ in numbers and ids only are searched for names and values."""

_UUID = r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
_NUMBERS = lazy(rf"{_UUID}|\b\d+\b")
_ID = re.compile(_UUID.encode())
_MIXED = re.compile(rb"[^\W\d]\d|\d[^\W\d]|[^\x00-\x7f]")
_STAMP = re.compile(rb"[\d\[][\d:.,TZ/ \]+-]*")
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)


class Echo(NamedTuple):
    """What a record means for all that differ from it in numbers and ids only."""

    signatures: tuple[str, ...]
    incident: tuple[str, str] | None
    mark: str
    looks: list[int]
    """How many more of its kind are searched for names and values."""


def shaped(text: str) -> str:
    """Return a text in which numbers and ids that stand alone are the same: it normalises alike."""
    return _NUMBERS.sub("0", text)


class Heard:
    """An echo that is told by the bytes of its line, with how often that was."""

    __slots__ = ("count", "echo", "last", "number", "stamp")

    def __init__(self, echo: Echo, stamp: int) -> None:
        self.echo = echo
        self.stamp = stamp
        self.count = 0
        self.last = b""
        """The last line of the kind, and its number."""
        self.number = 0


class Echoes:
    """Knows echoes of one line by their bytes."""

    def __init__(self) -> None:
        self._heard: dict[bytes, Heard] = {}
        self._moment = b""
        self._said: set[bytes] = set()
        self.repeated = 0
        """Lines that said again what was said at the very same time."""

    def hear(self, line: bytes, number: int) -> bool:
        """Count a line that is an echo, and say whether it is."""
        heard = self._heard.get(_shape(line))
        if heard is None:
            return False
        moment = line[: heard.stamp]
        if moment != self._moment:
            self._moment = moment
            self._said.clear()
        elif line in self._said:
            self.repeated += 1
            return True
        self._said.add(line)
        heard.count += 1
        heard.last = line
        heard.number = number
        return True

    def learn(self, line: bytes, echo: Echo) -> None:
        """Remember a line with a stamp at its start by its bytes, where these tell enough.

        They do not where digits are part of words, nor where more than counting is to be done.
        """
        stamp = _STAMP.match(line)
        if stamp is None or echo.mark or echo.looks[0] or len(self._heard) >= MOST_ECHOES:
            return
        if not _MIXED.search(_ID.sub(b" ", line), stamp.end()):
            self._heard[_shape(line)] = Heard(echo, stamp.end())
            self._moment = line[: stamp.end()]
            self._said = {line}

    def all(self) -> list[Heard]:
        """Return what was heard, in the order of the last lines."""
        return sorted((h for h in self._heard.values() if h.count), key=lambda h: h.number)


def _shape(line: bytes) -> bytes:
    if line.count(b"-") >= 4:
        line = _ID.sub(b" ", line)
    return line.translate(_DIGITS)
