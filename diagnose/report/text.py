"""The answer as plain text: first what it is and what to do, then the alternatives folded."""

from __future__ import annotations

from diagnose.report import offered, wording
from diagnose.report.answer import FOLDED, answer, candidate, has_cause, no_answer
from diagnose.report.plain import clip, one_line, styled, wrap
from diagnose.report.rows import drawn, fit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnose.checks.commands import Filled
    from diagnose.result import Diagnosis

MOST_LINES = 15
"""Lines of the answer, before the folded alternatives."""


def render(diagnosis: Diagnosis, *, width: int, color: bool, verbose: int = 0) -> str:
    """Return the answer as text that ends with a line feed; its last line is what to run next.

    Args:
        diagnosis: what to show.
        width: columns; commands and URLs may be longer, as they are never broken.
        color: whether escape codes for colours may be written.
        verbose: 0 folds the alternatives, 1 unfolds everything.
    """
    width = max(width, 40)
    rows = answer(diagnosis, width) if has_cause(diagnosis) else no_answer(diagnosis, width)
    lines = drawn(fit(rows, MOST_LINES, width), color=color)
    if verbose:
        from diagnose.report.unfolded import unfolded  # noqa: PLC0415

        lines += unfolded(diagnosis, width, color=color)
    lines += _folded(diagnosis, width, color=color, verbose=verbose)
    return "\n".join([*lines, *_next(diagnosis, width, color=color)]) + "\n"


def _folded(diagnosis: Diagnosis, width: int, *, color: bool, verbose: int) -> list[str]:
    lines: list[str] = []
    for title, items, most in _lists(diagnosis, width, verbose):
        if items:
            shown = items if verbose else items[:most]
            rest = [f"  and {len(items) - len(shown)} more"] if len(items) > len(shown) else []
            lines += ["", styled(title, "bold", color=color), *shown, *rest]
    return lines


def _lists(diagnosis: Diagnosis, width: int, verbose: int) -> Iterator[tuple[str, list[str], int]]:
    """Yield heading, lines and number of lines that are shown folded."""
    space = width - 2
    found = has_cause(diagnosis)
    if diagnosis.hosts:
        from diagnose.report import fleet  # noqa: PLC0415 (few answers are of a fleet)

        yield "Hosts", [f"  {line}" for line in fleet.lines(diagnosis.hosts, space)], 2 * FOLDED
    if (found or diagnosis.verdict == "weak") and not verbose:
        yield "Also possible", _alternatives(diagnosis, space), 9
    if found and not verbose and len(diagnosis.causes[0].fixes) > 1:
        yield "More fixes", _more_fixes(diagnosis.causes[0].fixes[1:], space), 2 * FOLDED
    if found and wording.known_by(diagnosis) and diagnosis.input.events:
        yield "Read", [f"  {line}" for line in wrap(wording.known_by(diagnosis), space)], 2
    if found or verbose:
        unknown = [
            clip(f'{wording.spot(u.source, u.line)}: "{one_line(u.text)}"', space)
            for u in diagnosis.unexplained
        ]
        yield "Not explained by this base", [f"  {line}" for line in unknown], FOLDED
    ruled = [f"  {clip(f'{r.insight}: {r.reason}', space)}" for r in diagnosis.ruled_out]
    yield "Ruled out", ruled, FOLDED
    hidden = [line for s in diagnosis.suppressed for line in _bullet(wording.suppressed(s), space)]
    yield "Suppressed by your project file", hidden, 2 * FOLDED
    notes = [line for note in diagnosis.notes for line in _bullet(note, space)]
    yield "Notes", notes, 2 * FOLDED
    if (found or diagnosis.verdict == "weak") and not verbose:
        first = diagnosis.causes[0].insight
        yield "More", [f"  diagnose explain {first}", f"  diagnose runbook {first}"], 2


def _alternatives(diagnosis: Diagnosis, width: int) -> list[str]:
    """Return the other causes that have evidence, one line each, and the names of those without."""
    named = wording.rivals(diagnosis)[:2] if diagnosis.verdict == "ambiguous" else []
    others = [cause for cause in diagnosis.causes[1:] if cause not in named]
    bare = [cause for cause in others if not wording.strongest(cause.evidence)]
    lines = [f"  {candidate(cause, width)}" for cause in others if cause not in bare]
    if bare:
        names = ", ".join(cause.insight for cause in bare)
        lines.append(f"  {clip(f'without evidence: {names}', width)}")
    return lines


def _more_fixes(fixes: Sequence[Filled], width: int) -> list[str]:
    """Return the names of fixes, those that cure before those that relieve."""
    lines = []
    for lead, relieves in (("for good", False), ("for now", True)):
        named = [f"{fix.id} ({_word(fix)})" for fix in fixes if fix.mitigates == relieves]
        if named:
            lines += wrap(f"{lead}: {', '.join(named)}", width)
    return [f"  {line}" for line in lines]


def _bullet(text: str, width: int) -> list[str]:
    return [f"  {line}" for line in wrap(text, width, quoted=True)]


def _word(fix: Filled) -> str:
    return "reads" if fix.effect == "reads" else "CHANGES"


def _next(diagnosis: Diagnosis, width: int, *, color: bool) -> list[str]:
    """Return the heading of the last line and the last line: what to run next."""
    what, command, style = _step(diagnosis)
    heading = wrap(f"Next: {what}", width)
    return ["", *heading, f"  {styled(command, style, color=color)}"]


def _step(diagnosis: Diagnosis) -> tuple[str, str, str]:
    open_between = (
        diagnosis.verdict == "ambiguous"
        and wording.rivals(diagnosis)
        and wording.next_question(diagnosis)
    )
    if has_cause(diagnosis) and not open_between:
        check = offered.next_check(diagnosis.causes[0])
        if check is not None and not offered.is_prose(check):
            return f"confirm it ({_hint(check)})", offered.command_text(check), "reads"
    question = wording.next_question(diagnosis)
    if question is not None:
        found = offered.command_of(diagnosis, question.command)
        if found is not None and not offered.is_prose(found):
            return f"{question.question} ({_hint(found)})", offered.command_text(found), "reads"
        if question.command:
            return f"{question.question} (reads)", f"diagnose run {question.command}", "reads"
        from diagnose.report.again import again  # noqa: PLC0415

        return "answer what would tell most", again(diagnosis, "ask"), "reads"
    if has_cause(diagnosis):
        return "the whole page", f"diagnose runbook {diagnosis.causes[0].insight}", "reads"
    if diagnosis.verdict == "nothing_known":
        from diagnose.report.again import again  # noqa: PLC0415

        return "answer a few questions", again(diagnosis, "ask"), "reads"
    return "give more to go by", "diagnose --log <PATH> --symptom '<what you see>'", "reads"


def _hint(command: Filled) -> str:
    holes = "; ".join(f"fill in {name}: {what}" for name, what in offered.holes(command))
    return f"{offered.effect(command)}{'; ' + holes if holes else ''}"
