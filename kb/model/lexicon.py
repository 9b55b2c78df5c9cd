"""The lexicon: the words of the trade, kept as data."""

from __future__ import annotations

from pydantic import Field

from kb.model.base import Model, Text


class Lexicon(Model):
    """Words of the trade: what means the same, what can be dropped, what is out of scope."""

    synonyms: dict[str, tuple[str, ...]]
    """Canonical term -> words and phrases that mean it."""
    stop: tuple[str, ...]
    negations: tuple[str, ...]
    contrasts: tuple[str, ...]
    ours: tuple[str, ...]
    """Words that show the text is about this base's products."""
    foreign: dict[str, tuple[str, ...]]
    """Other product -> words that show the text is about it."""
    versions: tuple[Text, ...] = ()
    """Expressions whose first group is the product's version, as logs and people write it."""
    generations: tuple[Text, ...] = ()
    """The same for what only people write ("prefect 2"); not looked for in program output."""
    captures: dict[str, tuple[Text, ...]] = Field(default={})
    """Type of placeholder -> expressions whose first group is a value for it."""
    starts: tuple[Text, ...] = ()
    """Expressions on ``logger: message`` of supervisors' lines that begin a process's life."""
    ends: tuple[Text, ...] = ()
    """The same for lines that end one."""
