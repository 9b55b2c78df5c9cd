"""Markdown that no text can break: escaping, code spans, fences, tables, anchors.

Texts of logs, and of overlays that anybody may have written, end up in paragraphs, tables, lists
and fences. A text is either escaped so that every character stands for itself, or put in code
with a delimiter that does not occur in it.
"""

from __future__ import annotations

import json
import re

from diagnose.report.plain import blocks, lines_of, one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>~$])")
_NUMBERED = re.compile(r"#(?=\d)")
_LEADING = re.compile(r"^(?:([-+=#:])|(\d{1,9})([.)])(?=\s|$))")
_TICKS = re.compile(r"`+")
_PARTS = re.compile(r"(`[^`]+`|https?://[^\s<>\"'`|\\]+[^\s<>\"'`|\\.,;:!?)])")
_RUN_OF_TICKS = re.compile(r"`{3,}|~{3,}")


def escape(text: str) -> str:
    """Return the text on one line with every character standing for itself, also in a table."""
    return _guarded(_inner(one_line(text)))


def _inner(line: str) -> str:
    """Escape a part of a line; entities where a backslash would not be enough everywhere."""
    escaped = _SPECIAL.sub(r"\\\1", _NUMBERED.sub("&#35;", line.replace("&", "&amp;")))
    escaped = escaped.replace("|", "&#124;")
    # No mention of somebody, no link that the text would make by itself.
    return escaped.replace("@", "&#64;").replace("://", "&#58;//").replace("www.", "www&#46;")


def _guarded(line: str) -> str:
    """Keep the start of a line from beginning a list or a heading."""
    return _LEADING.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)


def code(text: str) -> str:
    """Return the text on one line as a code span."""
    line = one_line(text)
    if not line:
        return ""
    longest = max((len(run) for run in _TICKS.findall(line)), default=0)
    delimiter = "`" * (longest + 1)
    pad = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{delimiter}{pad}{line}{pad}{delimiter}"


def prose(text: str) -> str:
    """Return a text of the base: parts in backticks as code, URLs as links, the rest escaped."""
    return _marked(text, in_table=False)


def cell(text: str) -> str:
    """Return `prose` for a table: code with a bar, which would end the cell, is escaped."""
    return _marked(text, in_table=True)


def _marked(text: str, *, in_table: bool) -> str:
    marked = ""
    for number, part in enumerate(_PARTS.split(one_line(text))):
        if number % 2 == 0 or (in_table and "|" in part):
            marked += _inner(part)
        elif part.startswith("`"):
            # Code right behind code would read as one span.
            marked += f"{' ' if marked.endswith('`') else ''}{code(part[1:-1])}"
        else:
            marked += link(part)
    return _guarded(marked)


def link(url: str) -> str:
    """Return a URL as a link to itself, or escaped when it is not one."""
    line = one_line(url)
    if not re.fullmatch(r"https?://[^\s<>\"'`|\\]+", line):
        return escape(line)
    return f"<{line}>"


def paragraphs(text: str) -> list[str]:
    """Return the lines of a text of the base: paragraphs and lists, blank lines between them."""
    lines: list[str] = []
    before = ""
    for lead, body in blocks(text):
        if lines and not (lead and before):
            lines.append("")
        lines.append(f"{lead}{prose(body)}")
        before = lead
    return lines


def fence(text: str, language: str, attributes: Mapping[str, str]) -> list[str]:
    """Return a fenced block with attributes as Runme reads them: JSON after the language."""
    body = lines_of(text)
    longest = max((len(run) for run in _RUN_OF_TICKS.findall("\n".join(body))), default=2)
    delimiter = "`" * (longest + 1)
    info = json.dumps(dict(attributes), ensure_ascii=True, separators=(",", ":"))
    return [f"{delimiter}{language} {info}", *body, delimiter]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table of cells that are Markdown already."""
    lines = [_table_row(head), _table_row(["---"] * len(head))]
    return [*lines, *(_table_row(row) for row in rows)]


def _table_row(row: Sequence[str]) -> str:
    return "| " + " | ".join(content or " " for content in row) + " |"


def anchor(heading: str) -> str:
    """Return the anchor that GitHub and GitLab make of a heading of plain words."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def slug(text: str) -> str:
    """Return a text as part of a name: lower-case letters, digits and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def document(lines: Iterable[str]) -> str:
    """Return the lines as a page: no two blank lines in a row, one line feed at the end."""
    page: list[str] = []
    fenced = ""
    for line in lines:
        opening = re.match(r"`{3,}", line)
        if fenced:
            fenced = "" if line == fenced else fenced
        elif opening:
            fenced = opening[0]
        elif not line and (not page or not page[-1]):
            continue
        page.append(line)
    while page and not page[-1]:
        page.pop()
    return "\n".join(page) + "\n"
