"""Help texts: examples first, exit statuses last, 80 columns wherever they are shown."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from diagnose.cli.options import EXITS, INPUTS, takes_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnose.cli.options import Command, Option

WIDTH = 80
INDENT = 24

_HELP = ("  -h, --help", "show this help and exit")


def command_help(command: Command, commands: Iterable[tuple[str, str]] = ()) -> str:
    """Return the help of a command; that of the one-shot form lists the other commands."""
    parts = [
        *_examples(command.examples),
        "",
        f"Usage: {_usage(command)}",
        "",
        *textwrap.wrap(_sentence(command.summary), WIDTH),
    ]
    for paragraph in command.notes.split("\n\n") if command.notes else ():
        parts += ["", *textwrap.wrap(paragraph, WIDTH)]
    known = {option.dest for option in INPUTS}
    inputs = [option for option in command.options if option.dest in known]
    others = [option for option in command.options if option.dest not in known]
    parts += _section("Arguments:", [(f"  {a.metavar}", a.help) for a in command.arguments])
    parts += _section("What you have:", [_option(option) for option in inputs])
    parts += _section("Options:", [*(_option(option) for option in others), _HELP])
    parts += _section("Commands:", [(f"  {name}", summary) for name, summary in commands])
    return "\n".join([*parts, *_exits(command.exits)]) + "\n"


def group_help(
    words: str, entries: Iterable[tuple[str, str]], examples: Iterable[tuple[str, str]]
) -> str:
    """Return the help of a group of commands."""
    parts = [*_examples(examples), "", f"Usage: diagnose {words} COMMAND ..."]
    parts += _section("Commands:", [(f"  {name}", summary) for name, summary in entries])
    parts += ["", f"'diagnose {words} COMMAND --help' tells more."]
    return "\n".join([*parts, *_exits(())]) + "\n"


def _exits(own: Iterable[tuple[int, str]]) -> list[str]:
    """Return the lines on exit statuses."""
    statuses = dict(EXITS) | dict(own)
    rows = [(f"  {status}", meaning) for status, meaning in sorted(statuses.items())]
    return _section("Exit status:", rows, indent=8)


def _examples(examples: Iterable[tuple[str, str]]) -> list[str]:
    lines = ["Examples:"]
    for line, what in examples:
        lines += [
            f"  {line}",
            *textwrap.wrap(what, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6),
        ]
    return lines


def _usage(command: Command) -> str:
    brackets = {"": "{}", "?": "[{}]", "*": "[{} ...]", "+": "{} ..."}
    words = [brackets[a.many].format(a.metavar) for a in command.arguments]
    return " ".join([command.name, *words, "[OPTIONS]"])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _option(option: Option) -> tuple[str, str]:
    short = "" if len(option.flags) > 1 else "    "
    value = option.metavar if takes_value(option) else ""
    choices = f": {', '.join(option.choices)}" if option.choices else ""
    return f"  {short}{', '.join(option.flags)} {value}".rstrip(), f"{option.help}{choices}"


def _section(title: str, rows: Iterable[tuple[str, str]], indent: int = INDENT) -> list[str]:
    lines = []
    for left, text in rows:
        wrapped = textwrap.wrap(text, WIDTH - indent) or [""]
        first, *rest = wrapped
        if len(left) + 2 > indent:
            lines += [left, " " * indent + first]
        else:
            lines.append(f"{left:<{indent}}{first}")
        lines += [" " * indent + line for line in rest]
    return ["", title, *lines] if lines else []
