"""What the command line takes: options, arguments and commands as plain records.

The parsers, the help texts and the completion scripts are all made from these, so that they
cannot say different things.
"""

from __future__ import annotations

from types import SimpleNamespace

from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Literal, TypeAlias

    Kind: TypeAlias = Literal["value", "values", "flag", "count"]

Args: TypeAlias = SimpleNamespace
"""Parsed words: one attribute for each option and argument, by its ``dest``."""


class Option(NamedTuple):
    """One option."""

    flags: tuple[str, ...]
    """Short form first, long form last."""
    dest: str
    help: str
    kind: Kind = "value"
    metavar: str = ""
    choices: tuple[str, ...] = ()
    completes: str = ""
    """What stands for a value: ``file``, ``folder``, or the kind of entity whose id it is."""

    @property
    def long(self) -> str:
        """The long form."""
        return self.flags[-1]


class Argument(NamedTuple):
    """One positional argument."""

    dest: str
    metavar: str
    help: str
    many: Literal["", "?", "*", "+"] = ""
    choices: tuple[str, ...] = ()
    completes: str = ""


class Command(NamedTuple):
    """One command of the command line."""

    words: tuple[str, ...]
    """Its name; empty for the one-shot form."""
    summary: str
    examples: tuple[tuple[str, str], ...]
    """(command line, what it does)."""
    run: Callable[[Args], int]
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...] = ()
    exits: tuple[tuple[int, str], ...] = ()
    """Exit statuses beyond `EXITS`, or with another meaning there."""
    notes: str = ""

    @property
    def name(self) -> str:
        """The program and the words of the command."""
        return " ".join(("diagnose", *self.words))


EXITS = (
    (0, "done"),
    (2, "wrong use, unknown id or unreadable input"),
    (3, "the knowledge base is not valid"),
    (129, "the terminal went away (SIGHUP)"),
    (130, "interrupted (SIGINT)"),
    (141, "the reader of the output went away"),
    (143, "terminated (SIGTERM)"),
)
DIAGNOSIS_EXITS = (
    (0, "at least one likely cause (established or ambiguous)"),
    (1, "no likely cause (weak, nothing_known, out_of_scope)"),
    (129, "the terminal went away (SIGHUP); as 130"),
    (130, "interrupted (SIGINT); the answer so far is shown and marked partial"),
    (143, "terminated (SIGTERM); the answer so far is shown and marked partial"),
)

_LOGS = "a log file or a folder of logs, also compressed{}; repeatable"
_STDIN = "; - is standard input"
_LOG = Option(("--log",), "logs", _LOGS.format(_STDIN), "values", "PATH", completes="file")
INPUTS = (
    Option(("-e", "--error"), "errors", "an error text, one line or a whole traceback; repeatable",
           "values", "TEXT"),
    _LOG,
    Option(("--symptom",), "symptoms", "something you observe: the id of a symptom, or plain"
           " words; repeatable", "values", "ID|TEXT", completes="symptom"),
    Option(("--no-symptom",), "no_symptoms", "a symptom that is not there; repeatable",
           "values", "ID", completes="symptom"),
    Option(("--unknown-symptom",), "unknown_symptoms", "a symptom you cannot tell, so that it is"
           " not asked; repeatable", "values", "ID", completes="symptom"),
    Option(("--fact",), "facts", "a value you know, as 'diagnose kb list facts' names them;"
           " repeatable", "values", "NAME=VALUE"),
    Option(("--prefect-version",), "version", "the version of Prefect where it happens",
           "value", "VERSION"),
    Option(("--since",), "since", "only log records from this time on: 2h, 30m, 1d (before now)"
           " or an ISO time", "value", "TIME"),
    Option(("--until",), "until", "only log records up to this time", "value", "TIME"),
)  # fmt: skip
"""What a command takes that comes back to its logs: they are files of this machine."""

_ANYWHERE = _LOG._replace(
    help=_LOGS.format(f", or a URL such as s3://logs/*.gz (extra dask){_STDIN}"),
    metavar="PATH|URL",
)
INPUTS_ANYWHERE = tuple(_ANYWHERE if option is _LOG else option for option in INPUTS)
"""What a command takes that reads its logs once: they may be elsewhere."""

_FILES = _LOG._replace(help=_LOGS.format(""))
INPUTS_OF_FILES = tuple(_FILES if option is _LOG else option for option in INPUTS)
"""What a command takes that has no standard input."""

KB = Option(("--kb",), "kb", "a folder with a knowledge base on top of the shipped one; repeatable",
            "values", "DIR", completes="folder")  # fmt: skip
JSON = Option(("--json",), "json", "the same as --format json", "flag")
LIMIT = Option(("-n", "--limit"), "limit", "list at most so many causes (default 5)", "value", "N")
OUTPUT = Option(("-o", "--output"), "output", "write to this file instead of standard output (-)",
                "value", "FILE", completes="file")  # fmt: skip
FORCE = Option(("--force",), "force", "replace the output file if it is there", "flag")
COLOR = Option(("--color",), "color", "colour the text (default auto: on a terminal, unless"
               " NO_COLOR is set or TERM is dumb)", "value", "WHEN",
               ("auto", "always", "never"))  # fmt: skip
QUIET = Option(("-q", "--quiet"), "quiet", "say nothing on standard error but errors", "flag")
VERBOSE = Option(("-v", "--verbose"), "verbose", "show more; -vv also shows where an unexpected"
                 " error came from", "count")  # fmt: skip
VERSION = Option(("--version",), "show_version", "print the version and exit", "flag")

TALK = (QUIET, VERBOSE)
SAVING = (OUTPUT, FORCE)


def takes_value(option: Option) -> bool:
    """Say whether a word follows the option."""
    return option.kind in ("value", "values")


def formats(*names: str) -> Option:
    """Return the option for the form of the output; the first is the default."""
    text = f"form of the output (default {names[0]})"
    return Option(("--format",), "format", text, "value", "FORMAT", names)


def blank(options: Iterable[Option], arguments: Iterable[Argument] = ()) -> Args:
    """Return the namespace of a command that was given nothing."""
    nothing = {"value": "", "values": (), "flag": False, "count": 0}
    found = {option.dest: nothing[option.kind] for option in options}
    found.update({a.dest: () if a.many in ("*", "+") else "" for a in arguments})
    return Args(**found)


def values(args: Args, option: Option) -> tuple[str, ...]:
    """Return what was given to an option that takes values."""
    given = getattr(args, option.dest)
    return given if isinstance(given, tuple) else (given,) if given else ()


def put(args: Args, option: Option, value: str) -> None:
    """Set one option; a single value given twice keeps the last."""
    before = getattr(args, option.dest)
    new: dict[Kind, object] = {
        "value": value,
        "values": (*before, value) if option.kind == "values" else (),
        "flag": True,
        "count": before + 1 if option.kind == "count" else 0,
    }
    setattr(args, option.dest, new[option.kind])
