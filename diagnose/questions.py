"""The next check: which answer would tell the causes apart best, for its cost and risk.

Expected information gain over which cause it is (or none), in bits, per second of the operator's
time; reading commands only. What has to be looked up as root or in a cluster counts as
dearer, and every question has a fixed cost of its own, so that one telling question is preferred
to three cheap ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from diagnose.verdict import ordered
from kb import versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diagnose.collect import Evidence
    from diagnose.rank import Posterior
    from kb.index import Entity, FindingRow, Index

WORTH = 0.02
"""Questions that promise less than so many bits are not asked."""

OVERHEAD = 90.0
"""Seconds that any question costs beside finding its answer: to read it, to switch to it."""

PRIVILEGE = {"root": 2.0, "cluster": 1.5, "docker": 1.2}
"""What a command needs -> factor on its cost; everything else counts once."""

CONSIDERED = 12
"""Causes whose findings are considered as questions."""

UNKNOWN = ""
"""Stands for the hypothesis that none of the base's causes holds."""


class Answer(NamedTuple):
    """One answer and where it leads."""

    answer: str
    then: str


class Question(NamedTuple):
    """A question whose answer would help."""

    id: str
    question: str
    command: str
    """Id of a reading command that answers it, or empty when a person must look."""
    effect: str
    cost_s: int
    gain_bits: float
    outcomes: tuple[Answer, ...]


class Candidate(NamedTuple):
    """A finding that may be asked for."""

    row: FindingRow
    likely: dict[str, float]
    """Hypothesis -> P(the answer is yes)."""
    yes: float
    """P(the answer is yes)."""
    gain: float


def next_checks(
    posterior: Posterior, evidence: Evidence, index: Index, limit: int
) -> list[Question]:
    """Return the questions most worth asking, best first, ties by id; one of each group."""
    shares = _shares(posterior)
    found = []
    for candidate in candidates(posterior, evidence, index):
        command = command_for(candidate.row.id, index, evidence.versions)
        cost = _cost(candidate.row, command)
        price = cost * PRIVILEGE.get(_privileges(command), 1.0) + OVERHEAD
        found.append((candidate.gain / price, candidate, command, cost))
    found.sort(key=lambda entry: (-entry[0], entry[1].row.id))
    questions: list[Question] = []
    groups: set[str] = set()
    for _, candidate, command, cost in found:
        group = candidate.row.group or candidate.row.id
        if group not in groups and len(questions) < limit:
            groups.add(group)
            questions.append(_question(candidate, command, cost, shares))
    return questions


def candidates(posterior: Posterior, evidence: Evidence, index: Index) -> list[Candidate]:
    """Return all findings that are open and would help, in order of id."""
    shares = _shares(posterior)
    known = evidence.findings.keys() | evidence.unread
    taken = {row.group for f in evidence.findings.values()
             if f.state == "present" and (row := index.finding(f.id)) and row.group}  # fmt: skip
    edges = [
        edge
        for cause in ordered(posterior.probability)[:CONSIDERED]
        for kind in ("indicates", "contradicts")
        for edge in index.edges_to(cause, kind)
    ]
    found = []
    for finding_id in sorted({edge.source for edge in edges} - known):
        row = index.finding(finding_id)
        if row is None or row.kind == "signature" or row.group in taken:
            continue
        candidate = _candidate(row, shares, index)
        if candidate.gain >= WORTH:
            found.append(candidate)
    return found


def _shares(posterior: Posterior) -> dict[str, float]:
    """Return the hypotheses, each cause alone or none, with shares that sum to 1."""
    whole = sum(posterior.probability.values()) + posterior.unknown
    shares = {cause: p / whole for cause, p in posterior.probability.items()}
    return {**shares, UNKNOWN: posterior.unknown / whole}


def _candidate(row: FindingRow, shares: Mapping[str, float], index: Index) -> Candidate:
    """Weigh one finding: P(yes) and the information of the answer, in bits."""
    likely = dict.fromkeys(shares, row.leak)
    for edge in index.edges_from(row.id, "indicates"):
        if edge.target in likely:
            likely[edge.target] = 1.0 - (1.0 - row.leak) * (1.0 - edge.weight)
    for edge in index.edges_from(row.id, "contradicts"):
        if edge.target in likely:
            likely[edge.target] *= edge.weight
    yes = sum(share * likely[cause] for cause, share in shares.items())
    doubt = sum(share * _entropy(likely[cause]) for cause, share in shares.items())
    return Candidate(row, likely, yes, _entropy(yes) - doubt)


def _question(
    candidate: Candidate, command: Entity | None, cost: int, shares: Mapping[str, float]
) -> Question:
    row, likely, yes = candidate.row, candidate.likely, candidate.yes
    outcomes = (
        Answer("yes", _leads({c: s * likely[c] / yes for c, s in shares.items()})),
        Answer("no", _leads({c: s * (1.0 - likely[c]) / (1.0 - yes) for c, s in shares.items()})),
    )
    name = command.id if command else ""
    return Question(row.id, row.question, name, "reads", cost, round(candidate.gain, 3), outcomes)


def command_for(finding_id: str, index: Index, seen: Sequence[str]) -> Entity | None:
    """Return the cheapest reading command that observes a finding on the versions seen."""
    found = []
    for source in {edge.source for edge in index.edges_to(finding_id, "observes")}:
        entity = index.entity(source)
        if entity is not None and entity.record["effect"] == "reads" and _exists(entity, seen):
            found.append(entity)
    return min(found, key=lambda entity: (entity.record.get("cost_s", 20), entity.id), default=None)


def _exists(entity: Entity, seen: Sequence[str]) -> bool:
    window = entity.record.get("versions")
    spans = [span for text in seen if (span := versions.parse(text)) is not None]
    return not window or not spans or any(versions.allows(window, span) for span in spans)


def _cost(row: FindingRow, command: Entity | None) -> int:
    return int(command.record.get("cost_s", row.cost_s)) if command else row.cost_s


def _privileges(command: Entity | None) -> str:
    return str(command.record.get("privileges", "none")) if command else "none"


def _leads(shares: Mapping[str, float]) -> str:
    """Return the hypothesis that leads after an answer, with its share."""
    best = max(shares, key=lambda cause: (shares[cause], cause))
    return f"{best or 'no cause of this base'} ({round(100 * shares[best])} %)"


def _entropy(p: float) -> float:
    """Return the entropy of a yes or no, in bits."""
    return 0.0 if p <= 0.0 or p >= 1.0 else -p * math.log2(p) - (1.0 - p) * math.log2(1.0 - p)
