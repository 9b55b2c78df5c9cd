"""Reading the output of a check: which of its known outcomes it is, and what follows from it.

Output is hostile text: it is cut, cleaned and masked before anything is shown or kept. Output that
fits no outcome of the base means nothing, and that is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.checks.hindrance import Hindrance, hindrance
from diagnose.checks.outputs import line_of, readable, searchable
from diagnose.findings import Finding, merged
from diagnose.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.index import Index

SURE = 0.95
"""P(a finding is so | the output says it)."""

NEVER = "(?!)"
"""Pattern of outcomes that only a person can see."""


class _Seen(NamedTuple):
    """What there is to go by."""

    text: str
    status: int | None
    partial: bool
    """Lines may be missing."""
    hindrance: Hindrance


class Reading(NamedTuple):
    """One outcome of a command that the output fits."""

    answer: str
    means: str
    finding: str
    """Id of the finding that it settles, or empty."""
    state: str
    quoted: str
    """The line that shows it, masked; empty for outcomes by exit status or by absence."""


class Interpretation(NamedTuple):
    """What the output of a command says."""

    command: str
    chosen: Reading | None
    """The first outcome of the base that fits; None when none does."""
    others: tuple[Reading, ...]
    """Outcomes that only a person can tell from the chosen one, or at all."""
    findings: tuple[Finding, ...]
    exit_status: int | None
    output: str
    """The output as it is kept: cleaned, cut and masked."""
    truncated: bool
    note: str
    """What the person must know: why nothing was understood, or what is left to decide."""

    @property
    def answer(self) -> str:
        """The label of the chosen outcome, or nothing."""
        return self.chosen.answer if self.chosen else ""

    @property
    def means(self) -> str:
        """What the chosen outcome means, and what is left to decide."""
        means = self.chosen.means if self.chosen else ""
        return " ".join(part for part in (means, self.note) if part)


def interpret(
    index: Index,
    command_id: str,
    output: str,
    exit_status: int | None = None,
    *,
    partial: bool = False,
) -> Interpretation:
    """Return what the output of a command means.

    The first outcome whose exit status and pattern fit is chosen. What is only a guess is not
    made: absence needs the whole output of a command that succeeded, and where an exit status is
    needed and none is known (pasted output), an outcome fits by its pattern or not at all. Where
    the command could not do its work, that is no outcome.

    Args:
        index: the base.
        command_id: the command.
        output: what it wrote to standard output and standard error.
        exit_status: None when it is not known.
        partial: the command was stopped, so that lines may be missing.

    Raises:
        KeyError: the base has no such command.
    """
    entity = index.entity(command_id)
    if entity is None or entity.kind != "command":
        raise KeyError(command_id)
    outcomes: Sequence[Mapping[str, Any]] = entity.record.get("outcomes", ())
    text, cut = readable(output)
    text = redact(text)  # as a whole: a part of a secret would not look like one
    hindered = hindrance(text, _program(entity.record))
    seen = _Seen(searchable(text), exit_status, partial or cut, hindered)
    fitting = _fitting(outcomes, seen)
    chosen = _reading(*fitting[0]) if fitting else None
    others = tuple(_reading(*entry) for entry in _undecided(outcomes, fitting, seen))
    return Interpretation(
        command=command_id,
        chosen=chosen,
        others=others,
        findings=() if others or chosen is None else _all(index, fitting, command_id),
        exit_status=exit_status,
        output=text,
        truncated=seen.partial,
        note=_note(outcomes, chosen, others, seen),
    )


def _program(record: Mapping[str, Any]) -> str:
    return str((*record.get("argv", ()), *str(record["text"]).split(), "")[0])


def _tells_of(hindered: Hindrance, outcome: Mapping[str, Any]) -> bool:
    """Say whether an outcome is that the command could not do its work, and settles nothing."""
    pattern = outcome.get("pattern") or ""
    by_words = hindered.denied and re.search("denied|permitted", pattern) is not None
    return not outcome.get("finding") and (by_words or bool(outcome.get("exit_status")))


def _fitting(
    outcomes: Sequence[Mapping[str, Any]], seen: _Seen
) -> list[tuple[Mapping[str, Any], str]]:
    """Return the outcomes that fit, with the line that shows each of them."""
    fitting = [(o, line) for o in outcomes if (line := _fits(o, seen)) is not None]
    if seen.hindrance.entirely:
        return [entry for entry in fitting if _tells_of(seen.hindrance, entry[0])]
    return fitting


def _undecided(
    outcomes: Sequence[Mapping[str, Any]],
    fitting: Sequence[tuple[Mapping[str, Any], str]],
    seen: _Seen,
) -> list[tuple[Mapping[str, Any], str]]:
    """Return outcomes that only a person can tell apart from the one that fits."""
    if not fitting and seen.hindrance.entirely:
        return []
    if not fitting:
        return [(outcome, "") for outcome in outcomes if outcome.get("pattern") == NEVER]
    first = _condition(fitting[0][0])
    return [(outcome, line) for outcome, line in fitting[1:] if _condition(outcome) == first]


def _all(
    index: Index, fitting: Sequence[tuple[Mapping[str, Any], str]], command_id: str
) -> tuple[Finding, ...]:
    """Return what the chosen outcome settles, and what the output says of other topics beside it.

    An outcome that settles nothing (an error, a wrong name) leaves the others without meaning.
    """
    found: list[Finding] = []
    topics: set[str] = set()
    for outcome, line in fitting if fitting[0][0].get("finding") else fitting[:1]:
        row = index.finding(outcome["finding"]) if outcome.get("finding") else None
        topic = (row.group or row.id) if row else ""
        if topic and topic not in topics:
            topics.add(topic)
            found += _findings(index, command_id, _reading(outcome, line))
    return tuple(found)


def settled(index: Index, reading: Reading, command_id: str) -> tuple[Finding, ...]:
    """Return the findings of an outcome that a person picked."""
    return tuple(_findings(index, command_id, reading))


def outcomes_of(index: Index, command_id: str) -> tuple[Reading, ...]:
    """Return all outcomes of a command, for a person to pick one."""
    entity = index.entity(command_id)
    outcomes = entity.record.get("outcomes", ()) if entity else ()
    return tuple(_reading(outcome, "") for outcome in outcomes)


def _fits(outcome: Mapping[str, Any], seen: _Seen) -> str | None:
    """Return the line that shows the outcome (empty when none does), or None when it does not fit."""
    statuses, pattern = outcome.get("exit_status") or (), outcome.get("pattern")
    if statuses and seen.status is not None and seen.status not in statuses:
        return None
    succeeded = bool(statuses) or seen.status in (0, None)
    whole = not (seen.partial or seen.hindrance.denied)
    if pattern is None:
        if statuses:
            return None if seen.status is None else ""
        guess = outcome.get("finding") and not (succeeded and seen.text and whole)
        return None if guess else ""
    match = re.search(pattern, seen.text, re.MULTILINE)
    if outcome.get("absent"):
        return "" if match is None and succeeded and whole else None
    return None if match is None else line_of(seen.text, match)


def _condition(outcome: Mapping[str, Any]) -> tuple[Any, ...]:
    statuses = tuple(outcome.get("exit_status") or ())
    return statuses, outcome.get("pattern"), bool(outcome.get("absent"))


def _reading(outcome: Mapping[str, Any], line: str) -> Reading:
    return Reading(
        outcome["answer"],
        outcome["means"],
        outcome.get("finding") or "",
        outcome.get("state", "present"),
        line,
    )


def _findings(index: Index, command_id: str, reading: Reading) -> list[Finding]:
    row = index.finding(reading.finding) if reading.finding else None
    if row is None:
        return []
    matched = reading.quoted or reading.answer
    source = f"output of {command_id}"
    finding = Finding(
        row.id, row.kind, reading.state, "fact", SURE, row.text, matched, source, 0, (0, 0)
    )
    return list(merged([finding]).values())


def _note(
    outcomes: Sequence[Mapping[str, Any]],
    chosen: Reading | None,
    others: Sequence[Reading],
    seen: _Seen,
) -> str:
    if others:
        return "only you can tell which of these answers it is; pick the one that you see"
    if chosen is not None:
        return ""
    if seen.hindrance.entirely:
        return f"the check could not be run: {seen.hindrance.line}; nothing follows"
    if not outcomes:
        return "the base knows no outcomes of this command; read its output yourself"
    status = "" if seen.status is None else f" (exit status {seen.status})"
    if not seen.text:
        return f"there is no output{status}, and the base does not say what that means"
    if seen.hindrance.line:
        return f"not all could be read: {seen.hindrance.line}; nothing follows{status}"
    return f"the output fits none of the {len(outcomes)} known outcomes{status}; nothing follows"
