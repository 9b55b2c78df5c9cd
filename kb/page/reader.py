"""The reader of metric pages: what one page says, in its compact and in its longer form.

The number in each heading is a checksum: a section that cannot be read so that it holds exactly
as many items is reported, never guessed. Every record carries the line it starts on.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self, TypeVar

from kb.errors import KbError, Problem
from kb.page.parts import (
    DIMENSIONS,
    InterfaceText,
    ParameterText,
    interface_blocks,
    interface_names,
    listed,
    parameters,
)
from kb.page.split import Item, SplitError, lines_of, split
from kb.yamlfile import decode, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_BYTES = 512 * 1024

SIGNATURE_KINDS = ("exception", "log pattern", "error code", "http status")
COMMAND_KINDS = ("diagnostic", "remediation")
REFERENCE_KINDS = ("component", "concept", "protocol", "file path")
SEVERITIES = ("critical", "warning", "info")

AVAILABLE = "Available on:"
INTERFACES = "Interface Metrics"
ANNOTATIONS = "Technical Annotations"
PARAMETERS = "Configuration Parameters"
SIGNATURES = "Error Signatures"
COMMANDS = "CLI Commands"
REFERENCES = "Technical References"
INSIGHTS = "Related Insights"
LISTS = (PARAMETERS, SIGNATURES, COMMANDS, REFERENCES)
"""Headings whose counts add up to that of the annotations."""

_HEADING = re.compile(rf"({'|'.join((INTERFACES, ANNOTATIONS, *LISTS, INSIGHTS))}) \((\d{{1,6}})\)")
_MARKER = re.compile("[\u25b8\u25b6\u203a]")
"""What the compact form puts between insights."""


class InsightText(NamedTuple):
    """A related insight: its title and severity, as they stand."""

    title: str
    severity: str
    line: int


class PageText(NamedTuple):
    """What a metric page says."""

    source: str
    """Where it was read from, for messages."""
    name: str
    title: str
    line: int
    dimensions: tuple[str, ...]
    interfaces: tuple[InterfaceText, ...]
    parameters: tuple[ParameterText, ...]
    signatures: tuple[Item, ...]
    commands: tuple[Item, ...]
    references: tuple[Item, ...]
    insights: tuple[InsightText, ...]

    @property
    def annotations(self) -> int:
        """Number of parameters, signatures, commands and references."""
        return sum(map(len, (self.parameters, self.signatures, self.commands, self.references)))


def read_page(path: Path) -> PageText:
    """Read a metric page from a file.

    Raises:
        KbError: the file cannot be read or is not such a page, with every problem found.
    """
    raw = read_bytes(path, MAX_BYTES)
    return parse_page(decode(raw, str(path)), str(path))


def parse_page(text: str, name: str) -> PageText:
    """Parse the text of a metric page; ``name`` is used in messages.

    Raises:
        KbError: it is not such a page, or its items and counts do not agree; with every problem.
    """
    raw = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BYTES:
        raise KbError([Problem(name, 0, f"is larger than {MAX_BYTES // 1024} KiB")])
    return _Reader(decode(raw, name), name).page()


class _Record(Protocol):
    """A named tuple that knows its line."""

    @property
    def line(self) -> int: ...

    def _replace(self, *, line: int) -> Self: ...


R = TypeVar("R", bound=_Record)


class _Section(NamedTuple):
    """What stands below a heading, and the line of the heading."""

    title: str
    number: int
    body: str
    line: int


class _Reader:
    """Cuts a page into its sections and reads each, gathering problems."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.problems: list[Problem] = []
        self.sections: dict[str, _Section] = {}

    def page(self) -> PageText:
        """Return the page, or raise with every problem."""
        head, _, available = self._cut().partition(AVAILABLE)
        if ANNOTATIONS not in self.sections:
            message = f"is not a metric page: the heading '{ANNOTATIONS} (n)' is missing"
            raise KbError([Problem(self.name, 0, message)])
        name, title, line, dimensions = self._head(head)
        page = PageText(
            source=self.name,
            name=name,
            title=title,
            line=line,
            dimensions=dimensions,
            interfaces=self._interfaces(available, head.count("\n") + 1),
            parameters=self._records(PARAMETERS, parameters),
            signatures=self._records(SIGNATURES, partial(split, kinds=SIGNATURE_KINDS)),
            commands=self._records(COMMANDS, partial(split, kinds=COMMAND_KINDS)),
            references=self._records(REFERENCES, partial(split, kinds=REFERENCE_KINDS)),
            insights=self._records(INSIGHTS, _insights),
        )
        self._check_sum()
        if self.problems:
            raise KbError(self.problems)
        return page

    def _problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.name, line, message))

    def _cut(self) -> str:
        """Find the sections; return what stands above the first."""
        headings = list(_HEADING.finditer(self.text))
        starts = [heading.start() for heading in headings] + [len(self.text)]
        for heading, end in zip(headings, starts[1:], strict=True):
            title, line = heading[1], self.text.count("\n", 0, heading.start()) + 1
            if title in self.sections:
                self._problem(line, f"the heading '{title}' stands twice")
                continue
            body = self.text[heading.end() : end]
            self.sections[title] = _Section(title, int(heading[2]), body, line)
        return self.text[: starts[0]]

    def _head(self, text: str) -> tuple[str, str, int, tuple[str, ...]]:
        """Return name, title, line and dimensions; what stands above the name is navigation."""
        above, _, dimensions = text.partition(DIMENSIONS)
        lines = lines_of(above)
        if len(lines) < 2:
            self._problem(1, "a metric page begins with the metric's name and its title")
            return "", "", 1, ()
        name, title = lines[-2].text, lines[-1].text
        if len(name.split()) > 1:
            self._problem(lines[-2].line + 1, f"{name[:60]!r} is not the name of a metric")
        for trail, number in lines[:-2]:
            if "/" in trail and trail.split("/")[-1].strip() != name:
                self._problem(number + 1, f"the path does not end in {name[:60]!r}")
        return name, title, lines[-2].line + 1, listed(dimensions)

    def _interfaces(self, available: str, line: int) -> tuple[InterfaceText, ...]:
        """Return the interfaces, with the descriptions that the longer form gives."""
        try:
            names = interface_names(available)
        except SplitError as error:
            self._problem(line, f"{AVAILABLE} {error}")
            return ()
        plain = tuple(InterfaceText(name, None, (), line) for name in names)
        section = self.sections.get(INTERFACES)
        if section is None:
            return plain
        if len(names) != section.number:
            message = f"the heading says {section.number} but {len(names)} are announced above"
            self._problem(section.line, f"{INTERFACES}: {message}")
        blocks = self._records(INTERFACES, interface_blocks)
        return tuple(map(_named, names, blocks)) or plain

    def _records(self, title: str, read: Callable[[str, int], list[R]]) -> tuple[R, ...]:
        """Read one section, if the page has it; lines become those of the page."""
        section = self.sections.get(title)
        if section is None:
            return ()
        try:
            records = read(section.body, section.number)
        except SplitError as error:
            self._problem(section.line, f"{title}: {error}")
            return ()
        return tuple(record._replace(line=section.line + record.line) for record in records)

    def _check_sum(self) -> None:
        whole = self.sections[ANNOTATIONS]
        parts = sum(self.sections[title].number for title in LISTS if title in self.sections)
        if whole.number != parts:
            message = f"the heading says {whole.number} but the lists below it {parts}"
            self._problem(whole.line, f"{ANNOTATIONS}: {message}")
        if whole.body.strip():
            self._problem(whole.line, f"{ANNOTATIONS}: text stands where a list should begin")


def _insights(body: str, count: int) -> list[InsightText]:
    return [InsightText(*item) for item in split(_MARKER.sub("\n", body), count, SEVERITIES)]


def _named(name: str, block: InterfaceText) -> InterfaceText:
    """Name a block by its interface; a name that the metric has there comes after it."""
    return block if block.name == name else block._replace(name=f"{name}: {block.name}")
