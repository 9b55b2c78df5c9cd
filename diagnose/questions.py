"""The next check: which answer would tell the causes apart best, for its cost and risk.

Expected information gain over which cause it is (or none), in bits, per second of the operator's
time; reading commands only. What has to be looked up as root or in a cluster counts as dearer, and
every question has a fixed cost of its own, so that one telling question is preferred to three
cheap ones. Findings of one group are one question: whoever looks at one of them sees the others.
"""

from __future__ import annotations

import heapq
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
    from kb.index import CommandRow, FindingRow, Index, Observer

WORTH = 0.02
"""Questions that promise less than so many bits are not asked."""

OVERHEAD = 90.0
"""Seconds that any question costs beside finding its answer: to read it, to switch to it."""

CHOICE = 5.0
"""Seconds that each further choice of a question costs."""

MOST_CHOICES = 4
"""Findings of one group that one question asks for at most."""

MOST_STATEMENTS = 6
"""Findings that one look at a command's output is asked for at most; its others tell less."""

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


class Look(NamedTuple):
    """What one look answers: a question about one group, or a command that tells of several."""

    first: str
    """Id of the finding that tells most."""
    name: str
    """Id of the command, or empty."""
    is_exact: bool
    """Whether the gain is worked out; before that it is the most that it can be."""
    gain: float
    members: tuple[Candidate, ...]
    command: Observer | None
    topics: frozenset[str]
    """Groups of its findings."""

    @property
    def topic(self) -> str:
        """Group of the finding that tells most."""
        return self.members[0].row.group or self.first

    @property
    def cost(self) -> int:
        """Seconds until the answer is there."""
        return (self.command.cost_s if self.command else None) or self.members[0].row.cost_s


def next_checks(
    posterior: Posterior, evidence: Evidence, index: Index, limit: int
) -> list[Question]:
    """Return the questions most worth asking, best first, ties by id; one of each group."""
    shares = _shares(posterior)
    apart = _apart(posterior, index)
    looks = [(-_worth(look, apart), look) for look in _looks(posterior, evidence, index)]
    heapq.heapify(looks)
    questions: list[Question] = []
    covered: set[str] = set()
    while looks and len(questions) < limit:
        _, look = heapq.heappop(looks)
        if look.topic in covered:
            continue
        if not look.is_exact:  # most are never looked at so closely
            look = _closely(look, shares)
            heapq.heappush(looks, (-_worth(look, apart), look))
            continue
        covered |= look.topics
        questions.append(_question(look, shares, evidence, index))
    return questions


def _looks(posterior: Posterior, evidence: Evidence, index: Index) -> list[Look]:
    """Return every question about one group, and every command that tells of several."""
    asked_for = candidates(posterior, evidence, index)
    observers = index.observers(m.row.id for asked in asked_for for m in asked.members)
    looks: list[Look] = []
    told: dict[Observer, list[Asked]] = {}
    for asked in asked_for:
        own = observers.get(asked.members[0].row.id, ())
        looks.append(_look(_first(own, evidence.versions), [asked], is_exact=True))
        commands = {c for m in asked.members for c in observers.get(m.row.id, ())}
        for command in sorted(commands):
            if _first((command,), evidence.versions):
                told.setdefault(command, []).append(asked)
    return looks + [_look(c, parts, is_exact=False) for c, parts in told.items() if len(parts) > 1]


def _look(command: Observer | None, parts: Sequence[Asked], *, is_exact: bool) -> Look:
    members = [member for asked in parts for member in asked.members]
    members.sort(key=lambda member: (-member.gain, member.row.id))
    members = members[:MOST_STATEMENTS]
    topics = frozenset(member.row.group or member.row.id for member in members)
    name = command.id if command else ""
    gain = sum(asked.gain for asked in parts)  # together they never tell more
    return Look(members[0].row.id, name, is_exact, gain, tuple(members), command, topics)


def _closely(look: Look, shares: Mapping[str, float]) -> Look:
    """Return a look with its gain worked out."""
    gain = min(look.gain, _joint(look.members, shares))
    return look._replace(is_exact=True, gain=gain)


def _worth(look: Look, apart: set[str]) -> float:
    """Return the bits that a look promises for each second that it costs."""
    command = look.command
    price = look.cost * (PRIVILEGE.get(command.privileges, 1.0) if command else 1.0) + OVERHEAD
    price += CHOICE * (len(look.members) - 1)
    named = any(member.row.id in apart for member in look.members)
    return look.gain * (APART if named else 1.0) / price


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
    rows = [row for row in index.askable(told - known) if row.group not in settled]
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
    """Join the findings of a group into one question."""
    members = sorted(members, key=lambda member: (-member.gain, member.row.id))[:MOST_CHOICES]
    return Asked(tuple(members), _joint(members, shares))


def _joint(members: Sequence[Candidate], shares: Mapping[str, float]) -> float:
    """Return what the answers to all of these tell together, in bits.

    That is how unsure all answers together are, less their noise: answers are taken as
    independent of one another where the cause is known.
    """
    if len(members) == 1:
        return members[0].gain
    unsure = 0.0
    yes_no = [(list(p.values()), [1.0 - one for one in p.values()]) for _, p, _, _ in members]
    for answers in product(*yes_no):
        joint = list(shares.values())
        for answer in answers:
            joint = list(map(mul, joint, answer))
        whole = sum(joint)
        unsure -= whole * math.log2(whole) if whole > 0.0 else 0.0
    return unsure - sum(member.noise for member in members)


def _question(
    look: Look, shares: Mapping[str, float], evidence: Evidence, index: Index
) -> Question:
    row, likely, _, _ = look.members[0]
    command = index.command(look.name) if look.name else None
    return Question(
        id=row.id,
        question=row.question,
        command=look.name,
        effect="reads",
        cost_s=look.cost,
        gain_bits=round(look.gain, 3),
        outcomes=(
            Answer("yes", _leads({c: s * likely[c] for c, s in shares.items()})),
            Answer("no", _leads({c: s * (1.0 - likely[c]) for c, s in shares.items()})),
        ),
        also=tuple((member.row.id, member.row.text) for member in look.members[1:]),
        run=fill(command, evidence.captured) if command else None,
    )


def command_for(finding_id: str, index: Index, seen: Sequence[str]) -> CommandRow | None:
    """Return the cheapest reading command that observes a finding on the versions seen."""
    row = _first(index.observers([finding_id]).get(finding_id, ()), seen)
    return index.command(row.id) if row else None


def _first(commands: Iterable[Observer], seen: Sequence[str]) -> Observer | None:
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
