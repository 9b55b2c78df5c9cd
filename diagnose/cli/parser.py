"""Parsing with argparse, made from the records in `options`, and errors that help."""

from __future__ import annotations

import argparse

from diagnose.cli.options import Args, Command, blank, takes_value
from diagnose.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, NoReturn


_ACTIONS: dict[str, str] = {
    "value": "store",
    "values": "append",
    "flag": "store_true",
    "count": "count",
}


class _HelpAskedError(Exception):
    """The words ask for help."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


class _Help(argparse.Action):
    def __call__(self, *_: Any) -> None:
        raise _HelpAskedError


def parse(command: Command, words: Sequence[str]) -> Args | None:
    """Return the parsed words of one command, or None when they ask for help.

    Raises:
        UsageError: they are not what the command takes; the nearest option is named.
    """
    words, ended = _checked(words, command)
    parser = _Parser(prog=command.name, add_help=False, allow_abbrev=False)
    parser.add_argument("-h", "--help", action=_Help, nargs=0)
    for option in command.options:
        parser.add_argument(*option.flags, dest=option.dest, action=_ACTIONS[option.kind])
    for argument in command.arguments:
        parser.add_argument(argument.dest, metavar=argument.metavar, nargs=argument.many or None)
    try:
        found, extra = parser.parse_known_intermixed_args([*words, *ended])
    except _HelpAskedError:
        return None
    if extra:
        if extra[0] in ended:
            raise UsageError(f"unexpected argument {ended[extra[0]]!r}")
        raise UsageError(_unexpected(extra[0], command))
    args = blank(command.options, command.arguments)
    for name, value in vars(found).items():
        if value is not None and hasattr(args, name):
            several = isinstance(value, list)
            given = tuple(ended.get(v, v) for v in value) if several else ended.get(value, value)
            setattr(args, name, given)
    return args


def near(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean ...?)`` with the nearest of the known words, or nothing."""
    from diagnose.lookup import nearest  # noqa: PLC0415 (only on mistakes)

    return nearest(word, known)


def _checked(words: Sequence[str], command: Command) -> tuple[list[str], dict[str, str]]:
    """Tie values that begin with a dash to their option, and refuse options that are unknown.

    argparse would take such a value for an option, and would name what is missing before what
    is wrong. After ``--`` it would still look for options, so what stands there gets other names,
    which no word of a command line can have; they are returned with it.

    Raises:
        UsageError: an option is unknown; the nearest is named.
    """
    known = {flag: option for option in command.options for flag in option.flags}
    found: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return found, {f"\0{place}": ended for place, ended in enumerate(rest)}
        option = known.get(word)
        is_known = word == "--help" or word.partition("=")[0] in known
        if word.startswith("--") and not is_known:
            raise UsageError(_unexpected(word, command))
        if option and takes_value(option) and rest and rest[0] not in (*known, "--"):
            value = rest.pop(0)
            joined = f"{option.long}={value}"
            found += [joined] if value.startswith("-") else [word, value]
            continue
        found.append(word)
    return found, {}


def _unexpected(word: str, command: Command) -> str:
    if word.startswith("-") and word != "-":
        flag = word.partition("=")[0]
        flags = [*(option.long for option in command.options), "--help"]
        return f"unknown option {flag!r}{near(flag, flags)}"
    return f"unexpected argument {word!r}"
