"""Echoes: records that say what an earlier one said, mostly with other numbers and ids.

A log with trouble says the same thing over and over. What an earlier record of the kind meant is
known; the next ones are told by their bytes, and only counted.
"""

from __future__ import annotations

from operator import attrgetter

from diagnose.reading.course import MOST_AT_A_TIME
from kb.named import NamedTuple
from kb.pattern import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ECHOES = 20_000
"""So many different records of a source are remembered."""

LOOKS = 8
"""So many of those that differ in numbers and ids only are searched for names and values."""

ENOUGH_ALIKE = 20
"""After so many tracebacks that differ in their frames only, frames are not searched any more."""

_UUID = r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
_NUMBERS = lazy(rf"{_UUID}|\b\d+\b")
_ID = lazy(_UUID.encode())
_MIXED = lazy(rb"[^\W\d]\d|\d[^\W\d]|[^\x00-\x7f]")
_STAMP = lazy(rb"[\d\[][\d:.,TZ/ \]+-]*")
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)


class Echo(NamedTuple):
    """What a record means for all that say the same."""

    settled: bool
    """Those that differ from it in numbers and ids mean the same; otherwise only its own text does."""
    signatures: tuple[str, ...]
    incident: tuple[str, str] | None
    mark: str
    looks: list[int]
    """How many more of its kind are searched for names and values."""


class About(NamedTuple):
    """Where a record comes from."""

    level: str
    logger: str
    header: bool


class Meanings:
    """Knows what records mean by their texts."""

    def __init__(self) -> None:
        self._echoes: dict[tuple[About, bool, str], Echo] = {}
        self._traced: dict[tuple[About, bool, str], tuple[Echo, int]] = {}

    def of(self, about: About, text: str) -> Echo | None:
        """Return what a record means, if it is an echo."""
        for settled, known in ((True, shaped(text)), (False, text)):
            echo = self._echoes.get((about, settled, known))
            if echo is not None:
                return echo
            if "\n" in text:
                traced = (about, settled, _without_frames(known))
                echo, count = self._traced.get(traced, (None, 0))
                if count >= ENOUGH_ALIKE:
                    return echo
        return None

    def learn(self, about: About, text: str, echo: Echo) -> None:
        """Remember what a record means: where it comes from, what it says, what that means."""
        known = shaped(text) if echo.settled else text
        if len(self._echoes) < MOST_ECHOES:
            self._echoes[about, echo.settled, known] = echo
        if "\n" in text and len(self._traced) < MOST_ECHOES:
            traced = (about, echo.settled, _without_frames(known))
            before, count = self._traced.get(traced, (echo, 0))
            alike = before[:4] == echo[:4]
            self._traced[traced] = (echo, count + 1 if alike else 1)


def _without_frames(text: str) -> str:
    """Return what stands in a traceback at the start of lines: all but the frames."""
    return "\n".join(line for line in text.split("\n") if line[:1] not in " \t")


def shaped(text: str) -> str:
    """Return a text in which numbers and ids that stand alone are the same: it normalises alike."""
    if text.count("-") < 4 and not any(map(str.isdigit, text)):
        return text
    return _NUMBERS.sub("0", text)


class Heard:
    """An echo that is told by the bytes of its line, with how often that was."""

    __slots__ = ("at", "count", "echo", "last", "number", "stamp")

    def __init__(self, echo: Echo, stamp: int) -> None:
        self.echo = echo
        self.stamp = stamp
        self.count = 0
        self.last = b""
        """The last line of the kind, its place in its body and its number."""
        self.at = 0
        self.number = 0


class Echoes:
    """Knows echoes of one line by their bytes."""

    def __init__(self) -> None:
        self._heard: dict[bytes, Heard] = {}
        self._moment = b""
        self._said: set[bytes] = set()
        self._fresh: set[Heard] = set()
        self.repeated = 0
        """Lines that said again what was said at the very same time."""

    def hear(self, line: bytes, at: int) -> bool:
        """Count a line that is an echo, and say whether it is; ``at`` is its place in a body."""
        heard = self._heard.get(_shape(line))
        if heard is None:
            return False
        moment = line[: heard.stamp]
        if moment != self._moment:
            self._moment = moment
            self._said = {line}
        elif line in self._said:
            self.repeated += 1
            return True
        elif len(self._said) < MOST_AT_A_TIME:
            self._said.add(line)
        heard.count += 1
        heard.last = line
        heard.at = at
        self._fresh.add(heard)
        return True

    def places(self) -> set[int]:
        """Return the places whose numbers are to be settled."""
        return {heard.at for heard in self._fresh}

    def settle(self, numbers: Mapping[int, int]) -> None:
        """Take the numbers of the lines at the places of this body."""
        for heard in self._fresh:
            heard.number = numbers[heard.at]
        self._fresh.clear()

    def learn(self, line: bytes, echo: Echo) -> None:
        """Remember a line with a stamp at its start by its bytes, where these tell enough.

        They do not where digits are part of words or mean something, nor where more than counting
        is to be done.
        """
        if not echo.settled or echo.mark or echo.looks[0] or len(self._heard) >= MOST_ECHOES:
            return
        stamp = _STAMP.match(line)
        if stamp is None:
            return
        if not _MIXED.search(_ID.sub(b" ", line), stamp.end()):
            self._heard.setdefault(_shape(line), Heard(echo, stamp.end()))
            self._moment = line[: stamp.end()]
            self._said = {line}

    def all(self) -> list[Heard]:
        """Return what was heard, in the order of the last lines."""
        return sorted((h for h in self._heard.values() if h.count), key=attrgetter("number"))


def _shape(line: bytes) -> bytes:
    if line.count(b"-") >= 4:
        line = _ID.sub(b" ", line)
    return line.translate(_DIGITS)
