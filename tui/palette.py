"""The command palette: every entity of the base by name, and every action that has a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.opening import browse, walk_of
from tui.safe import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.screen import Screen

    from tui.app import DiagnoseApp

MOST = 60
"""Entities that one search offers."""


class Everything(Provider):
    """Finds insights, signatures, symptoms, facts, commands and the rest."""

    async def startup(self) -> None:
        """Read the names."""
        index = walk_of(self.app).diagnose_app.engine.index
        self._names = [(entity, kind, plain(text, 200)) for entity, kind, text in index.names()]

    async def discover(self) -> Hits:
        """Offer the insights before anything is typed."""
        for entity, kind, text in self._names:
            if kind == "insight":
                yield DiscoveryHit(text, self._goes_to(entity), text=text, help=f"{kind} {entity}")

    async def search(self, query: str) -> Hits:
        """Offer what holds all words, best match first."""
        words = query.casefold().split()
        matcher = self.matcher(query)
        found = [
            name for name in self._names if all(word in " ".join(name).casefold() for word in words)
        ]
        for entity, kind, text in found[:MOST]:
            score = max(matcher.match(text), matcher.match(entity), 0.1)
            yield Hit(
                score, Content(text), self._goes_to(entity), text=text, help=f"{kind} {entity}"
            )

    def _goes_to(self, entity: str) -> Callable[[], None]:
        def go() -> None:
            browse(walk_of(self.app), entity)

        return go


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
