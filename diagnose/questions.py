"""The next check: which answer would tell the causes apart best, for its cost and risk.

Expected information gain over which cause it is (or none), in bits, per second of the operator's
time; reading commands only. What has to be looked up as root or in a cluster counts as dearer, and
every question has a fixed cost of its own, so that one telling question is preferred to three
cheap ones. Findings of one group are one question: whoever looks at one of them sees the others.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product
from operator import mul

from diagnose.commands import fill
from diagnose.verdict import ordered
from kb import versions
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from diagnose.collect import Evidence
    from diagnose.commands import Filled
    from diagnose.rank import Posterior
    from kb.index import CommandRow, Entity, FindingRow, Index

WORTH = 0.02
"""Questions that promise less than so many bits are not asked."""

OVERHEAD = 90.0
"""Seconds that any question costs beside finding its answer: to read it, to switch to it."""

CHOICE = 5.0
"""Seconds that each further choice of a question costs."""

MOST_CHOICES = 4
"""Findings that one question asks for at most."""

PRIVILEGE = {"root": 2.0, "cluster": 1.5, "docker": 1.2}
"""What a command needs -> factor on its cost; everything else counts once."""

APART = 2.0
"""Factor on the gain of what the base says tells the first two causes apart: its authors know
more of the two than the strengths of their edges say."""

CONSIDERED = 12
"""Causes whose findings are considered as questions."""

UNKNOWN = ""
"""Stands for the hypothesis that none of the base's causes holds."""

SETTLED = ("answer", "fact")
"""A group of which a finding is known in one of these ways is not asked for again."""


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
    """Of the answer to all that it asks for."""
    outcomes: tuple[Answer, ...]
    also: tuple[tuple[str, str], ...] = ()
    """Findings that the same look answers: (id, what the base calls it)."""
    run: Filled | None = None
    """The command with the values that the evidence names."""


class Candidate(NamedTuple):
    """A finding that may be asked for."""

    row: FindingRow
    likely: dict[str, float]
    """Hypothesis -> P(it is so)."""
    noise: float
    """Bits of its answer that say nothing of the cause: what stays unsure when the cause is known."""
    gain: float


class Asked(NamedTuple):
    """Findings of one group as one question; the first tells most."""

    members: tuple[Candidate, ...]
    gain: float


def next_checks(
    posterior: Posterior, evidence: Evidence, index: Index, limit: int
) -> list[Question]:
    """Return the questions most worth asking, best first, ties by id; one of each group."""
    shares = _shares(posterior)
    apart = _apart(posterior, index)
    found = []
    asked_for = candidates(posterior, evidence, index)
    observers = index.observers(asked.members[0].row.id for asked in asked_for)
    for asked in asked_for:
        row = asked.members[0].row
        named = any(member.row.id in apart for member in asked.members)
        command = _first(observers.get(row.id, ()), evidence.versions)
        cost = (command.cost_s if command else None) or row.cost_s
        price = cost * (PRIVILEGE.get(command.privileges, 1.0) if command else 1.0) + OVERHEAD
        price += CHOICE * (len(asked.members) - 1)
        found.append((asked.gain * (APART if named else 1.0) / price, asked, command, cost))
    found.sort(key=lambda entry: (-entry[0], entry[1].members[0].row.id))
    questions: dict[str, Question] = {}
    for _, asked, command, cost in found:
        row = asked.members[0].row
        if len(questions) < limit:
            question = _question(asked, command, cost, shares)
            entity = index.entity(command.id) if command else None
            run = fill(entity, {}, evidence.captured) if entity else None
            questions.setdefault(row.group or row.id, question._replace(run=run))
    return list(questions.values())


def _apart(posterior: Posterior, index: Index) -> set[str]:
    """Return the findings that the base names to tell the first two causes apart."""
    first = ordered(posterior.probability)[:2]
    return {
        edge.via
        for cause in first
        for edge in index.edges_from(cause, "resembles")
        if edge.target in first
    }


def candidates(posterior: Posterior, evidence: Evidence, index: Index) -> list[Asked]:
    """Return everything that is open and would help, in order of its group and kind."""
    shares = _shares(posterior)
    known = evidence.findings.keys() | evidence.unread  # suppressed ones among them
    settled = _settled(evidence, index)
    considered = ordered(posterior.probability)[:CONSIDERED]
    told = index.sources(considered, "indicates") | index.sources(considered, "contradicts")
    rows = [
        row
        for row in index.finding_rows(told - known)
        if row.kind != "signature" and row.group not in settled
    ]
    indicates, contradicts = (
        index.weights([row.id for row in rows], kind) for kind in ("indicates", "contradicts")
    )
    names = index.fact_names(row.id for row in rows)
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for row in rows:
        weights = indicates.get(row.id, ()), contradicts.get(row.id, ())
        candidate = _candidate(row, shares, *weights)
        if candidate is not None:
            key = (row.group or row.id, names.get(row.id, row.kind))
            groups.setdefault(key, []).append(candidate)
    return [_together(members, shares) for _, members in sorted(groups.items())]


def _settled(evidence: Evidence, index: Index) -> set[str]:
    """Return the groups of which enough is known: one finding is there, or somebody looked."""
    found = set()
    for finding in evidence.findings.values():
        row = index.finding(finding.id)
        looked = finding.state == "absent" and finding.how in SETTLED
        if row is not None and row.group and (finding.state == "present" or looked):
            found.add(row.group)
    return found


def _shares(posterior: Posterior) -> dict[str, float]:
    """Return the hypotheses, each cause alone or none, with shares that sum to 1."""
    whole = sum(posterior.probability.values()) + posterior.unknown
    shares = {cause: p / whole for cause, p in posterior.probability.items()}
    return {**shares, UNKNOWN: posterior.unknown / whole}


def _candidate(
    row: FindingRow,
    shares: Mapping[str, float],
    indicates: Iterable[tuple[str, float]],
    contradicts: Iterable[tuple[str, float]],
) -> Candidate | None:
    """Return the finding if its answer promises enough; only causes with an edge are looked at."""
    leak = row.leak
    own = {c: 1.0 - (1.0 - leak) * (1.0 - weight) for c, weight in indicates if c in shares}
    for cause, weight in contradicts:
        if cause in shares:
            own[cause] = own.get(cause, leak) * weight
    usual = _entropy(leak)
    yes = leak + sum(shares[cause] * (p - leak) for cause, p in own.items())
    noise = usual + sum(shares[cause] * (_entropy(p) - usual) for cause, p in own.items())
    gain = _entropy(yes) - noise
    if gain < WORTH:
        return None
    return Candidate(row, dict.fromkeys(shares, leak) | own, noise, gain)


@lru_cache(maxsize=4096)  # the strengths of edges and the leaks are few words
def _entropy(p: float) -> float:
    """Return how unsure a yes is that has this probability, in bits."""
    return -sum(q * math.log2(q) for q in (p, 1.0 - p) if q > 0.0)


def _together(members: list[Candidate], shares: Mapping[str, float]) -> Asked:
    """Join the findings of a group into one question.

    Its gain is how unsure all answers together are, less their noise: answers are taken as
    independent of one another where the cause is known.
    """
    members = sorted(members, key=lambda member: (-member.gain, member.row.id))[:MOST_CHOICES]
    if len(members) == 1:
        return Asked(tuple(members), members[0].gain)
    unsure = 0.0
    yes_no = [(list(p.values()), [1.0 - one for one in p.values()]) for _, p, _, _ in members]
    for answers in product(*yes_no):
        joint = list(shares.values())
        for answer in answers:
            joint = list(map(mul, joint, answer))
        whole = sum(joint)
        unsure -= whole * math.log2(whole) if whole > 0.0 else 0.0
    return Asked(tuple(members), unsure - sum(member.noise for member in members))


def _question(
    asked: Asked, command: CommandRow | None, cost: int, shares: Mapping[str, float]
) -> Question:
    row, likely, _, _ = asked.members[0]
    outcomes = (
        Answer("yes", _leads({c: s * likely[c] for c, s in shares.items()})),
        Answer("no", _leads({c: s * (1.0 - likely[c]) for c, s in shares.items()})),
    )
    name = command.id if command else ""
    also = tuple((member.row.id, member.row.text) for member in asked.members[1:])
    return Question(row.id, row.question, name, "reads", cost, round(asked.gain, 3), outcomes, also)


def command_for(finding_id: str, index: Index, seen: Sequence[str]) -> Entity | None:
    """Return the cheapest reading command that observes a finding on the versions seen."""
    row = _first(index.observers([finding_id]).get(finding_id, ()), seen)
    return index.entity(row.id) if row else None


def _first(commands: Iterable[CommandRow], seen: Sequence[str]) -> CommandRow | None:
    """Return the first command that exists on the versions seen."""
    spans = [span for text in seen if (span := versions.parse(text)) is not None]
    for command in commands:
        window = command.versions
        if not window or not spans or any(versions.allows(window, span) for span in spans):
            return command
    return None


def _leads(weights: Mapping[str, float]) -> str:
    """Return the hypothesis that leads after an answer, with its share."""
    whole = sum(weights.values()) or 1.0
    best = min(weights, key=lambda cause: (-weights[cause], cause))
    share = round(100 * weights[best] / whole)
    return f"{best} ({share} %)" if best else "no cause of this base"
