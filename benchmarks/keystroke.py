"""From a key to the ranking on the screen: the live matching of the TUI while words are typed.

Run: ``python -m benchmarks.keystroke [--rounds 3] [--short]``.

The TUI runs without a terminal at 120x36. Each key of some sentences is pressed alone; measured is
the CPU time of the whole process until the ranking that belongs to the text is drawn, and until all
that follows it (next question, commands) stands there too. Beside it: a bare Textual app with one
line to type in. The large base has 10,000 signatures beside the shipped one.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.rows import Row, parser, said
from benchmarks.sizes import SMALL, TUI

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from textual.app import App
    from textual.widget import Widget

GOALS = {"shipped base": 50.0, "10,000 signatures more": 150.0}
"""Milliseconds of CPU time, at most, from a key to the ranking: the median over the keys."""

SENTENCES = (
    "agent stopped unexpectedly and flow runs stay late",
    "h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS",
    "the process is alive but nothing is logged until i attach to the screen session",
)
SIZE = (120, 36)


class Key(NamedTuple):
    """Seconds of CPU time after one key."""

    ranked: float
    """Until the ranking is drawn."""
    settled: float
    """Until nothing is left to do."""


def _press(app: App[None], character: str) -> None:
    from textual import events  # noqa: PLC0415
    from textual.keys import _character_to_key  # noqa: PLC0415

    app.post_message(events.Key(_character_to_key(character), character))


async def _drawn(app: App[None]) -> None:
    """Let everything handle what it was sent, and draw it now instead of at the next tick."""
    for widget in app.screen.walk_children(with_self=True):
        done = asyncio.Event()
        widget.call_later(done.set)
        await done.wait()
    app.screen._on_timer_update()


async def typed(overlays: Sequence[Path], rounds: int, most: int) -> list[Key]:
    """Type all sentences, of each so many characters at most."""
    from textual.widgets import Input  # noqa: PLC0415

    from tui.app import DiagnoseApp, calm  # noqa: PLC0415

    app, found = DiagnoseApp(overlays=overlays), []
    async with app.run_test(size=SIZE) as pilot:
        walk = app.walk
        while not walk.ready or walk.busy or walk.stale:
            await pilot.pause()
        calm()  # as where there is a terminal
        query = walk.query_one("#query", Input)
        for number in range(rounds + 1):
            for sentence in SENTENCES:
                query.value = ""
                while walk.ranked != ("", app.session) or walk.busy:
                    await pilot.pause()
                for place, character in enumerate(sentence[:most], 1):
                    start = time.process_time()
                    _press(app, character)
                    while walk.ranked != (sentence[:place], app.session):
                        await asyncio.sleep(0.0005)
                    await _drawn(app)
                    ranked = time.process_time() - start
                    while walk.busy:
                        await asyncio.sleep(0.0005)
                    await _drawn(app)
                    if number:  # the first round fills the caches
                        found.append(Key(ranked, time.process_time() - start))
    return found


async def bare(rounds: int, most: int) -> list[Key]:
    """Type the same into an app that does nothing with it."""
    from textual.app import App  # noqa: PLC0415
    from textual.widgets import Input  # noqa: PLC0415

    class Bare(App[None]):
        def compose(self) -> Iterator[Widget]:
            yield Input()

    app, found = Bare(), []
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        query = app.query_one(Input)
        for _ in range(rounds):
            for sentence in SENTENCES:
                query.value = ""
                await pilot.pause()
                for place, character in enumerate(sentence[:most], 1):
                    start = time.process_time()
                    _press(app, character)
                    while query.value != sentence[:place]:
                        await asyncio.sleep(0.0005)
                    await _drawn(app)
                    took = time.process_time() - start
                    found.append(Key(took, took))
    return found


def rows(found: Mapping[str, Sequence[Key]]) -> Iterator[Row]:
    """Yield the rows of each base, the first of which is the reference."""
    bare = _middle(next(iter(found.values())))
    for name, keys in found.items():
        middle, goal = _middle(keys), GOALS.get(name)
        yield Row(
            f"{name}: ranking drawn", f"{middle:.0f} ms", f"{middle / bare:.1f}",
            f"{goal:.0f} ms" if goal else "", missed=bool(goal and middle > goal),
        )  # fmt: skip
        if goal:
            ranked = sorted(key.ranked * 1000 for key in keys)
            settled = statistics.median(key.settled * 1000 for key in keys)
            yield Row(f"{name}: 95 of 100 keys", f"{ranked[int(0.95 * len(ranked))]:.0f} ms")
            yield Row(f"{name}: all done", f"{settled:.0f} ms")


def _middle(keys: Sequence[Key]) -> float:
    return statistics.median(key.ranked * 1000 for key in keys)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, say the rows, and return the exit status."""
    args = parser(__doc__, rounds=3).parse_args(argv)
    rounds, most = (1, 5) if args.short else (args.rounds, 1000)
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    with tempfile.TemporaryDirectory() as name:
        from benchmarks.bases import write  # noqa: PLC0415

        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_CONFIG_HOME"] = name
        overlay = Path(name) / "overlay"
        write(overlay, SMALL if args.short else TUI)
        found = {"bare Textual app, one line": asyncio.run(bare(rounds, most))}
        found |= {
            base: asyncio.run(typed(overlays, rounds, most))
            for base, overlays in zip(GOALS, ([], [overlay]), strict=True)
        }
    return said(rows(found), args)


if __name__ == "__main__":
    sys.exit(main())
