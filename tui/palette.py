"""The command palette: every entity of the base by name, and every action that has a key."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.names import holding
from tui.opening import browse, walk_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    """Yield every action of the main screen and the application that has a description."""
    del screen
    yield SystemCommand("Theme", "choose another theme", app.search_themes)
    walk = walk_of(app)
    for owner in (walk, app):
        for binding in Binding.make_bindings(_own_bindings(owner)):
            if binding.description and binding.action != "back":
                keys = " or ".join(
                    app.get_key_display(Binding(key, "")) for key in binding.key.split(",")
                )
                yield SystemCommand(
                    binding.description, f"key {keys}", _runs(app, owner, binding.action)
                )


def _own_bindings(owner: object) -> tuple[Binding, ...]:
    from tui.actions import Actions  # noqa: PLC0415

    kind = Actions if isinstance(owner, Actions) else type(owner)
    return tuple(b for b in kind.__dict__["BINDINGS"] if isinstance(b, Binding))


def _runs(app: DiagnoseApp, owner: object, action: str) -> Callable[[], None]:
    namespace = walk_of(app) if owner is not app else app

    def run() -> None:
        app.call_later(app.run_action, action, namespace)

    return run
