"""The window of time that was asked for, and which parts of a log lie in it."""

from __future__ import annotations

from diagnose.reading.stamps import DAY, dated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from diagnose.scanning.bodies import Heads

IN, EDGE, OUT = "in", "edge", "out"


class Window:
    """Tells where the bodies of one log lie; follows whether its times are in order."""

    def __init__(self, since: float | None, until: float | None) -> None:
        self._since = since
        self._until = until
        self.open = since is None and until is None
        """All times are in it."""
        self._sorted = True
        self._latest = 0.0

    def place(self, heads: Heads, body: bytes) -> str:
        """Say whether the next body lies in the window, at its edge, or out of it."""
        if self.open:
            return IN
        times = [heads.at(body, at).time for at in (0, heads.last(body, len(body)))]
        if any(time is None or time < DAY for time in times):
            return IN
        first, last = (dated(time, self._until) for time in times if time is not None)
        if first > last or first < self._latest:
            self._sorted = False
        self._latest = last
        early = [self._since is not None and time < self._since for time in (first, last)]
        late = [self._until is not None and time > self._until for time in (first, last)]
        if not any(early + late):
            return IN
        return OUT if self._sorted and (all(early) or all(late)) else EDGE
