"""Strict YAML: whatever could hide a mistake or do harm is refused, with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

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


def parse(raw: bytes, name: str, *, dates: bool = False) -> Document:
    """Parse the bytes of one YAML document.

    Args:
        raw: the content of a file.
        name: of the file, for messages.
        dates: take a date without quotes as its text instead of refusing it.

    Raises:
        KbError: as for `read`.
    """
    if len(raw) > MAX_BYTES:
        raise KbError([Problem(name, 0, f"is larger than {_size(MAX_BYTES)}")])
    text = decode(raw, name)
    try:
        loader = Loader(text)
        try:
            builder = _Builder(name, loader, dates=dates)
            data = builder.document()
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


class _Builder:
    """Turns events into plain data, noting lines and refusing what could hide a mistake.

    No tree of nodes is made in between: deep nesting would exhaust the stack, aliases expand.
    """

    def __init__(self, name: str, loader: Any, *, dates: bool) -> None:
        self.name = name
        self._dates = dates
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []
        self._loader = loader
        self._next = loader.get_event
        self._depth = 0

    def document(self) -> Any:
        """Return the data of the one document, None when there is none."""
        data, found = None, 0
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                found += 1
                if found > 1:
                    self._stop(event, "is not valid YAML: but found another document")
                data = self._value(self._next(), ())
        return data

    def _value(self, event: Any, at: Location) -> Any:
        """Return the data that begins with an event, remembering where each part stands."""
        self.lines[at] = _line(event.start_mark)
        self._plain(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._stop(event, f"is nested deeper than {MAX_DEPTH} levels")
        of_mapping = isinstance(event, yaml.MappingStartEvent)
        data = self._mapping(at) if of_mapping else self._sequence(at)
        self._depth -= 1
        return data

    def _plain(self, event: Any) -> None:
        """Stop at what stands for something else or says what type it is."""
        if isinstance(event, yaml.AliasEvent):
            self._stop(event, "aliases (*name) are not allowed")
        if event.tag is not None:
            self._stop(event, f"tag {event.tag} is not allowed")

    def _sequence(self, at: Location) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            data.append(self._value(event, (*at, len(data))))
        return data

    def _mapping(self, at: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if refused := self._wrong_key(event, data):
                self._refuse(event, refused)
                self._skipped(event, at)
                self._skipped(self._next(), at)
            else:
                data[event.value] = self._value(self._next(), (*at, event.value))
        return data

    def _wrong_key(self, event: yaml.Event, data: dict[str, Any]) -> str:
        """Say what is wrong with a key."""
        self._plain(event)
        if not isinstance(event, yaml.ScalarEvent) or not event.value.isprintable():
            return "keys must be plain text"
        if not event.value:
            return "keys must be plain text"
        if self._kind(event) == "merge":
            return "merge keys (<<) are not allowed"
        return f"key {event.value!r} stands twice" if event.value in data else ""

    def _skipped(self, event: yaml.Event, at: Location) -> None:
        """Read a value that is not kept; what is wrong with it is said with its key."""
        kept = self.lines, self.problems
        self.lines, self.problems = {}, []
        self._value(event, at)
        self.lines, self.problems = kept

    def _kind(self, event: yaml.ScalarEvent) -> str:
        """Return what YAML takes a scalar for."""
        tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        return str(tag.removeprefix(_TAG))

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | bool | None:
        """Accept text, ``true``, ``false``, null and plain whole numbers; name every surprise.

        YAML 1.1 reads ``no``, ``3.10``, ``1:30``, ``0777`` and ``2026-11-23`` as something else
        than what is written, so these need quotes (or, for a switch, the word in full).
        """
        kind, text = self._kind(event), event.value
        if kind == "null":
            return None
        if kind == "bool" and text in ("true", "false"):
            return bool(text == "true")
        if kind == "int" and _INTEGER.fullmatch(text):
            return int(text)
        if kind != "str" and not (kind == "timestamp" and self._dates):
            meaning = {"bool": "true or false", "int": "a number"}.get(kind) or _READ_AS.get(
                kind, kind
            )
            self._refuse(event, f"YAML reads {text[:60]!r} as {meaning}; put it in quotes")
        return str(text)

    def _refuse(self, event: yaml.Event, message: str) -> None:
        self.problems.append(Problem(self.name, _line(event.start_mark), message))

    def _stop(self, event: yaml.Event, message: str) -> NoReturn:
        """End at what must not even be read on."""
        raise KbError([Problem(self.name, _line(event.start_mark), message)])
