"""What one look answers, and which look is worth most for its cost and risk.

A look is a question about one group of findings (whoever looks at one of them sees the others), a
command whose output tells of several, or a few things that a person is asked for together. Reading
commands only. What has to be looked up as root or in a cluster counts as dearer, and every question
has a fixed cost of its own, so that one telling question is preferred to three cheap ones.
"""

from __future__ import annotations

from itertools import chain

from diagnose.asking.gain import candidates, joint, telling
from diagnose.checks.commands import exists
from diagnose.ranking.verdict import ordered
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from diagnose.asking.gain import Candidate
    from diagnose.collect import Evidence
    from diagnose.ranking.rank import Posterior
    from kb.index import Index, Observer

OVERHEAD = 180.0
"""Seconds that any question costs beside finding its answer: to read it, to leave what one does,
to get to the place and back. An estimate: with half of it simulated operators who open with one
complaint need up to 8 questions instead of 6 at the 95th percentile (``python -m
benchmarks.questions --complaints 1``, two seeds)."""

CHOICE = 5.0
"""Seconds that each further choice of a question costs."""

MOST_STATEMENTS = 6
"""Findings that one look is asked for at most; its others tell less."""

PRIVILEGE = {"root": 2.0, "cluster": 1.5, "docker": 1.2}
"""What a command needs -> factor on its cost; everything else counts once."""

APART = 2.0
"""Factor on the gain of what the base says tells the first two causes apart: its authors know
more of the two than the strengths of their edges say."""


class Look(NamedTuple):
    """What one look answers."""

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
        return self.members[0].topic

    @property
    def cost(self) -> int:
        """Seconds until the answer is there."""
        if self.command is not None:
            return self.command.cost_s
        # of a topic the member that tells most counts, which is the one that is written last
        return sum({member.topic: member.row.cost_s for member in reversed(self.members)}.values())

    def worth(self, apart: set[str]) -> float:
        """Return the bits that the look promises for each second that it costs."""
        price = self.cost * (PRIVILEGE.get(self.command.privileges, 1.0) if self.command else 1.0)
        price += OVERHEAD + CHOICE * (len(self.members) - 1)
        named = bool(apart) and any(member.row.id in apart for member in self.members)
        return self.gain * (APART if named else 1.0) / price

    def closely(self, shares: Mapping[str, float]) -> Look:
        """Return the look with its gain worked out."""
        return self._replace(is_exact=True, gain=min(self.gain, joint(self.members, shares)))


def looks(posterior: Posterior, evidence: Evidence, index: Index) -> list[Look]:
    """Return everything that may be looked at, in no order."""
    groups = candidates(posterior, evidence, index)
    observers = index.observers(member.row.id for group in groups for member in group)
    found: list[Look] = []
    told: dict[Observer, list[list[Candidate]]] = {}
    for group in groups:
        first = group[0].row
        command = first_of(observers.get(first.id, ()), evidence.versions)
        if command is not None or first.kind != "signature":
            found.append(_look(command, group))
        for observer in {o for member in group for o in observers.get(member.row.id, ())}:
            told.setdefault(observer, []).append(group)
    for observer, parts in told.items():
        if len(parts) > 1 and first_of((observer,), evidence.versions):
            found.append(_look(observer, chain.from_iterable(parts)))
    return [*found, *_together([group[0] for group in groups])]


def first_of(commands: Iterable[Observer], seen: Sequence[str]) -> Observer | None:
    """Return the first command that exists on the versions seen."""
    return next((command for command in commands if exists(command.versions, seen)), None)


def command_for(finding_id: str, index: Index, seen: Sequence[str]) -> Observer | None:
    """Return the cheapest reading command that observes a finding on the versions seen."""
    return first_of(index.observers([finding_id]).get(finding_id, ()), seen)


def told_apart(posterior: Posterior, index: Index) -> set[str]:
    """Return the findings that the base names to tell the first two causes apart."""
    first = ordered(posterior.probability)[:2]
    return {
        edge.via
        for cause in first
        for edge in index.edges_from(cause, "resembles")
        if edge.target in first
    }


def _look(command: Observer | None, members: Iterable[Candidate]) -> Look:
    members = sorted(members, key=telling)[:MOST_STATEMENTS]
    topics = frozenset([member.topic for member in members])
    gain = sum([member.gain for member in members])  # together they never tell more
    name, first = command.id if command else "", members[0].row.id
    return Look(first, name, len(members) == 1, gain, tuple(members), command, topics)


def _together(firsts: Iterable[Candidate]) -> Iterator[Look]:
    """Yield what a person may be asked for together: the two that tell most, the three, ...

    Whether what takes longer to find out is worth it, too, its price says.
    """
    known = sorted([c for c in firsts if c.row.kind == "symptom"], key=telling)[:MOST_STATEMENTS]
    for number in range(2, len(known) + 1):
        yield _look(None, known[:number])
