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

MOST_QUOTED = 80
"""Characters of what was asked for that are said again."""


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
    hint = nearest(wanted, [entity for entity, _, _ in names])
    if not hint:
        by_text = {text: entity for entity, _, text in reversed(names)}
        hint = _hint([by_text[text] for text in _near(wanted, by_text)])
    return f"{_quoted(wanted)} is no known {what}{hint}"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 1]}\u2026")


def unknown_id(index: Index, wrong: str, kinds: Sequence[str]) -> str:
    """Return the line that says an id is none of these kinds, and what may be meant."""
    what = " or ".join([", ".join(kinds[:-1]), kinds[-1]]) if len(kinds) > 1 else kinds[0]
    names = index.names()
    for entity, kind, _ in names:
        if entity == wrong:
            return f"{wrong!r} is the id of {_a(kind)}, not of {_a(what)}"
    hint = nearest(wrong, [entity for entity, kind, _ in names if kind in kinds])
    return f"{_quoted(wrong)} is no known {what} id{hint}"


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def nearest(wrong: str, words: Iterable[str]) -> str:
    """Return `` (did you mean ...?)`` with the nearest words, or nothing."""
    return _hint(_near(wrong, words))


def _hint(near: Sequence[str]) -> str:
    return f" (did you mean {', '.join(near)}?)" if near else ""


def _near(wanted: str, texts: Iterable[str]) -> list[str]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 (only on mistakes)

    found = process.extract(wanted, list(texts), scorer=fuzz.WRatio, limit=3, score_cutoff=55)
    return [text for text, _, _ in found]
