"""Parsing with argparse, made from the records in `options`, and errors that help."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

from diagnose.cli.options import Args, Command, blank
from diagnose.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnose.cli.options import Option

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
    parser = _Parser(prog=command.name, add_help=False, allow_abbrev=False)
    parser.add_argument("-h", "--help", action=_Help, nargs=0)
    for option in command.options:
        parser.add_argument(*option.flags, dest=option.dest, action=_ACTIONS[option.kind])
    for argument in command.arguments:
        parser.add_argument(argument.dest, metavar=argument.metavar, nargs=argument.many or None)
    try:
        found, extra = parser.parse_known_intermixed_args(_joined(words, command.options))
    except _HelpAskedError:
        return None
    if extra:
        raise UsageError(_unexpected(extra[0], command))
    args = blank(command.options, command.arguments)
    for name, value in vars(found).items():
        if value is not None and hasattr(args, name):
            setattr(args, name, tuple(value) if isinstance(value, list) else value)
    return args


def near(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean ...?)`` with the nearest of the known words, or nothing."""
    from diagnose.collect import nearest  # noqa: PLC0415 (only on mistakes)

    return nearest(word, known)


def _joined(words: Sequence[str], options: Iterable[Option]) -> list[str]:
    """Tie values that begin with a dash to their option, which argparse would refuse."""
    known = {flag: option for option in options for flag in option.flags}
    found: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*found, word, *rest]
        option = known.get(word)
        takes = option is not None and option.kind in ("value", "values")
        if option and takes and rest and rest[0].startswith("-") and rest[0] not in (*known, "--"):
            word = f"{option.long}={rest.pop(0)}"
        found.append(word)
    return found


def _unexpected(word: str, command: Command) -> str:
    if word.startswith("-") and word != "-":
        flag = word.partition("=")[0]
        flags = [*(option.long for option in command.options), "--help"]
        return f"unknown option {flag!r}{near(flag, flags)}"
    return f"unexpected argument {word!r}"
