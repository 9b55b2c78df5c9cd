"""Lines of a Mermaid flowchart: one shape for each kind of entity, labels that no text can end."""

from __future__ import annotations

import re

_SHAPES = {
    "insight": ('["', '"]'),
    "command": ('[["', '"]]'),
    "signature": ('(["', '"])'),
    "symptom": ('(["', '"])'),
    "fact": ('(["', '"])'),
}
_OTHERS = '("', '")'
_TELLING = re.compile(r"[^\w ,.!?/+='-]")


def node(name: str, kind: str, text: str) -> str:
    """Return the line of a node; its name should be a number, as ids could be keywords."""
    start, end = _SHAPES.get(kind, _OTHERS)
    return f"  {name}{start}{label(text)}{end}"


def edge(source: str, target: str, text: str) -> str:
    """Return the line of an edge between two names."""
    return f'  {source} -->|"{label(text)}"| {target}'


def label(text: str) -> str:
    """Return a text with all but plain characters as Mermaid's entities.

    This also covers backticks (Markdown strings), ``%%{`` (directives) and HTML.
    """
    return _TELLING.sub(lambda found: f"#{ord(found[0])};", text)
