"""What the completion scripts of all shells have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.cli.options import takes_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnose.cli.options import Argument, Command, Option

HELP_TEXT = "show this help and exit"


class Word(NamedTuple):
    """One first or second word of commands, with what it is about."""

    word: str
    summary: str


def value_flags(commands: Iterable[Command]) -> list[str]:
    """Return the flags that a value follows, of all commands."""
    return sorted({flag for c in commands for o in c.options if takes_value(o) for flag in o.flags})


def first_words(commands: Iterable[Command]) -> list[Word]:
    """Return the words a command line can begin with."""
    from diagnose.cli import table  # noqa: PLC0415 (it names the commands, which import this)

    names = {c.words[0] for c in commands if c.words}
    return [Word(name, summary) for name, summary in table.top() if name in names]


def second_words(commands: Iterable[Command], first: str) -> list[Word]:
    """Return the words that can follow the first word of a group."""
    return [
        Word(c.words[1], c.summary) for c in commands if len(c.words) == 2 and c.words[0] == first
    ]


def groups(commands: Iterable[Command]) -> list[str]:
    """Return the first words that a second must follow."""
    return sorted({c.words[0] for c in commands if len(c.words) == 2})


def ids_command(taker: Option | Argument) -> str:
    """Return the command line that lists what may stand there, or nothing."""
    return {
        "": "",
        "file": "",
        "folder": "",
        "schema": "diagnose kb schema",
        "*": "diagnose kb list --ids",
    }.get(taker.completes, f"diagnose kb list {taker.completes} --ids")


def quoted(text: str) -> str:
    """Return a text in single quotes, as bash and zsh read them."""
    return "'" + text.replace("'", "'\\''") + "'"


def joined(parts: Sequence[str]) -> str:
    """Return the lines of a script, ending with a line feed."""
    return "\n".join(parts) + "\n"
