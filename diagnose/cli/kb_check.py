"""``diagnose kb check``: everything that is wrong with a base, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.cli import inputs, output
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.errors import Exit
from diagnose.report.jsontext import dumps
from diagnose.report.plain import one_line
from kb.errors import KbError

if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from kb.errors import Problem


class _Checked(NamedTuple):
    problems: list[Problem]
    bases: tuple[str, ...] = ()
    entities: int = 0
    cases: int = 0


def run(args: Args) -> int:
    """Check the shipped base with its overlays."""
    form = output.form(args)
    output.check(args)
    checked = _checked(args)
    text = dumps(_data(checked)) if form == "json" else _text(checked)
    output.emit(text, args)
    return Exit.KNOWLEDGE if checked.problems else Exit.FOUND


def _checked(args: Args) -> _Checked:
    from kb.check import check  # noqa: PLC0415 (pydantic and yaml, only here)
    from kb.load import load  # noqa: PLC0415

    try:
        base = load(inputs.overlays(args))
    except KbError as error:
        return _Checked(error.problems)
    cases = sum(len(cases) for cases in base.cases.values())
    return _Checked(check(base), base.names, len(base.entities), cases)


def _data(checked: _Checked) -> dict[str, object]:
    return {
        **headed("kb check"),
        "ok": not checked.problems,
        "bases": list(checked.bases),
        "entities": checked.entities,
        "cases": checked.cases,
        "problems": [problem._asdict() for problem in checked.problems],
    }


def _text(checked: _Checked) -> str:
    lines = [one_line(str(problem)) for problem in checked.problems]
    number = len(lines)
    if number:
        lines.append(f"{number} problem{'s' if number > 1 else ''}")
    else:
        bases = ", ".join(checked.bases)
        lines.append(
            f"no problems: {checked.entities} entities and {checked.cases} cases in {bases}"
        )
    return "\n".join(lines) + "\n"


COMMAND = o.Command(
    words=("kb", "check"),
    summary="everything that is wrong with a base, at once",
    examples=(
        ("diagnose kb check", "the shipped base"),
        ("diagnose kb check --kb ./ours", "the shipped base with ours on top"),
        ("diagnose kb check --kb ./ours --json", "the problems as JSON, for a build"),
    ),
    run=run,
    options=(o.formats("text", "json"), o.JSON, *o.SAVING, o.KB, *o.TALK),
    exits=((0, "no problems"), (3, "problems, each shown with file and line")),
    notes="Ids, edges, sources, checks, fixes, cases and near misses, placeholders, expressions and"
    " versions are looked at.",
)
