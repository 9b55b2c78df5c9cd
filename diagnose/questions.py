"""The next check: which answer would tell the causes apart best, for its cost and risk.

Expected information gain over which cause it is (or none), in bits, per second of the operator's
time; reading commands only. What has to be looked up as root or in a cluster counts as dearer, and
every question has a fixed cost of its own, so that one telling question is preferred to three
cheap ones. Findings of one group are one question: whoever looks at one of them sees the others.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import chain, product
from operator import mul

from diagnose.commands import exists, fill
from diagnose.verdict import ordered
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from diagnose.collect import Evidence
    from diagnose.commands import Filled
    from diagnose.rank import Posterior
    from kb.index import CommandRow, FindingRow, Index, Observer, Open

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

    row: Open
    likely: dict[str, float]
    """Cause -> P(it is so); with any other hypothesis it is the leak of the finding."""
    noise: float
    """Bits of its answer that say nothing of the cause: what stays unsure when the cause is known."""
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
) -> Iterator[Question]:
    """Yield the questions most worth asking, best first, ties by id; one of each group."""
    shares = _shares(posterior)
    apart = _apart(posterior, index)
    looks = [(-_worth(look, apart), look) for look in _looks(posterior, evidence, index)]
    covered: set[str] = set()
    while looks and limit:
        looks.sort()
        _, look = looks.pop(0)
        if look.topic in covered:
            continue
        if not look.is_exact:  # most are never looked at so closely
            look = _closely(look, shares)
            looks.append((-_worth(look, apart), look))
            continue
        covered |= look.topics
        limit -= 1
        yield _question(look, shares, evidence, index)


def _looks(posterior: Posterior, evidence: Evidence, index: Index) -> list[Look]:
    """Return every question about one group, and every command that tells of several."""
    groups = candidates(posterior, evidence, index)
    observers = index.observers(member.row.id for group in groups for member in group)
    looks: list[Look] = []
    told: dict[Observer, list[list[Candidate]]] = {}
    for group in groups:
        own = observers.get(group[0].row.id, ())
        looks.append(_look(_first(own, evidence.versions), group))
        for command in {c for member in group for c in observers.get(member.row.id, ())}:
            told.setdefault(command, []).append(group)
    for command, parts in told.items():
        if len(parts) > 1 and _first((command,), evidence.versions):
            looks.append(_look(command, chain.from_iterable(parts)))
    return looks


def _look(command: Observer | None, members: Iterable[Candidate]) -> Look:
    members = sorted(members, key=_telling)[:MOST_STATEMENTS]
    topics = frozenset(member.row.group or member.row.id for member in members)
    gain = sum(member.gain for member in members)  # together they never tell more
    name, first = command.id if command else "", members[0].row.id
    return Look(first, name, len(members) == 1, gain, tuple(members), command, topics)


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


def candidates(posterior: Posterior, evidence: Evidence, index: Index) -> list[list[Candidate]]:
    """Return everything that is open and would help, in order of its group and kind.

    Each entry is one question; its first finding tells most.
    """
    shares = _shares(posterior)
    known = evidence.findings.keys() | evidence.unread  # suppressed ones among them
    settled = _settled(evidence, index)
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for asked in index.askable(ordered(posterior.probability)[:CONSIDERED]):
        if asked.id in known or asked.group in settled:
            continue
        candidate = _candidate(asked, shares)
        if candidate is not None:
            key = (asked.group or asked.id, asked.name or asked.kind)
            groups.setdefault(key, []).append(candidate)
    return [sorted(members, key=_telling)[:MOST_CHOICES] for _, members in sorted(groups.items())]


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


def _candidate(row: Open, shares: Mapping[str, float]) -> Candidate | None:
    """Return the finding if its answer promises enough; only causes with an edge are looked at."""
    leak = row.leak
    own = {
        cause: 1.0 - (1.0 - leak) * (1.0 - weight)
        for cause, weight in row.indicates.items()
        if cause in shares
    }
    for cause, weight in row.contradicts.items():
        if cause in shares:
            own[cause] = own.get(cause, leak) * weight
    usual = _entropy(leak)
    yes, noise = leak, usual
    for cause, p in own.items():
        yes += shares[cause] * (p - leak)
        noise += shares[cause] * (_entropy(p) - usual)
    gain = _entropy(yes) - noise
    return Candidate(row, own, noise, gain) if gain >= WORTH else None


@lru_cache(maxsize=4096)  # the strengths of edges and the leaks are few words
def _entropy(p: float) -> float:
    """Return how unsure a yes is that has this probability, in bits."""
    return -sum(q * math.log2(q) for q in (p, 1.0 - p) if q > 0.0)


def _telling(member: Candidate) -> tuple[float, str]:
    """Return what sorts findings, the one that tells most first."""
    return -member.gain, member.row.id


def _joint(members: Sequence[Candidate], shares: Mapping[str, float]) -> float:
    """Return what the answers to all of these tell together, in bits.

    That is how unsure all answers together are, less their noise: answers are taken as
    independent of one another where the cause is known.
    """
    if len(members) == 1:
        return members[0].gain
    unsure = 0.0
    yes = [_likely(member, shares) for member in members]
    for answers in product(*((p, [1.0 - one for one in p]) for p in yes)):
        joint = list(shares.values())
        for answer in answers:
            joint = list(map(mul, joint, answer))
        whole = sum(joint)
        unsure -= whole * math.log2(whole) if whole > 0.0 else 0.0
    return unsure - sum(member.noise for member in members)


def _likely(member: Candidate, shares: Mapping[str, float]) -> list[float]:
    """Return P(it is so) by hypothesis."""
    own, leak = member.likely, member.row.leak
    return [own.get(cause, leak) for cause in shares]


def _question(
    look: Look, shares: Mapping[str, float], evidence: Evidence, index: Index
) -> Question:
    first, *others = [_finding(member.row.id, index) for member in look.members]
    likely = _likely(look.members[0], shares)
    command = index.command(look.name) if look.name else None
    return Question(
        id=first.id,
        question=first.question,
        command=look.name,
        effect="reads",
        cost_s=look.cost,
        gain_bits=round(look.gain, 3),
        outcomes=(
            Answer("yes", _leads(shares, likely)),
            Answer("no", _leads(shares, [1.0 - p for p in likely])),
        ),
        also=tuple((other.id, other.text) for other in others),
        run=fill(command, evidence.captured) if command else None,
    )


def _finding(finding_id: str, index: Index) -> FindingRow:
    row = index.finding(finding_id)
    if row is None:
        message = f"the index asks for {finding_id!r} and does not hold it"
        raise ValueError(message)
    return row


def command_for(finding_id: str, index: Index, seen: Sequence[str]) -> CommandRow | None:
    """Return the cheapest reading command that observes a finding on the versions seen."""
    row = _first(index.observers([finding_id]).get(finding_id, ()), seen)
    return index.command(row.id) if row else None


def _first(commands: Iterable[Observer], seen: Sequence[str]) -> Observer | None:
    """Return the first command that exists on the versions seen."""
    return next((command for command in commands if exists(command.versions, seen)), None)


def _leads(shares: Mapping[str, float], likely: Iterable[float]) -> str:
    """Return the hypothesis that leads after an answer that is so likely by each, with its share."""
    weights = {cause: share * p for (cause, share), p in zip(shares.items(), likely, strict=True)}
    whole = sum(weights.values()) or 1.0
    best = min(weights, key=lambda cause: (-weights[cause], cause))
    share = round(100 * weights[best] / whole)
    return f"{best} ({share} %)" if best else "no cause of this base"
