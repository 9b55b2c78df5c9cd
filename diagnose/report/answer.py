"""The rows of the text answer: what it is, why, how to confirm it, the first fix."""

from __future__ import annotations

from diagnose.report import offered, wording
from diagnose.report.plain import cells, clip, one_line, wrap
from diagnose.report.rows import LABEL, Row, command_row, row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from diagnose.asking.questions import Question
    from diagnose.checks.commands import Filled
    from diagnose.result import Cause, Diagnosis, Proof

WORTH_SAYING = 0.5
"""Evidence against with a smaller effect on the log-odds is not worth a line of the answer."""

LONG = 2
"""A command of more lines is not shown in the answer, but where to read it."""

FOLDED = 3
"""Lines of a folded list; the rest is a number."""

COLLECT = (
    "the whole log from ten minutes before the failure until after it (--log), the version in use "
    "(--prefect-version), and what you see, in your own words (--symptom)"
)


def has_cause(diagnosis: Diagnosis) -> bool:
    """Say whether the answer names a cause to act on."""
    return diagnosis.found and bool(diagnosis.causes)


def answer(diagnosis: Diagnosis, width: int) -> list[Row]:
    """Return the rows when there is a cause: the cause, why, how to confirm it, the first fix."""
    first = diagnosis.causes[0]
    rows = [*_opening(diagnosis, width), *_named(first, width), *_why(first, width)]
    rows += _lasting(first, diagnosis, width)
    rivals = wording.rivals(diagnosis) if diagnosis.verdict == "ambiguous" else []
    for number, rival in enumerate(rivals[:2]):
        said = f"{rival.insight} ({wording.how_sure(rival)}): {one_line(rival.title)}"
        rows.append(Row("" if number else "Or", (clip(said, width - LABEL),), 1 - number, 4))
    question = wording.next_question(diagnosis) if rivals else None
    if question:
        rows += _question(diagnosis, question, width)
    else:
        rows += _confirm(first, width)
    return rows + _fix(first, width, sure=diagnosis.verdict == "established")


def _opening(diagnosis: Diagnosis, width: int) -> list[Row]:
    said = [wording.PARTIAL] if diagnosis.partial else []
    lines = [line for text in (*said, wording.verdict(diagnosis)) for line in wrap(text, width)]
    # The label carries the whole line, so that it starts in the first column.
    return [Row(line, ("",)) for line in lines]


def _named(cause: Cause, width: int) -> list[Row]:
    name = f"{cause.insight} ({wording.how_sure(cause)})"
    mark = wording.MARKS[cause.severity]
    title = row(mark, [cause.title], width, style=cause.severity, cut=1)
    return [
        title,
        row("", [name], width),
        row("Because", [cause.because], width, cut=3),
    ]


def _why(cause: Cause, width: int) -> list[Row]:
    against = [p for p in wording.strongest(cause.against) if abs(p.effect) >= WORTH_SAYING][:1]
    space = width - LABEL
    rows = []
    for number, proof in enumerate(wording.strongest(cause.evidence)[:2]):
        label = "" if number else "Why"
        said = _within(proof, space if against or number else 2 * space - LABEL)
        rows.append(row(label, [said], width, least=1 - number, cut=4 + number, quoted=True))
    for proof in against:
        rows.append(row("Against", [_within(proof, space)], width, least=0, quoted=True))
    return rows


def _lasting(cause: Cause, diagnosis: Diagnosis, width: int) -> list[Row]:
    if not diagnosis.incidents or not diagnosis.input.last_event:
        return []
    from diagnose.report.lasting import lasting  # noqa: PLC0415 (only for logs with dates)

    seen = lasting(cause, diagnosis)
    return [row("Seen", [seen], width, least=0, cut=3)] if seen else []


def _within(proof: Proof, space: int) -> str:
    """Return the evidence with what was seen clipped so that all of it takes so many columns."""
    return wording.evidence(proof, max(space - cells(wording.evidence(proof, 1)), 16))


def _question(diagnosis: Diagnosis, question: Question, width: int) -> list[Row]:
    command = offered.command_of(diagnosis, question.command) if question.command else None
    rows = [
        row(
            "Check",
            [f"{question.effect}: {question.question}"],
            width,
            cut=9,
            least=2,
            style="reads",
        )
    ]
    if command is not None:
        rows.append(_shown(command, width))
    elif question.command:
        rows.append(command_row(f"diagnose run {question.command}", "reads"))
    answers = [f"if {outcome.answer}: {outcome.then}" for outcome in question.outcomes]
    rows.append(row("", answers, width, cut=2, least=len(answers)))
    if question.also:
        more = f"tells besides ({len(question.also)}): {wording.also(question)}"
        rows.append(Row("", (clip(more, width - LABEL),), 0, 8))
    return rows


def _confirm(cause: Cause, width: int) -> list[Row]:
    check = offered.next_check(cause)
    if check is None:
        reason = cause.no_checks or "no command that only looks is known for this cause"
        return [row("Confirm", [reason], width, cut=5)]
    head = f"{offered.effect(check)}: {check.why or check.purpose}"
    answers = _answers(check)
    return [
        row("Confirm", [head], width, cut=9, style="reads"),
        _shown(check, width),
        *(row("", [answer], width, cut=7) for answer in answers[:2]),
    ]


def _answers(check: Filled) -> list[str]:
    """Return what the answers of a check mean for its cause."""
    said = []
    if check.confirms:
        said.append(f"confirmed by: {check.confirms}")
    if check.refutes:
        said.append(f"refuted by: {check.refutes}")
    if not said:
        said = [f"{answer}: {means}" for answer, means, _, _ in check.outcomes]
    return said or ([f"good: {check.expect}"] if check.expect else [])


def _fix(cause: Cause, width: int, *, sure: bool) -> list[Row]:
    if not cause.fixes:
        reason = cause.no_fixes or "none is known"
        return [row("Fix", [reason], width, cut=5)]
    fix = cause.fixes[0]
    lead = "" if sure and fix.risk != "high" else "once confirmed; "
    head = f"{lead}{offered.effect(fix)}: {fix.why or fix.purpose}"
    rows = [row("Fix", [head], width, cut=6, style=fix.effect), _shown(fix, width)]
    if fix.verify:
        rows.append(
            row("", [f"verify: {offered.said(fix, fix.verify)}"], width, cut=8, least=int(sure))
        )
    return rows


def _shown(command: Filled, width: int) -> Row:
    text = offered.command_text(command)
    if offered.is_prose(command):
        return row("", [f"By hand: {text}"], width, cut=2, style=command.effect)
    if text.count("\n") >= LONG:
        text = f"diagnose explain {command.id}"
    return command_row(text, command.effect)


def no_answer(diagnosis: Diagnosis, width: int) -> list[Row]:
    """Return the rows when there is none: the nearest, what is not explained, what to collect."""
    rows = _opening(diagnosis, width)
    read = wording.known_by(diagnosis)
    if read:
        rows.append(row("Read", [read], width, least=0, cut=9))
    if diagnosis.verdict == "weak" and diagnosis.causes:
        first = diagnosis.causes[0]
        rows += [*_named(first, width), *_why(first, width)]
        raised = "; ".join(wording.missing(item) for item in first.missing[:3])
        if raised:
            rows.append(row("Missing", [f"would raise it: {raised}"], width, cut=5))
    elif diagnosis.causes:
        near = [candidate(cause, width - LABEL) for cause in diagnosis.causes[:FOLDED]]
        rows.append(Row("Nearest", tuple(near), 1, 6))
    unknown = [
        clip(f'{wording.spot(item.source, item.line)}: "{one_line(item.text)}"', width - LABEL)
        for item in diagnosis.unexplained[:FOLDED]
    ]
    if unknown:
        rows.append(Row("Unknown", tuple(unknown), 1, 5))
    question = wording.next_question(diagnosis)
    if question:
        rows += _question(diagnosis, question, width)
    return [*rows, row("Collect", [COLLECT], width, cut=1)]


def candidate(cause: Cause, width: int) -> str:
    """Return a cause in one line."""
    mark = wording.MARKS[cause.severity]
    return clip(f"{mark}  {cause.insight} ({wording.how_sure(cause)}): {cause.title}", width)
