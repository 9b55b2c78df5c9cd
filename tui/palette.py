"""The command palette: every entity of the base by name, and every action that has a key."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.keymap import key_names
from tui.names import holding
from tui.opening import browse, walk_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.dom import DOMNode
    from textual.screen import Screen

    from tui.app import DiagnoseApp
    from tui.names import Name

MOST = 60
"""Entities that one search offers."""


class Everything(Provider):
    """Finds insights, signatures, symptoms, facts, commands and the rest."""

    async def startup(self) -> None:
        """Read the names, beside everything else."""
        engine = walk_of(self.app).diagnose_app.engine
        self._names = await asyncio.to_thread(lambda: engine.names)

    async def discover(self) -> Hits:
        """Offer insights before anything is typed."""
        for name in self._names[:MOST]:
            if name.kind == "insight":
                yield DiscoveryHit(
                    Content(name.shown),
                    self._goes_to(name.id),
                    text=name.shown,
                    help=_help(name),
                )

    async def search(self, query: str) -> Hits:
        """Offer what holds all words, best match first."""
        matcher = self.matcher(query)
        for name in islice(holding(self._names, query), MOST):
            text = name.shown
            score = max(matcher.match(text), matcher.match(name.id), 0.1)
            yield Hit(score, Content(text), self._goes_to(name.id), text=text, help=_help(name))

    def _goes_to(self, entity: str) -> Callable[[], None]:
        def go() -> None:
            browse(walk_of(self.app), entity)

        return go


def _help(name: Name) -> str:
    return f"{name.kind} {name.id}"


def actions(app: DiagnoseApp, screen: Screen[object]) -> Iterator[SystemCommand]:
    """Yield every action of the main screen, its panes and the application that has a description.

    Those of a pane work on the row its cursor is on.
    """
    del screen
    yield SystemCommand("Theme", "choose another theme", app.search_themes)
    walk = walk_of(app)
    panes = (walk.signs, walk.causes, walk.commands) if walk.ready else ()
    offered: set[str] = set()
    for owner in (walk, *panes, app):
        for binding in _own_bindings(owner):
            if binding.action not in offered | {"back"}:
                offered.add(binding.action)
                where = f"{owner.border_title}: " if owner in panes else ""
                keys = f"{where}key {' or '.join(key_names(app, binding, app.keys))}"
                yield SystemCommand(binding.description, keys, _runs(app, owner, binding.action))


def _own_bindings(owner: object) -> Iterator[Binding]:
    from tui.actions import Actions  # noqa: PLC0415

    kind = Actions if isinstance(owner, Actions) else type(owner)
    return (b for b in kind.__dict__["BINDINGS"] if isinstance(b, Binding) and b.description)


def _runs(app: DiagnoseApp, owner: DOMNode, action: str) -> Callable[[], None]:
    def run() -> None:
        app.call_later(app.run_action, action, owner)

    return run
