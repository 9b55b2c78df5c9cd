"""The next check: which answer would tell the causes apart best, for its cost and risk.

Expected information gain (`diagnose.asking.gain`) for each second of the operator's time
(`diagnose.asking.looks`). Where an answer leads is worked out as any diagnosis is.
"""

from __future__ import annotations

from diagnose.asking.gain import shares_of
from diagnose.asking.looks import looks, told_apart
from diagnose.checks.commands import fill
from diagnose.diagnosis import settle
from diagnose.findings import answered
from diagnose.probability import leading, percent
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnose.asking.looks import Look
    from diagnose.checks.commands import Filled
    from diagnose.collect import Evidence
    from diagnose.ranking.rank import Posterior
    from kb.index import FindingRow, Index

MOST_QUOTED = 120
"""Characters of a line that a question asks for."""


ANSWERS = (("yes", "present"), ("no", "absent"))
"""Answer -> state of the finding that is asked for first."""


class Answer(NamedTuple):
    """One answer and where it leads when it is the only one."""

    answer: str
    then: str
    """What leads then, with its probability: an insight or `diagnose.probability.UNKNOWN`."""


class Question(NamedTuple):
    """A question whose answer would help."""

    id: str
    question: str
    command: str
    """Id of a reading command that answers it, or empty when a person must look."""
    effect: str
    cost_s: int
    gain_bits: float
    """Of the answer to all that it asks for."""
    outcomes: tuple[Answer, ...]
    """Of the finding itself; what is asked for besides stays open."""
    also: tuple[tuple[str, str], ...] = ()
    """Findings that the same look answers: (id, what the base calls it)."""
    run: Filled | None = None
    """The command with the values that the evidence names."""


def next_checks(
    posterior: Posterior, evidence: Evidence, index: Index, limit: int
) -> Iterator[Question]:
    """Yield the questions most worth asking, best first, ties by id; one of each group."""
    shares = shares_of(posterior)
    apart = told_apart(posterior, index)
    left = [(-look.worth(apart), look) for look in looks(posterior, evidence, index)]
    covered: set[str] = set()
    while left and limit:
        left.sort()
        _, look = left.pop(0)
        if look.topic in covered:
            continue
        if not look.is_exact:  # most are never looked at so closely
            look = look.closely(shares)
            left.append((-look.worth(apart), look))
            continue
        covered |= look.topics
        limit -= 1
        yield _question(look, evidence, index)


def _question(look: Look, evidence: Evidence, index: Index) -> Question:
    first, *others = [_finding(member.row.id, index) for member in look.members]
    command = index.command(look.name) if look.name else None
    return Question(
        id=first.id,
        question=first.question or f"Does a log show {_named(first)}?",
        command=look.name,
        effect="reads",
        cost_s=look.cost,
        gain_bits=round(look.gain, 3),
        outcomes=tuple(
            Answer(answer, _leads(first.id, state, evidence, index)) for answer, state in ANSWERS
        ),
        also=tuple((other.id, _named(other)) for other in others),
        run=fill(command, evidence.captured) if command else None,
    )


def _finding(finding_id: str, index: Index) -> FindingRow:
    row = index.finding(finding_id)
    if row is None:
        message = f"the index asks for {finding_id!r} and does not hold it"
        raise ValueError(message)
    return row


def _named(row: FindingRow) -> str:
    """Return what the base calls a finding; a line of a log is quoted."""
    if row.kind != "signature":
        return row.text
    line = " ".join(row.text.split())
    return f'the line "{line[:MOST_QUOTED]}"'


def _leads(finding_id: str, state: str, evidence: Evidence, index: Index) -> str:
    """Return what leads when only this is answered: a cause, or that none is known."""
    told = answered(index, finding_id, state)
    findings = {**evidence.findings, finding_id: told} if told else evidence.findings
    after = settle(evidence._replace(findings=findings), index)
    first = next(iter(after.causes), "")
    name, probability = leading(first, after.probability.get(first, 0.0), after.unknown)
    return f"{name} ({percent(probability)})"
