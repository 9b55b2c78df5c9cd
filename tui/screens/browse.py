"""The graph of the base to walk along: any entity, what it says, and its neighbours."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from tui.field import Field
from tui.keys import Keys
from tui.names import holding
from tui.rows import Rows
from tui.safe import lines, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from diagnose.report.neighbours import Explained
    from kb.index import Index
    from tui.names import Name

MOST = 400
"""Entities that are listed at once; typing narrows the rest."""


class BrowseScreen(Screen[None]):
    """Entities on the left, the chosen one with its neighbours on the right."""

    CSS_PATH = "browse.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="browse.search"),
        Binding("backspace,left", "back", "The one before", id="browse.back"),
        Binding("escape", "leave", "Back", key_display="Esc", id="browse.leave"),
        Binding("q", "app.pop_screen", "Close", show=False, id="browse.close"),
    ]
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (an instance variable in the base class)
        (0, "-one"),
        (90, "-wide"),
    ]

    def __init__(self, index: Index, names: Sequence[Name], start: str = "") -> None:
        super().__init__()
        self._index = index
        self._names = names
        self._from = start
        self._shown = ""
        self.trail: list[str] = []
        """Ids of the entities on the way here; the last is shown."""

    def compose(self) -> ComposeResult:
        """Build the lists and the page."""
        with Horizontal(id="browse"):
            with Vertical(id="entities-pane") as left:
                yield Field(
                    placeholder="search by name, id or kind", compact=True, id="browse-query"
                )
                yield Rows(id="entities")
            with Vertical(id="entity-pane"):
                with VerticalScroll(id="entity-page", can_focus=True) as page:
                    yield Static(id="entity-text", markup=False)
                yield Rows(id="neighbours")
        yield Keys()
        left.border_title = "The knowledge base"
        page.border_title = "Entity"

    def on_mount(self) -> None:
        """List everything; go to where the user came from."""
        self.query_one("#neighbours", Rows).border_title = "Neighbours (Enter goes there)"
        self._list("")
        if self._from:
            self.query_one("#neighbours").focus()
            self.visit(self._from)
        else:
            self.query_one("#browse-query").focus()

    def on_resize(self) -> None:
        """Fit the page to the new width."""
        if self._shown:
            self.call_after_refresh(self.visit, self._shown, remember=False)

    @on(Input.Changed, "#browse-query")
    def _search(self, event: Input.Changed) -> None:
        self._list(event.value)

    @on(Input.Submitted, "#browse-query")
    def _to_list(self) -> None:
        self.query_one("#entities").focus()

    def _list(self, typed: str) -> None:
        found = list(holding(self._names, typed))
        self.query_one("#entities", Rows).show(_entities(found))

    @on(OptionList.OptionHighlighted, "#entities")
    def _peek(self, event: OptionList.OptionHighlighted) -> None:
        """Show what the cursor is on, but not over what was gone to."""
        if event.option_id and self.query_one("#entities-pane").has_focus_within:
            self.visit(event.option_id, remember=False)

    @on(OptionList.OptionSelected, "#entities")
    def _enter(self, event: OptionList.OptionSelected) -> None:
        if event.option_id:
            self.visit(event.option_id)
            self.query_one("#neighbours").focus()

    @on(OptionList.OptionSelected, "#neighbours")
    def _walk(self, event: OptionList.OptionSelected) -> None:
        if event.option_id:
            self.visit(event.option_id.partition(":")[2])

    def visit(self, entity: str, *, remember: bool = True) -> None:
        """Show an entity."""
        from diagnose.report.explain import text  # noqa: PLC0415
        from diagnose.report.neighbours import explained  # noqa: PLC0415

        if not self.query_one("#entity-page").size.width:  # not laid out yet
            self.call_after_refresh(self.visit, entity, remember=remember)
            return
        found = explained(self._index, entity)
        self._shown = entity
        if remember and (not self.trail or self.trail[-1] != entity):
            self.trail.append(entity)
        page = self.query_one("#entity-page", VerticalScroll)
        page.border_title = f"{found.entity.kind} {entity}".replace("[", "\\[")
        width = max(40, page.size.width - 3)
        self.query_one("#entity-text", Static).update(lines(text(self._index, entity, width)))
        page.scroll_home(animate=False)
        neighbours = self.query_one("#neighbours", Rows)
        neighbours.show(_neighbours(found))
        neighbours.border_title = f"Neighbours of {entity} (Enter goes there)".replace("[", "\\[")

    def action_back(self) -> None:
        """Go to the entity before."""
        if len(self.trail) > 1:
            self.trail.pop()
            self.visit(self.trail[-1], remember=False)

    def action_search(self) -> None:
        """Go to the search line."""
        self.query_one("#browse-query").focus()

    def action_leave(self) -> None:
        """Go from the neighbours to the list, then to the main screen."""
        if self.query_one("#neighbours").has_focus and not self._from:
            self.query_one("#entities").focus()
        else:
            self.app.pop_screen()


def _entities(found: list[Name]) -> Iterator[tuple[str, Content]]:
    counts = Counter(name.kind for name in found)
    last = ""
    for name in found[:MOST]:
        if name.kind != last:
            last = name.kind
            yield "", Content.styled(f"{last} ({counts[last]:,})", "bold dim")
        yield name.id, Content(name.shown)
    if len(found) > MOST:
        yield "", Content.styled(f"{len(found) - MOST:,} more: type to narrow", "dim")
    if not found:
        yield "", Content.styled("nothing by that name", "dim")


def _neighbours(found: Explained) -> Iterator[tuple[str, Content]]:
    seen: set[str] = set()
    last = ""
    for neighbour in found.neighbours:
        if neighbour.said != last:
            last = neighbour.said
            yield "", Content.styled(last, "bold dim")
        row = f"{neighbour.said}:{neighbour.id}"
        if row not in seen:
            seen.add(row)
            note = f"  {neighbour.kind}" + (f", {neighbour.strength}" if neighbour.strength else "")
            yield row, Content.assemble(plain(neighbour.text, 200), (note, "dim"))
    for kind, member, text in found.members:
        if f"lists:{member}" not in seen:
            seen.add(f"lists:{member}")
            yield (
                f"lists:{member}",
                Content.assemble(plain(text, 200), (f"  {kind}", "dim")),
            )
