"""Which command the words mean, and what becomes of everything that goes wrong in it."""

from __future__ import annotations

from diagnose.cli import output, stop, talk
from diagnose.cli.options import blank, put, takes_value
from diagnose.errors import Exit, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnose.cli.options import Args, Argument, Command, Option

_HELP = ("-h", "--help")


def run(words: list[str]) -> int:
    """Run a command line; every error becomes one line and the exit status of the contract."""
    talk.quiet = False
    before = stop.listen()
    try:
        return _run(words)
    except UsageError as error:
        talk.error(str(error))
        return Exit.USAGE
    except output.ClosedPipeError:
        return Exit.CLOSED_PIPE
    except KeyboardInterrupt:
        talk.note("stopped before there was an answer")
        return stop.status()
    except Exception as error:
        return _failed(error, words)
    finally:
        stop.leave(before)


def _run(words: list[str]) -> int:
    if words == ["--version"]:
        from kb.version import __version__  # noqa: PLC0415 (nothing else is needed)

        output.write(f"diagnose {__version__}\n")
        return Exit.FOUND
    if words[:1] and not words[0].startswith("-"):
        return _named(words)
    from diagnose.cli import oneshot  # noqa: PLC0415 (the engine, for this form only)

    args = by_hand(words, oneshot.OPTIONS)
    if args is not None:
        return _started(oneshot.COMMAND, args)
    place = _first_positional(words, oneshot.OPTIONS)
    if place is None:
        return _parsed(oneshot.COMMAND, words)
    return _named([words[place], *words[:place], *words[place + 1 :]])


def by_hand(words: Sequence[str], options: Sequence[Option]) -> Args | None:
    """Return the parsed words, or None when anything is unusual and the parser must look at it.

    Building a parser costs more than the diagnosis of one error.
    """
    known = {flag: option for option in options for flag in option.flags}
    args = blank(options)
    rest = iter(words)
    for word in rest:
        flag, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        option = known.get(flag)
        takes = option is not None and takes_value(option)
        if option is None or (equals and not takes):
            return None
        if takes and not equals:
            following = next(rest, None)
            if following is None or following == "--" or following in known:
                return None
            value = following
        put(args, option, value)
    return args


def _named(words: list[str]) -> int:
    """Run the command that the first word, or the first two, name."""
    from diagnose.cli import table  # noqa: PLC0415 (not for the one-shot form)

    first, rest = words[0], words[1:]
    if first in table.GROUPS:
        return _grouped(first, rest)
    entry = table.entry([first])
    if entry is None:
        raise _unknown_command(first)
    return _parsed(table.load(entry), rest)


def _grouped(group: str, words: list[str]) -> int:
    from diagnose.cli import oneshot, table  # noqa: PLC0415

    known = table.group(group)
    place = _first_positional(words, oneshot.OPTIONS)
    if place is None:
        if any(word in _HELP for word in words):
            from diagnose.cli.help import group_help  # noqa: PLC0415

            output.write(group_help(group, known, table.GROUP_EXAMPLES[group]))
            return Exit.FOUND
        raise UsageError(f"{group} needs a command: {', '.join(name for name, _ in known)}")
    entry = table.entry([group, words[place]])
    if entry is None:
        raise table.unknown(words[place], [name for name, _ in known], f"{group} ")
    return _parsed(table.load(entry), [*words[:place], *words[place + 1 :]])


def _parsed(command: Command, words: Sequence[str]) -> int:
    from diagnose.cli import parser  # noqa: PLC0415 (argparse, unless the words are plain)

    try:
        args = parser.parse(command, words)
    except UsageError as error:
        raise UsageError(f"{error}; see '{command.name} --help'") from error
    if args is not None:
        return _started(command, args)
    from diagnose.cli import table  # noqa: PLC0415 (only for the help)
    from diagnose.cli.help import command_help  # noqa: PLC0415

    output.write(command_help(command, () if command.words else table.top()))
    return Exit.FOUND


def _started(command: Command, args: Args) -> int:
    talk.quiet = getattr(args, "quiet", False)
    _check_choices(command, args)
    return command.run(args)


def _check_choices(command: Command, args: Args) -> None:
    """Make sure that options and arguments with a list of values have one of them.

    Raises:
        UsageError: with the nearest value.
    """
    for option in command.options:
        _check_choice(option.long, option, getattr(args, option.dest))
    for argument in command.arguments:
        _check_choice(argument.metavar, argument, getattr(args, argument.dest))


def _check_choice(name: str, taker: Option | Argument, given: str | tuple[str, ...]) -> None:
    for word in ((given,) if isinstance(given, str) else given) if taker.choices else ():
        if word and word not in taker.choices:
            from diagnose.lookup import nearest  # noqa: PLC0415 (only on mistakes)

            hint = nearest(word, taker.choices)
            raise UsageError(f"{name}: {word!r} is none of {', '.join(taker.choices)}{hint}")


def _first_positional(words: Sequence[str], options: Iterable[Option]) -> int | None:
    """Return the place of the first word that is no option and no value of one.

    None as well when an unknown option stands before it: its value cannot be told from a command.
    """
    known = {flag: option for option in options for flag in option.flags}
    places = iter(range(len(words)))
    for place in places:
        word = words[place]
        if word == "-" or not word.startswith("-"):
            return place
        option = known.get(word)
        if option is None and word not in _HELP and word.partition("=")[0] not in known:
            return None
        if option is not None and takes_value(option):
            next(places, None)
    return None


def _unknown_command(word: str) -> UsageError:
    from pathlib import Path  # noqa: PLC0415 (only on mistakes)

    from diagnose.cli import table  # noqa: PLC0415

    try:
        is_there = Path(word).exists()
    except (OSError, ValueError):
        is_there = False
    if is_there:
        return UsageError(f"{word!r} is no command; to read a log: diagnose --log {word}")
    if len(word.split()) > 1:
        return UsageError(f"{word!r} is no command; to diagnose a text: diagnose --error TEXT")
    return table.unknown(word, [*(name for name, _ in table.top()), "--help"])


def _failed(error: Exception, words: Sequence[str]) -> int:
    from kb.errors import KbError  # noqa: PLC0415 (only on errors)

    if not isinstance(error, KbError):
        return _unexpected(error, words)
    for problem in error.problems:
        talk.error(str(problem))
    return Exit.KNOWLEDGE


def _unexpected(error: Exception, words: Sequence[str]) -> int:
    what = f"unexpected {type(error).__name__}: {error}"
    talk.error(f"{what}; please report this; the same command with -vv shows where it happened")
    very = {"-vv", "-vvv"}
    if very.intersection(words) or sum(word in ("-v", "--verbose") for word in words) > 1:
        talk.traceback()
    return Exit.USAGE
