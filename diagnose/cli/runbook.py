"""``diagnose runbook``: pages to follow, as Markdown."""

from __future__ import annotations

import os
from pathlib import Path

from diagnose import files
from diagnose.cli import inputs, oneshot, output, stop, talk
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.errors import Exit, UsageError
from diagnose.lookup import look_up
from diagnose.report.jsontext import dumps
from diagnose.runbook import book, runbook
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from diagnose.result import Diagnosis
    from kb.index import Index

INTO = o.Option(("-o", "--output"), "output", "write to this file, or into this folder one page for"
                " each insight", "value", "FILE|DIR", completes="file")  # fmt: skip
ALL = o.Option(("--all",), "all", "all insights of the base", "flag")


class _Wanted(NamedTuple):
    insights: tuple[str, ...]
    diagnosis: Diagnosis | None


def run(args: Args) -> int:
    """Write the pages of named insights, of all, or of the likely causes of what was given."""
    form = output.form(args, "markdown")
    if args.all and args.insights:
        raise UsageError("name insights or give --all, not both")
    index = inputs.opened(args)
    folder = Path(args.output) if output.to_file(args) and _is_folder(args) else None
    if folder is None:
        output.check(args)
    wanted = _wanted(args, index)
    if not wanted.insights and wanted.diagnosis is not None and wanted.diagnosis.partial:
        talk.note("stopped before there was a likely cause, so no page to follow")
        return stop.status()
    if not wanted.insights:
        talk.error("no likely cause, so no page to follow; name an insight, or give --all")
        return Exit.NOT_FOUND
    if folder is not None:
        _into(folder, wanted, index, args)
    elif form == "json":
        output.emit(_json(wanted, index), args)
    else:
        output.emit(runbook(index, wanted.insights, wanted.diagnosis), args)
    if wanted.diagnosis is None or (args.insights and not wanted.diagnosis.partial):
        return Exit.FOUND
    return oneshot.status(wanted.diagnosis)


def _wanted(args: Args, index: Index) -> _Wanted:
    named = tuple(look_up(index, word, "insight").id for word in args.insights)
    if args.all:
        named = tuple(row.id for row in index.insights())
    if named and inputs.given(args).is_empty:
        return _Wanted(named, None)
    diagnosis = inputs.diagnosed(args, index)
    return _Wanted(named or tuple(cause.insight for cause in diagnosis.likely), diagnosis)


def _is_folder(args: Args) -> bool:
    """Say whether the pages go into a folder: one that is there, or what can only be one."""
    path = args.output
    if path.endswith(("/", os.sep)) or os.path.isdir(path):  # noqa: PTH112 (never raises)
        return True
    return bool(args.all and not Path(path).suffix and not os.path.lexists(path))


def _into(folder: Path, wanted: _Wanted, index: Index, args: Args) -> None:
    """Write one page for each insight; none is written when one of them is there already."""
    if not os.path.isdir(folder):  # noqa: PTH112
        try:
            folder.mkdir()
        except OSError as error:
            message = f"{folder}: cannot be made ({error.strerror or error})"
            raise UsageError(message) from error
    pages = (
        book(index, wanted.diagnosis)
        if args.all
        else {f"{i}.md": runbook(index, (i,), wanted.diagnosis) for i in wanted.insights}
    )
    for name in pages:
        files.check_free(folder / name, force=args.force)
    for name, page in pages.items():
        files.write(folder / name, page, force=args.force)
    talk.note(f"{len(pages)} page{'s' if len(pages) > 1 else ''} written to {folder}")


def _json(wanted: _Wanted, index: Index) -> str:
    titles = {row.id: row.title for row in index.insights()}
    pages = [
        {
            "insight": insight,
            "title": titles[insight],
            "markdown": runbook(index, (insight,), wanted.diagnosis),
        }
        for insight in wanted.insights
    ]
    return dumps({**headed("runbook", index), "runbooks": pages})


COMMAND = o.Command(
    words=("runbook",),
    summary="a page to follow, for one insight, several or all",
    examples=(
        ("diagnose runbook screen-session-freeze -o freeze.md", "the page of one insight"),
        ("diagnose runbook --all -o runbooks/", "one page for each insight"),
        (
            "diagnose runbook --log agent.log -o tonight.md",
            "the likely causes of a log, with the evidence seen in it",
        ),
    ),
    run=run,
    options=(
        *(ALL, *o.INPUTS_ANYWHERE, o.formats("markdown", "json"), o.JSON),
        *(INTO, o.FORCE, o.KB, o.LIMIT, *o.TALK),
    ),
    arguments=(
        o.Argument("insights", "INSIGHT", "id or title of an insight", "*", completes="insight"),
    ),
    exits=(
        (0, "written"),
        (1, "nothing was named, and there is no likely cause"),
        *o.DIAGNOSIS_EXITS[2:],
    ),
    notes="Inputs combine with named insights: the pages then carry the evidence seen.",
)  # fmt: skip
