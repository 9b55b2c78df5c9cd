"""Everything a diagnosis knows of its causes, as text: what ``-v`` shows below the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.checks.commands import told_together
from diagnose.probability import percent
from diagnose.report import offered, wording
from diagnose.report.plain import one_line, paragraphs, styled, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnose.checks.commands import Filled
    from diagnose.result import Cause, Diagnosis, Proof

ONCE = frozenset({"fill in", "answer", "good", "note"})
"""What is the same of a command wherever it stands; risks and versions are told each time."""


def unfolded(diagnosis: Diagnosis, width: int, *, color: bool) -> list[str]:
    """Return all causes in full, then the incidents; a command is told in full where it is first."""
    lines: list[str] = []
    told: set[str] = set()
    for number, cause in enumerate(diagnosis.causes, 1):
        head = f"{number}. {wording.MARKS[cause.severity]}  {one_line(cause.title)}"
        lines += ["", *(styled(line, "bold", color=color) for line in wrap(head, width))]
        name = f"{cause.insight} ({wording.how_sure(cause)}), base {cause.base}"
        lines += [f"   {line}" for line in wrap(name, width - 3, quoted=True)]
        lines += _cause(cause, width, told, color=color)
    if diagnosis.incidents:
        lines += ["", styled("Incidents", "bold", color=color)]
        for incident in diagnosis.incidents:
            at = f"{incident.source}:{incident.lines[0]}-{incident.lines[1]}"
            lines += _item(
                f"{at}, {wording.times(incident.count)}: {incident.text}", width, quoted=True
            )
    return lines


def _cause(cause: Cause, width: int, told: set[str], *, color: bool) -> list[str]:
    lines: list[str] = []
    for title, body in (
        ("What happens", _indented(paragraphs(cause.what, width - 5))),
        ("Possible on versions", _items(cause.versions, width)),
        ("For", _proofs(cause.evidence, width)),
        ("Against", _proofs(cause.against, width)),
        ("Would raise it", _items((_raise(cause)), width)),
        ("Checks", _commands(cause.checks, cause.no_checks, width, told, color=color)),
        ("Fixes", _commands(cause.fixes, cause.no_fixes, width, told, color=color)),
        ("Related", _items((_related(cause)), width)),
        ("Escalate", _indented(paragraphs(cause.escalate, width - 5))),
        ("Sources", _sources(cause, width)),
    ):
        if body:
            lines += [f"   {styled(title, 'bold', color=color)}", *body]
    return lines


def _raise(cause: Cause) -> list[str]:
    return [
        f"{wording.missing(item)} [{item.finding}], to {percent(item.raises_to)}"
        for item in cause.missing
    ]


def _related(cause: Cause) -> list[str]:
    return [
        f"{wording.relation(r.relation)} {r.insight}: {r.how}"
        + (f" [told apart by {r.finding}]" if r.finding else "")
        for r in cause.related
    ]


def _proofs(proofs: Iterable[Proof], width: int) -> list[str]:
    lines: list[str] = []
    for proof in proofs:
        said = wording.evidence(proof, 200)
        weight = f"{wording.force(proof.effect)} ({proof.effect:+.2f})"
        lines += _item(f"{said} [{proof.finding}], {weight}", width, quoted=True)
        if proof.why:
            lines += [f"       {line}" for line in wrap(proof.why, width - 7)]
    return lines


def _commands(
    commands: Iterable[Filled], reason: str, width: int, told: set[str], *, color: bool
) -> list[str]:
    lines = _item(reason, width) if reason else []
    for command in commands:
        head = f"{command.id}: {command.purpose} ({offered.effect(command)}"
        head += f"{offered.privileges(command)})"
        lines += _item(head, width)
        text = offered.command_text(command)
        if offered.is_prose(command):
            lines += [f"       {line}" for line in wrap(f"By hand: {text}", width - 7)]
        else:
            lines += [
                f"       {styled(line, command.effect, color=color)}" for line in text.split("\n")
            ]
        for line in _about(command, again=command.id in told):
            lines += [f"       {part}" for part in wrap(line, width - 7)]
        told.add(command.id)
    return lines


def _about(command: Filled, *, again: bool) -> list[str]:
    """Return what stands below a command, one thing a line; again only what its place adds."""
    said = [
        ("why", command.why),
        *(("fill in", f"{name}: {what}") for name, what in offered.holes(command)),
        ("risk", command.risk_note),
        ("confirmed by", command.confirms),
        ("refuted by", command.refutes),
        *(
            ("answer", f"{answer}: {means}")
            for answer, means in told_together((o[0], o[1]) for o in command.outcomes)
        ),
        ("good", command.expect),
        ("verify", command.verify),
        ("roll back", command.rollback),
        *(("replaced by", f"{other} (versions {window})") for other, window in command.replaced_by),
        ("note", command.note),
    ]
    lines = [
        f"{name}: {offered.said(command, text)}"
        for name, text in said
        if text and not (again and name in ONCE)
    ]
    return [*lines, "more: above, where it stands first"] if again else lines


def _sources(cause: Cause, width: int) -> list[str]:
    lines: list[str] = []
    for source in cause.sources:
        lines += [f"     {one_line(source.url)} (seen {source.seen})"]
        lines += [f"       {line}" for line in wrap(source.says, width - 7)]
    return lines


def _items(texts: Iterable[str], width: int) -> list[str]:
    return [line for text in texts for line in _item(text, width)]


def _item(text: str, width: int, *, quoted: bool = False) -> list[str]:
    wrapped = wrap(text, width - 7, quoted=quoted)
    return [("     - " if number == 0 else "       ") + line for number, line in enumerate(wrapped)]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"     {line}" for line in lines]
