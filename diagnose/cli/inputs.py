"""From parsed words to what the user gives: texts, files, answers, facts and times."""

from __future__ import annotations

import os
import sys

from diagnose.cli import output, talk
from diagnose.errors import UsageError
from kb.cache import open_index
from kb.text import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from diagnose.cli.options import Args
    from diagnose.collect import Evidence
    from diagnose.given import Given
    from diagnose.reading.read import Tally
    from diagnose.result import Diagnosis
    from kb.index import Index

DEFAULT_LIMIT = 5
NOTHING = "nothing to diagnose: give --error TEXT, --log PATH or --symptom TEXT, or pipe a log in"


def given(args: Args) -> Given:
    """Return the inputs that were given; standard input only when asked for with ``-``.

    Raises:
        UsageError: one of them is empty or malformed.
    """
    from diagnose import suppress  # noqa: PLC0415 (the engine is not for commands that look up)
    from diagnose.given import Given  # noqa: PLC0415

    for option, values in (("--error", args.errors), ("--symptom", args.symptoms)):
        if any(not value.strip() for value in values):
            raise UsageError(f"{option} is empty")
    if "" in args.logs:
        raise UsageError("--log is empty")
    found = Given(
        errors=_whole(args.errors),
        logs=_paths(name for name in args.logs if name != "-" and "://" not in name),
        urls=tuple(name for name in args.logs if "://" in name),
        stdin="-" in args.logs,
        symptoms=_whole(args.symptoms),
        no_symptoms=_whole(args.no_symptoms),
        unknown_symptoms=_whole(args.unknown_symptoms),
        facts=tuple(_fact(fact) for fact in _whole(args.facts)),
        version=whole(args.version),
        since=_time(args.since, "--since"),
        until=_time(args.until, "--until"),
        project=suppress.find(),
    )
    _check_consistent(found)
    return found


def _check_consistent(inputs: Given) -> None:
    """Make sure that nothing is given in two ways.

    Raises:
        UsageError: with what is.
    """
    told: dict[str, str] = {}
    for name, value in inputs.facts:
        if told.setdefault(name, value) != value:
            raise UsageError(f"--fact {name}: given as {told[name]!r} and as {value!r}")
    options = {
        "--symptom": inputs.symptoms,
        "--no-symptom": inputs.no_symptoms,
        "--unknown-symptom": inputs.unknown_symptoms,
    }
    said: dict[str, str] = {}
    for option, symptoms in options.items():
        for symptom in symptoms:
            if said.setdefault(symptom, option) != option:
                raise UsageError(f"{said[symptom]} and {option} are both given for {symptom!r}")
    since, until = inputs.since, inputs.until
    if since is not None and until is not None and since > until:
        raise UsageError("--since is later than --until: no record can be in between")


def on_this_machine(inputs: Given) -> Given:
    """Return the inputs of a command that comes back to its logs: they must be files here.

    Raises:
        UsageError: a log is a URL.
    """
    if inputs.urls:
        raise UsageError(f"--log {inputs.urls[0]}: this command reads files of this machine only")
    return inputs


def given_or_piped(args: Args) -> Given:
    """Return the inputs that were given, or else standard input when it is not a terminal.

    Raises:
        UsageError: there is nothing to diagnose.
    """
    inputs = given(args)
    if not inputs.is_empty:
        if inputs.stdin and output.on_terminal(sys.stdin):
            talk.note("reading from the terminal; end with Ctrl-D on a line of its own")
        elif not inputs.stdin and output.has_waiting(sys.stdin):
            talk.note("standard input was not read; with --log - it is")
        return inputs
    if sys.stdin is None or output.on_terminal(sys.stdin):
        raise UsageError(NOTHING)
    return inputs._replace(stdin=True)


def overlays(args: Args) -> tuple[Path, ...]:
    """Return the folders of overlays, in order.

    Raises:
        UsageError: one holds no knowledge.
    """
    if "" in args.kb:
        raise UsageError("--kb is empty")
    folders = _paths(args.kb)
    for folder in folders:
        if os.path.isdir(folder) and not next(folder.rglob("*.yaml"), None):  # noqa: PTH112 (never raises)
            raise UsageError(f"--kb {folder}: holds no .yaml file")
    return folders


def opened(args: Args) -> Index:
    """Open the knowledge base with its overlays.

    Raises:
        KbError: it is not valid.
    """
    return open_index(overlays(args))


def number(text: str, option: str, default: int, least: int = 1) -> int:
    """Return the whole number given to an option.

    Raises:
        UsageError: it is none, or too small.
    """
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) >= least):
        raise UsageError(f"{option} must be a whole number from {least}, not {text!r}")
    return int(text)


def collected(inputs: Given, index: Index) -> Evidence:
    """Read everything.

    Raises:
        UsageError: as `diagnose.collect.collect`, or there was nothing in it.
    """
    from diagnose.collect import collect  # noqa: PLC0415

    tally = _tally(inputs)
    try:
        evidence = collect(inputs, index, tally)
    finally:
        tally.end()
    answers = (inputs.symptoms, inputs.no_symptoms, inputs.unknown_symptoms, inputs.facts)
    if not (tally.said or evidence.partial or any(answers)):
        names = [*map(str, inputs.logs), *inputs.urls, *["standard input"] * inputs.stdin]
        what = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        raise UsageError(f"the input is empty ({what})")
    return evidence


def _tally(inputs: Given) -> Tally:
    """Return what counts the reading; reading logs is said on a terminal when it takes long."""
    if inputs.logs or inputs.stdin:
        from diagnose.cli import progress  # noqa: PLC0415 (only for logs)

        return progress.tally(inputs.logs, stdin=inputs.stdin)
    from diagnose.reading.read import Tally  # noqa: PLC0415 (the engine is not for commands that look up)

    return Tally()


def diagnosed(args: Args, index: Index, *, lazily: bool = False) -> Diagnosis:
    """Return the diagnosis of what was given or piped; ``lazily`` as in `conclude`.

    Raises:
        UsageError: as `given_or_piped` and `collected`.
    """
    from diagnose.diagnosis import conclude  # noqa: PLC0415

    inputs = given_or_piped(args)
    limit = number(args.limit, "--limit", DEFAULT_LIMIT)
    return conclude(collected(inputs, index), inputs, index, limit=limit, lazily=lazily)


def _paths(names: Iterable[str]) -> tuple[Path, ...]:
    listed = tuple(names)
    if not listed:
        return ()
    from pathlib import Path  # noqa: PLC0415 (it costs more than a short answer)

    return tuple(Path(name) for name in listed)


def _whole(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(whole(text) for text in texts)


def _fact(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name.strip() and value.strip()):
        raise UsageError(f"--fact must be NAME=VALUE, not {text!r}")
    return name.strip(), value.strip()


def _time(text: str, option: str) -> float | None:
    if not text:
        return None
    from diagnose.cli.times import parse  # noqa: PLC0415 (only when asked for)

    return parse(text, option)
