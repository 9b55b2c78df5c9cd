"""Strict YAML: whatever could hide a mistake or do harm is refused, with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from kb.errors import KbError, Problem

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Location = tuple[str | int, ...]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_TAG = "tag:yaml.org,2002:"
_READ_AS = {"float": "a decimal number", "timestamp": "a date", "merge": "a merge key"}


class Document(NamedTuple):
    """Plain data of one file and the line of every value in it."""

    data: Any
    lines: dict[Location, int]


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the content of a regular file of at most ``limit`` bytes.

    Raises:
        KbError: it cannot be read, is not a file (a pipe would block), or is larger.
    """
    try:
        if not path.is_file():
            reason = "is not a file" if path.exists() else "does not exist"
            raise KbError([Problem(str(path), 0, reason)])
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise KbError([Problem(str(path), 0, f"cannot be read: {reason}")]) from error
    if len(raw) > limit:
        raise KbError([Problem(str(path), 0, f"is larger than {_size(limit)}")])
    return raw


def decode(raw: bytes, name: str) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark.

    Raises:
        KbError: it is not UTF-8, or holds control characters.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte 0x{raw[error.start]:02x}"
        raise KbError([Problem(name, line, message)]) from error
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        message = f"control character U+{ord(control[0]):04X} is not allowed"
        raise KbError([Problem(name, line, message)])
    return text


def read(path: Path) -> Document:
    """Read one YAML file.

    Raises:
        KbError: the file cannot be read, is not YAML, or uses what the base does not allow.
    """
    return parse(read_bytes(path), str(path))


def parse(raw: bytes, name: str) -> Document:
    """Parse the bytes of one YAML document; ``name`` is used in messages.

    Raises:
        KbError: as for `read`.
    """
    if len(raw) > MAX_BYTES:
        raise KbError([Problem(name, 0, f"is larger than {_size(MAX_BYTES)}")])
    text = decode(raw, name)
    try:
        _check_events(text, name)
        loader = Loader(text)
        try:
            node = loader.get_single_node()
            builder = _Builder(name)
            data = None if node is None else builder.build(node, ())
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        message = f"is not valid YAML: {error.problem or error.context}"
        raise KbError([Problem(name, _line(error.problem_mark), message)]) from error
    except yaml.YAMLError as error:
        message = " ".join(str(error).split())
        raise KbError([Problem(name, 0, f"is not valid YAML: {message}")]) from error
    if builder.problems:
        raise KbError(builder.problems)
    return Document(data, builder.lines)


def _size(limit: int) -> str:
    return f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 2**10} KiB"


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 0


def _check_events(text: str, name: str) -> None:
    """Refuse what must not even be composed: deep nesting exhausts the stack, aliases expand."""
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=Loader):
        reason = ""
        if isinstance(event, yaml.events.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                reason = f"is nested deeper than {MAX_DEPTH} levels"
        elif isinstance(event, yaml.events.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.events.AliasEvent):
            reason = "aliases (*name) are not allowed"
        elif getattr(event, "tag", None) is not None:
            reason = f"tag {event.tag} is not allowed"
        if reason:
            raise KbError([Problem(name, _line(event.start_mark), reason)])


class _Builder:
    """Turns nodes into plain data, noting lines and refusing what could hide a mistake."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, at: Location) -> Any:
        """Return the data of a node, remembering where each part stands."""
        self.lines[at] = _line(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*at, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, at: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str) or not key.isprintable() or not key:
                self._refuse(key_node, "keys must be plain text")
            elif key_node.tag == f"{_TAG}merge":
                self._refuse(key_node, "merge keys (<<) are not allowed")
            elif key in data:
                self._refuse(key_node, f"key {key!r} stands twice")
            else:
                data[key] = self.build(value_node, (*at, key))
        return data

    def _scalar(self, node: yaml.Node) -> str | int | bool | None:
        """Accept text, ``true``, ``false``, null and plain whole numbers; name every surprise.

        YAML 1.1 reads ``no``, ``3.10``, ``1:30``, ``0777`` and ``2026-11-23`` as something else
        than what is written, so these need quotes (or, for a switch, the word in full).
        """
        kind, text = node.tag.removeprefix(_TAG), node.value
        if kind == "null":
            return None
        if kind == "bool" and text in ("true", "false"):
            return bool(text == "true")
        if kind == "int" and _INTEGER.fullmatch(text):
            return int(text)
        if kind != "str":
            meaning = {"bool": "true or false", "int": "a number"}.get(kind) or _READ_AS.get(
                kind, kind
            )
            self._refuse(node, f"YAML reads {text[:60]!r} as {meaning}; put it in quotes")
        return str(text)

    def _refuse(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.name, _line(node.start_mark), message))
