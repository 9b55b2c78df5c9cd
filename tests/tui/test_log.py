"""Searching in a log goes on beside everything else: what it says meanwhile, and how it ends."""

from __future__ import annotations

import asyncio
import gzip
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.tui.tour import PATIENCE_S, Tour
from tui.logtext import BLOCK, OnDisk
from tui.logview import LogView
from tui.screens.log import LogScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path
    from typing import IO

LINES = BLOCK // 20
"""Lines of a log that is read in more than two pieces."""


class Slow(OnDisk):
    """A log that is unpacked, and whose searches go on after the first piece, only when told."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.unpack = threading.Event()
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        """Released by each search that has read the first piece."""
        self.scanned = threading.Event()

    def _spooled(self, cancelled: Callable[[], bool]) -> IO[bytes]:
        assert self.unpack.wait(PATIENCE_S)
        return super()._spooled(cancelled)

    def scan(self, cancelled: Callable[[], bool], grown: Callable[[], None]) -> None:
        super().scan(cancelled, grown)
        self.scanned.set()

    def blocks(self) -> Iterator[bytes]:
        scanned = self.scanned.is_set()
        for number, block in enumerate(super().blocks()):
            if scanned and number == 1:
                self.begun.release()
                assert self.go_on.wait(PATIENCE_S)
            yield block


@pytest.fixture
def log(settings: Path) -> Path:
    """A log of more than two pieces; each of its lines holds "place"."""
    path = settings / "agent.log"
    path.write_text("".join(f"{number:>9} a place here\n" for number in range(LINES)))
    return path


@asynccontextmanager
async def opened(text: Slow) -> AsyncIterator[tuple[Tour, LogScreen]]:
    """A log on the screen; at the end nothing in it waits for anything."""
    async with Tour() as tour:
        screen = LogScreen("agent.log", "", ())
        screen.text = text
        try:
            tour.app.push_screen(screen)
            await tour.pilot.pause()
            yield tour, screen
        finally:
            text.unpack.set()
            text.go_on.set()


async def search(tour: Tour, text: str) -> None:
    """Type what to search for, and wait for nothing that follows."""
    await tour.pilot.press("slash", *text, "enter")


async def told(wait: Callable[..., bool], tour: Tour) -> None:
    """Wait until another thread says something, and for what it said before."""
    assert await asyncio.to_thread(wait, timeout=PATIENCE_S)
    await tour.pilot.pause()


async def test_a_search_while_the_log_is_unpacked_finds_what_is_in_it(log: Path) -> None:
    packed = log.with_suffix(".gz")
    packed.write_bytes(gzip.compress(log.read_bytes()))
    text = Slow(packed)
    async with opened(text) as (tour, screen):
        await search(tour, "xyz")
        assert tour.text("#log-note") == "searching \u201cxyz\u201d \u2026"
        await search(tour, "123")
        text.go_on.set()
        text.unpack.set()
        await tour.settled()
        places = screen.query_one(LogView).places
        assert places == [n + 1 for n in range(LINES) if "123" in str(n)]
        assert tour.text("#log-note").startswith(f"1 of {len(places):,}, line ")


async def test_nothing_is_called_missing_before_all_is_read(log: Path) -> None:
    text = Slow(log)
    async with opened(text) as (tour, _):
        await told(text.scanned.wait, tour)
        await search(tour, "xyz")
        await told(text.begun.acquire, tour)
        assert tour.text("#log-note") == "searching \u201cxyz\u201d \u2026"
        text.go_on.set()
        await tour.settled()
        assert tour.text("#log-note") == "No \u201cxyz\u201d was found in this text."


async def test_evidence_is_not_called_missing_before_all_is_read(log: Path) -> None:
    packed = log.with_suffix(".gz")
    packed.write_bytes(gzip.compress(log.read_bytes()))
    text = Slow(packed)
    async with opened(text) as (tour, _):
        await search(tour, "xyz")
        await tour.pilot.press("escape")
        assert tour.text("#log-note") == "searching evidence \u2026"
        text.unpack.set()
        text.go_on.set()
        await tour.settled()
        assert tour.text("#log-note") == "No evidence was found in this text."


async def test_the_first_place_is_shown_while_the_search_goes_on(log: Path) -> None:
    with log.open("a") as stream:
        stream.write("the only one\n")
    log.write_text("the first one\n" + log.read_text())
    text = Slow(log)
    async with opened(text) as (tour, screen):
        await told(text.scanned.wait, tour)
        await search(tour, "one")
        await told(text.begun.acquire, tour)
        assert screen.query_one(LogView).here == 1
        assert tour.text("#log-note").startswith("1 of 1 \u2026, line 1: ")
        text.go_on.set()
        await tour.settled()
        assert tour.text("#log-note").startswith("1 of 2, line 1: ")


async def test_the_same_search_again_lists_each_place_once(log: Path) -> None:
    text = Slow(log)
    async with opened(text) as (tour, screen):
        await told(text.scanned.wait, tour)
        for _ in range(3):
            await search(tour, "place")
            await told(text.begun.acquire, tour)
        text.go_on.set()
        await tour.settled()
        assert screen.query_one(LogView).places == list(range(1, 1001))


async def test_escape_ends_a_search(log: Path) -> None:
    text = Slow(log)
    async with opened(text) as (tour, screen):
        await told(text.scanned.wait, tour)
        await search(tour, "xyz")
        await told(text.begun.acquire, tour)
        (worker,) = (w for w in tour.app.workers if w.group == "search")
        await tour.pilot.press("escape")
        assert worker.is_cancelled
        assert tour.app.screen is screen
        text.go_on.set()
        await tour.settled()
        assert screen.query_one(LogView).places == []
