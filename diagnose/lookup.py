"""Finding an entity by what a user calls it: its id, its text, or a part of it."""

from __future__ import annotations

from diagnose.errors import UsageError
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.index import Index

MOST_NAMED = 6
"""So many candidates are named when a text fits several."""


class Found(NamedTuple):
    """The entity that is meant, and how sure that is."""

    id: str
    exact: bool
    """False when only a part of its text was given, or in another case."""


def look_up(index: Index, wanted: str, kind: str | None = None) -> Found:
    """Return the one entity that is meant: by id, by exact text, then by case and by part.

    Raises:
        UsageError: none or several fit; the message names the nearest.
    """
    # Insights first: most who ask with a part of a name ask for a cause.
    names = sorted(index.names(kind), key=lambda name: name[1] != "insight")
    word = wanted.strip()
    folded = word.casefold()
    tests = (
        [entity for entity, _, _ in names if entity == word],
        [entity for entity, _, text in names if text == word],
        [entity for entity, _, _ in names if entity.casefold() == folded],
        [entity for entity, _, text in names if text.casefold() == folded],
        [entity for entity, _, text in names if len(folded) > 2 and folded in text.casefold()],
    )
    for step, found in enumerate(tests):
        if len(found) == 1:
            return Found(found[0], exact=step < 2)
        if found:
            near = [entity for entity, _, _ in names if entity in found or folded in entity]
            raise UsageError(f"{wanted!r} may be {_named(near)}; give one of these ids")
    raise UsageError(_unknown(names, wanted, kind))


def _named(ids: Sequence[str]) -> str:
    more = f" or {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return ", ".join(ids[:MOST_NAMED]) + more


def _unknown(names: Sequence[tuple[str, str, str]], wanted: str, kind: str | None) -> str:
    """Return the line for a word that nothing fits: near ids first, else ids of near texts."""
    what = f"{kind} id" if kind else "id or text of the knowledge base"
    said = wanted if len(wanted) <= 80 else f"{wanted[:79]}\u2026"
    hint = nearest(wanted, [entity for entity, _, _ in names])
    if not hint:
        by_text = {text: entity for entity, _, text in reversed(names)}
        hint = _hint([by_text[text] for text in _near(wanted, by_text)])
    return f"{said!r} is no known {what}{hint}"


def unknown_id(index: Index, wrong: str, kinds: Iterable[str] | None = None) -> str:
    """Return the line that says an id is not known and names the nearest ones."""
    ids = [entity for entity, kind, _ in index.names() if kinds is None or kind in kinds]
    what = "id" if kinds is None else f"{' or '.join(kinds)} id"
    return f"{wrong!r} is no known {what}{nearest(wrong, ids)}"


def nearest(wrong: str, words: Iterable[str]) -> str:
    """Return `` (did you mean ...?)`` with the nearest words, or nothing."""
    return _hint(_near(wrong, words))


def _hint(near: Sequence[str]) -> str:
    return f" (did you mean {', '.join(near)}?)" if near else ""


def _near(wanted: str, texts: Iterable[str]) -> list[str]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 (only on mistakes)

    found = process.extract(wanted, list(texts), scorer=fuzz.WRatio, limit=3, score_cutoff=55)
    return [text for text, _, _ in found]
