"""The words of the guided form: how a question is put, what an answer means, why it is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from diagnose.probability import UNKNOWN, percent
from diagnose.ranking.moved import leader
from diagnose.report.wording import suppressed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnose.asking.questions import Question
    from diagnose.checks.run import Plan
    from diagnose.result import Diagnosis

YES = frozenset({"yes", "y"})
NO = frozenset({"no", "n"})
NONE = frozenset({"none"})
SKIP = frozenset({"skip", "s", "?", "don't know", "dont know", "unknown"})
QUIT = frozenset({"quit", "q", "exit"})
TO_DO = QUIT | {"back", "b", "why", "w", "run", "paste", "help", "h"}
"""Words that say what to do, and nothing of what is seen."""
HELP = (
    "yes or no: what you see. The number of a statement, or several, or none: what holds of them.",
    "skip: you cannot tell. run: run the check here, after you agree. paste: give its output.",
    "=VALUE: the value itself, where a value is asked for. back: take back the last answer.",
    "why: what speaks for the first cause, and why this is asked. quit: the answer so far.",
)


def goes_on(lines: list[str]) -> bool:
    """Say whether a blank line stands in the middle of a traceback rather than at its end."""
    return any("Traceback (most recent call last)" in line for line in lines) and not re.match(
        r"\S.*(?:Error|Exception|Exit|Group|Interrupt)\b", lines[-1]
    )


def next_question(diagnosis: Diagnosis) -> Question | None:
    """Return the next question, or None when one cause stands or nothing more would help."""
    if diagnosis.verdict in ("established", "out_of_scope") or not diagnosis.next_checks:
        return None
    return diagnosis.next_checks[0]


def standing(diagnosis: Diagnosis) -> list[str]:
    """Return where the diagnosis stands before the first question."""
    lines = [f"verdict: {diagnosis.verdict}"]
    lines += [f"  {c.insight} ({percent(c.probability)}): {c.title}" for c in diagnosis.causes[:3]]
    name, probability = leader(diagnosis)
    lines += [f"  {name} ({percent(probability)})"] if name == UNKNOWN else []
    return lines + [f"suppressed: {suppressed(item)}" for item in diagnosis.suppressed]


def asked(number: int, question: Question, planned: Plan | None) -> list[str]:
    """Return a question with its statements, its cost and the check that answers it."""
    lines = [f"Question {number}: {question.question}"]
    lines += [f"  and {place}: {text}" for place, (_, text) in enumerate(question.also, 2)]
    if question.also:
        lines.append("  the numbers of all that hold (the question itself is 1), none, or skip")
    leads = ", ".join(f"{o.answer} leads to {o.then}" for o in question.outcomes)
    alone = "where only 1 is answered, " if question.also else ""
    lines.append(f"  takes about {question.cost_s} s; {alone}{leads}")
    if planned is not None:
        lines.append(f"  check {planned.command}: {planned.shown}")
    return lines


def meant(said: str, question: Question) -> tuple[tuple[str, str], ...] | None:
    """Return (finding, state) for an answer, or None when it is none."""
    everything = [question.id, *(finding for finding, _ in question.also)]
    if said in YES:
        return ((question.id, "present"),)
    if said in SKIP:
        return tuple((finding, "unknown") for finding in everything)
    if said in NO or said in NONE:
        return tuple((finding, "absent") for finding in everything)
    numbers = re.split(r"[ ,]+(?:and )?", said)
    if not question.also or not all(number.isdecimal() for number in numbers):
        return None
    chosen = {int(number) for number in numbers if len(number) < 4}
    if not chosen <= set(range(1, len(everything) + 1)) or len(chosen) == 0:
        return None
    return tuple(
        (finding, "present" if place in chosen else "absent")
        for place, finding in enumerate(everything, 1)
    )


def left_open(said: str, question: Question, topics: Mapping[str, str]) -> list[str]:
    """Return the statements that a plain yes or no leaves open.

    Args:
        said: the answer.
        question: with its statements.
        topics: finding -> its group; what is of the topic that a yes is about is answered by it.
    """
    others = [finding for finding, _ in question.also]
    if said in YES:
        own = topics.get(question.id) or question.id
        return [finding for finding in others if topics.get(finding) != own]
    return others if said in NO else []


def reasons(diagnosis: Diagnosis, question: Question, titles: dict[str, str]) -> list[str]:
    """Return what speaks for and against the first cause, and why the question is asked."""
    lines = []
    for cause in diagnosis.causes[:1]:
        lines.append(f"{cause.insight} ({percent(cause.probability)}): {cause.because}")
        lines += [f"for it: {proof.text}" for proof in cause.evidence[:4]]
        lines += [f"against it: {proof.text} ({proof.state})" for proof in cause.against[:3]]
    lines.append(f"this is asked because its answer tells {question.gain_bits:.2f} bits:")
    for outcome in question.outcomes:
        name = outcome.then.split(" (")[0]
        title = f": {titles[name]}" if name in titles else ""
        lines.append(f"  {outcome.answer} leads to {outcome.then}{title}")
    return lines


def one_line(text: str | None) -> str:
    """Return an answer in lower case with single spaces; nothing for the end of the input."""
    return " ".join((text or "").split()).casefold()
