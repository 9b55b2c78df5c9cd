"""Strict YAML: duplicate keys, aliases, tags, oversized and over-deep files are refused by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from kb.errors import KbError, Problem

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Location = tuple[str | int, ...]


class Document(NamedTuple):
    """Plain data of one file and the line of every value in it."""

    data: Any
    lines: dict[Location, int]


def read(path: Path) -> Document:
    """Read one YAML file.

    Raises:
        KbError: the file cannot be read, is not YAML, or uses what the base does not allow.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise KbError([Problem(str(path), 0, f"cannot be read: {error.strerror}")]) from error
    return parse(raw, str(path))


def parse(raw: bytes, name: str) -> Document:
    """Parse the bytes of one YAML document; ``name`` is used in messages.

    Raises:
        KbError: as for `read`.
    """
    if len(raw) > MAX_BYTES:
        raise KbError([Problem(name, 0, f"is larger than {MAX_BYTES // 2**20} MiB")])
    try:
        _check_depth(raw, name)
        loader = Loader(raw)
        try:
            node = loader.get_single_node()
            builder = _Builder(loader, name)
            data = None if node is None else builder.build(node, ())
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise KbError([Problem(name, line, f"is not valid YAML: {error.problem}")]) from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise KbError([Problem(name, 0, f"is not valid YAML: {error}")]) from error
    if builder.problems:
        raise KbError(builder.problems)
    return Document(data, builder.lines)


def _check_depth(raw: bytes, name: str) -> None:
    """Refuse nesting that would exhaust the stack of the composer."""
    depth = 0
    for event in yaml.parse(raw, Loader=Loader):
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1
                raise KbError([Problem(name, line, f"is nested deeper than {MAX_DEPTH} levels")])
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.events.AliasEvent):
            line = event.start_mark.line + 1
            raise KbError([Problem(name, line, "aliases (*name) are not allowed")])


class _Builder:
    """Turns nodes into plain data, noting lines and refusing what could hide a mistake."""

    def __init__(self, loader: Any, name: str) -> None:
        self.loader = loader
        self.name = name
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, at: Location) -> Any:
        """Return the data of a node, remembering where each part stands."""
        self.lines[at] = node.start_mark.line + 1
        if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
            self._refuse(node, f"tag {node.tag} is not allowed")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*at, index)) for index, item in enumerate(node.value)]
        return self.loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, at: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self._refuse(key_node, "keys must be plain text")
            elif key in data:
                self._refuse(key_node, f"key {key!r} stands twice")
            else:
                data[key] = self.build(value_node, (*at, key))
        return data

    def _refuse(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.name, node.start_mark.line + 1, message))
