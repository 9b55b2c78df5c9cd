"""``diagnose kb import``: from a metric page to additions in an overlay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnose.cli import inputs, output, talk
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.errors import Exit, UsageError
from diagnose.reading import read
from diagnose.report.jsontext import dumps
from diagnose.report.plain import lines_of
from kb.errors import KbError

if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from kb.page import PageText
    from kb.page.importer import Plan

INTO = o.Option(("-o", "--output"), "output", "the folder of an overlay to write to; nothing in it"
                " is changed", "value", "DIR", completes="folder")  # fmt: skip
DRY_RUN = o.Option(
    ("--dry-run",), "dry_run", "show what would be written, and write nothing", "flag"
)
MOST_BYTES = 1_000_000


def run(args: Args) -> int:
    """Read a page, compare it with the base, and write what the base lacks."""
    form = output.form(args)
    if not (args.output or args.dry_run):
        raise UsageError("say where to write it with -o DIR, or give --dry-run")
    from kb.load import load  # noqa: PLC0415
    from kb.page.importer import plan_import  # noqa: PLC0415 (pydantic and yaml, only here)
    from kb.page.overlay import plan_text, write_import  # noqa: PLC0415

    base = load(inputs.overlays(args))
    try:
        plan = plan_import(_page(args.page), base)
        written = () if args.dry_run else write_import(plan, Path(args.output))
    except KbError as error:  # the page and the folder are inputs of the user, not the base
        for problem in error.problems:
            talk.error(str(problem))
        return Exit.USAGE
    if form == "json":
        output.write(dumps(_data(plan, written)))
    else:
        output.write("\n".join(lines_of(plan_text(plan))))
    for path in written:
        talk.note(f"written: {path}")
    return Exit.FOUND


def _page(name: str) -> PageText:
    from kb.page import parse_page, read_page  # noqa: PLC0415
    from kb.yamlfile import decode  # noqa: PLC0415

    if name != "-":
        return read_page(Path(name))
    raw = read.stdin_bytes().read(MOST_BYTES)
    if not raw.strip():
        raise UsageError("the input is empty (standard input)")
    return parse_page(decode(raw, "standard input"), "standard input")


def _data(plan: Plan, written: tuple[Path, ...]) -> dict[str, Any]:
    from kb.identity import text_of  # noqa: PLC0415
    from kb.page.overlay import overlay_files  # noqa: PLC0415

    return {
        **headed("kb import"),
        "metric": plan.page.name,
        "annotations": plan.page.annotations,
        "insights": len(plan.page.insights),
        "known": [known._asdict() for known in plan.known],
        "new": [
            {"kind": kind, "id": entity.id, "text": text_of(entity), "line": line}
            for kind, entity, line in plan.new
        ],
        "notes": list(plan.notes),
        "files": sorted(overlay_files(plan)),
        "written": [str(path) for path in written],
    }


COMMAND = o.Command(
    words=("kb", "import"),
    summary="what a metric page adds to the base",
    examples=(
        ("diagnose kb import page.txt --dry-run", "what is known, what is new, what differs"),
        ("diagnose kb import page.txt -o ./ours", "write what is new into an overlay"),
    ),
    run=run,
    options=(INTO, DRY_RUN, o.formats("text", "json"), o.JSON, o.KB, *o.TALK),
    arguments=(o.Argument("page", "PAGE", "the text of the page, a file or -", completes="file"),),
    exits=((2, "wrong use, or the page or the folder cannot be used; nothing was written"),),
    notes="The numbers in the headings are checksums: what cannot be read so that they come out is"
    " reported with its line, never guessed. What a page does not say is left to be written, and"
    " 'diagnose kb check' reports it until it is.",
)
