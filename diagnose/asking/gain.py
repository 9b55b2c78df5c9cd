"""What an answer would tell: the open findings, and the bits that their answers promise.

The gain is what an answer tells of which cause it is, or that it is none.
"""

from __future__ import annotations

import math
from functools import lru_cache
from operator import mul

from diagnose.ranking.verdict import ordered
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from diagnose.collect import Evidence
    from diagnose.ranking.rank import Posterior
    from kb.index import Index, Open

WORTH = 0.02
"""Questions that promise less than so many bits are not asked."""

MOST_CHOICES = 4
"""Findings of one group that one question asks for at most."""

CONSIDERED = 12
"""Causes whose findings are considered as questions."""

UNKNOWN = ""
"""Stands for the hypothesis that none of the base's causes holds."""

KINDS = ("fact", "signature", "symptom")
"""Kinds of findings."""

SETTLED = ("answer", "fact")
"""A finding that is denied in one of these ways need not be asked for again."""


class Candidate(NamedTuple):
    """A finding that may be asked for."""

    row: Open
    likely: dict[str, float]
    """Cause -> P(it is so); with any other hypothesis it is the leak of the finding."""
    noise: float
    """Bits of its answer that say nothing of the cause: what stays unsure when the cause is known."""
    gain: float

    @property
    def topic(self) -> str:
        """Its group, or itself."""
        return self.row.group or self.row.id

    def by_hypothesis(self, shares: Mapping[str, float]) -> list[float]:
        """Return P(it is so) with each hypothesis."""
        own, leak = self.likely, self.row.leak
        return [own.get(cause, leak) for cause in shares]


def shares_of(posterior: Posterior) -> dict[str, float]:
    """Return the hypotheses, each cause alone or none, with shares that sum to 1."""
    whole = sum(posterior.probability.values()) + posterior.unknown
    shares = {cause: p / whole for cause, p in posterior.probability.items()}
    return {**shares, UNKNOWN: posterior.unknown / whole}


def candidates(posterior: Posterior, evidence: Evidence, index: Index) -> list[list[Candidate]]:
    """Return everything that is open and would help, in order of its group and kind.

    Each entry is one question; its first finding tells most. Lines of a log are asked for only
    while no log was read.
    """
    shares = shares_of(posterior)
    known = evidence.findings.keys() | evidence.unread  # suppressed ones among them
    settled = _settled(evidence, index)
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for row in index.askable(ordered(posterior.probability)[:CONSIDERED]):
        if row.id in known or (row.group, row.kind) in settled:
            continue
        if row.kind == "signature" and evidence.logs_read:
            continue
        candidate = _candidate(row, shares)
        if candidate is not None:
            key = (row.group or row.id, row.name or row.kind)
            groups.setdefault(key, []).append(candidate)
    return [sorted(members, key=telling)[:MOST_CHOICES] for _, members in sorted(groups.items())]


def telling(member: Candidate) -> tuple[float, str]:
    """Return what sorts findings, the one that tells most first."""
    return -member.gain, member.row.id


def joint(members: Sequence[Candidate], shares: Mapping[str, float]) -> float:
    """Return what the answers to all of these tell together, in bits.

    That is how unsure all answers together are, less their noise: answers are taken as
    independent of one another where the cause is known.
    """
    if len(members) == 1:
        return members[0].gain
    answered = [list(shares.values())]
    """P(these answers and the hypothesis), by hypothesis, for each way to answer so far."""
    for member in members:
        yes = member.by_hypothesis(shares)
        no = [1.0 - p for p in yes]
        answered = [list(map(mul, parts, p)) for parts in answered for p in (yes, no)]
    unsure = 0.0
    for whole in map(sum, answered):
        unsure -= whole * math.log2(whole) if whole > 0.0 else 0.0
    return unsure - sum(member.noise for member in members)


def _settled(evidence: Evidence, index: Index) -> set[tuple[str, str]]:
    """Return (group, kind of finding) of which enough is known.

    That is so where one finding is there, or somebody looked. What a person did not see a command
    may still read.
    """
    found = set()
    for finding in evidence.findings.values():
        row = index.finding(finding.id)
        if row is None or not row.group:
            continue
        if finding.state == "present" or (finding.state == "absent" and row.kind == "fact"):
            found |= {(row.group, kind) for kind in KINDS}
        elif finding.state == "absent" and finding.how in SETTLED:
            found.add((row.group, row.kind))
    return found


def _candidate(row: Open, shares: Mapping[str, float]) -> Candidate | None:
    """Return the finding if its answer promises enough; only causes with an edge are looked at."""
    own = {cause: p for cause, p in row.likely.items() if cause in shares}
    yes, noise = leak, usual = row.leak, _entropy(row.leak)
    for cause, p in own.items():
        yes += shares[cause] * (p - leak)
        noise += shares[cause] * (_entropy(p) - usual)
    gain = _entropy(yes) - noise
    return Candidate(row, own, noise, gain) if gain >= WORTH else None


@lru_cache(maxsize=4096)  # the strengths of edges and the leaks are few words
def _entropy(p: float) -> float:
    """Return how unsure a yes is that has this probability, in bits."""
    return -sum(q * math.log2(q) for q in (p, 1.0 - p) if q > 0.0)
