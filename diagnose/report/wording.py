"""The words that all front ends use for verdicts, evidence, severities and commands."""

from __future__ import annotations

from collections import Counter

from diagnose.probability import percent
from diagnose.report.plain import ELLIPSIS, clip, one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnose.asking.questions import Question
    from diagnose.result import Cause, Diagnosis, Missing, Proof, Where
    from diagnose.suppress import Suppression

MARKS = {"critical": "\u25cf CRIT", "warning": "\u25b2 WARN", "info": "\u25a0 INFO"}
"""Severity -> mark and word; `plain.to_ascii` turns the marks into signs."""

VERDICTS = {
    "established": "Established: this cause explains what you gave.",
    "ambiguous": "Ambiguous: this fits best, but it is not settled.",
    "weak": "Weak: nothing is settled; these are only the nearest candidates.",
    "nothing_known": "Nothing known: no cause in this base explains what you gave.",
    "out_of_scope": "Out of scope: this names another product and nothing that this base covers.",
}
TIED = "Ambiguous: more than one cause fits; the check below tells them apart."
PARTIAL = "Partial: reading was interrupted. This is the answer so far."

_HOW = {
    "exact": "exact text",
    "normalised": "same text",
    "structural": "same error, other values",
    "fuzzy": "nearly the same text",
    "lexical": "your words",
    "answer": "your answer",
    "fact": "value read",
}
_RELATIONS = {
    "resembles": "looks like",
    "causes": "brings about",
    "caused_by": "is brought about by",
}
_SPECIFICITY = (
    (0.001, "only this failure writes it"),
    (0.01, "hardly ever seen otherwise"),
    (0.05, "sometimes seen otherwise"),
    (0.2, "often seen otherwise"),
    (1.0, "seen everywhere; says little alone"),
)

LONG_PATH = 36
"""Columns of a path that are shown in an answer; JSON and Markdown carry it whole."""

CLOSE = 0.34
"""A second cause with so large a share of the first one's probability is close behind."""


def how_sure(cause: Cause) -> str:
    """Return confidence and probability, and where the insight comes from if not from the page."""
    said = f"{cause.confidence}, {percent(cause.probability)}"
    return said if cause.provenance == "document" else f"{said}, {cause.provenance}"


def rivals(diagnosis: Diagnosis) -> list[Cause]:
    """Return the causes close behind the first one."""
    first, *others = diagnosis.causes
    return [other for other in others if other.probability >= CLOSE * first.probability]


def next_question(diagnosis: Diagnosis) -> Question | None:
    """Return the best question whose answers lead to different causes, if there is one."""
    if diagnosis.verdict in ("nothing_known", "out_of_scope"):
        return None  # what would tell causes apart for which nothing speaks
    for question in diagnosis.next_checks:
        if len({outcome.then.split(" (")[0] for outcome in question.outcomes}) > 1:
            return question
    return None


def verdict(diagnosis: Diagnosis) -> str:
    """Return the verdict in plain words."""
    if diagnosis.verdict == "ambiguous" and next_question(diagnosis) and rivals(diagnosis):
        return TIED
    return VERDICTS[diagnosis.verdict]


def place(where: Where) -> str:
    """Return ``file:line``, or the source alone."""
    return spot(where.source, where.line)


def spot(source: str, line: int) -> str:
    """Return ``file:line`` in few columns: of a long path the end."""
    name = one_line(source)
    while len(name) > LONG_PATH and "/" in name[2:]:
        name = f"{ELLIPSIS}/{name[2:].split('/', 1)[1]}"
    return f"{name}:{line}" if line else name


def how(proof: Proof) -> str:
    """Return in words how a finding was recognised."""
    return _HOW.get(proof.how, proof.how)


def evidence(proof: Proof, width: int = 100) -> str:
    """Return where something was seen, how it was recognised and what it was, in one line.

    Args:
        proof: the finding.
        width: columns for the text that was seen; the rest comes on top.
    """
    if proof.kind == "input":
        return one_line(proof.text)
    if proof.how == "answer":
        return (
            f"your answer is {'yes' if proof.state == 'present' else 'no'}: {one_line(proof.text)}"
        )
    at = f"{place(proof.where)}: " if proof.where.line else ""
    often = f"{times(proof.count)}, " if proof.count > 1 else ""
    seen = clip(proof.matched, width, proof.where.span)
    if proof.kind == "signature":
        differs = f"; differs: {one_line(proof.differs)}" if proof.differs else ""
        return f'{at}{often}{how(proof)} "{seen}"{differs}'
    denied = "" if proof.state == "present" else "not the case: "
    said = f' ("{seen}")' if proof.how == "lexical" else f" ({seen})"
    return f"{at}{often}{how(proof)}: {denied}{one_line(proof.text)}{said}"


def force(effect: float) -> str:
    """Return how much a finding weighs, by its effect on the log-odds."""
    size = abs(effect)
    if size < 0.005:
        return "adds nothing"
    word = "strongly" if size >= 2.3 else "clearly" if size >= 1.0 else "slightly"
    return f"{word} {'for' if effect > 0 else 'against'}"


def strongest(proofs: Iterable[Proof]) -> list[Proof]:
    """Return the findings that say most, best first.

    Several findings of one failure stand in for each other, so that leaving out one of them
    changes nothing; the one through which the others count then speaks for them all.
    """
    listed = list(proofs)
    through = [_through(proof.why) for proof in listed]
    stands_for = Counter(finding for finding in through if finding)
    telling = [
        (
            proof.kind == "input",
            -abs(proof.effect) - stands_for[proof.finding],
            proof.finding,
            proof,
        )
        for proof, shadowed in zip(listed, through, strict=True)
        if not shadowed and (abs(proof.effect) >= 0.05 or stands_for[proof.finding])
    ]
    return [entry[-1] for entry in sorted(telling, key=lambda entry: entry[:3])]


def _through(why: str) -> str:
    """Return the finding through which another one counts, or nothing."""
    words = why.split()
    return words[2] if len(words) == 3 and words[:2] == ["counts", "through"] else ""


def missing(item: Missing) -> str:
    """Return what would raise a cause, as something to look for."""
    if item.kind == "signature":
        return f'the line "{one_line(item.text)}" in the log'
    return one_line(item.text)


def strength(kind: str, weight: float, provenance: str = "") -> str:
    """Return the word of the base for the weight of an ``indicates`` or ``contradicts`` edge."""
    from kb.scale import CONTRADICTION, GUESS_FACTOR, STRENGTH  # noqa: PLC0415 (in no short answer)

    table = {"indicates": STRENGTH, "contradicts": CONTRADICTION}.get(kind)
    if table is None:
        return ""
    guess = kind == "indicates" and provenance == "guess"
    value = weight / GUESS_FACTOR if guess else weight
    word = min(table, key=lambda word: abs(table[word] - value))
    return f"{word}, a guess" if guess else word


def specificity(leak: float) -> str:
    """Return how telling a finding is, by how often it is seen without any known cause."""
    return next(word for most, word in _SPECIFICITY if leak <= most)


def suppressed(item: Suppression) -> str:
    """Return a suppression in one line: what is not told, until when, and why."""
    what = item.insight or f"the finding {item.finding}"
    return one_line(f"{what}, until {item.until}: {item.reason}")


def also(question: Question) -> str:
    """Return what the same look tells besides, in one line; nothing when it tells no more."""
    return "; ".join(one_line(text) for _, text in question.also)


def relation(name: str) -> str:
    """Return a relation between insights in words."""
    return _RELATIONS.get(name, name)


def known_by(diagnosis: Diagnosis) -> str:
    """Return what was read, in one line."""
    given = diagnosis.input
    parts = []
    if given.lines_read:
        parts.append(count(given.lines_read, "line"))
    if given.events:
        parts.append(count(given.events, "log record"))
    if diagnosis.incidents:
        total = sum(incident.count for incident in diagnosis.incidents)
        often = f" ({total} times in all)" if total > len(diagnosis.incidents) else ""
        parts.append(f"{count(len(diagnosis.incidents), 'incident')}{often}")
    version = ", ".join(given.versions_seen[:3])
    if version:
        parts.append(f"version {version}{' as you say' if given.prefect_version else ''}")
    if given.last_event:
        parts.append(f"last event {given.last_event}")
    if given.truncated:
        parts.append("not all was read")
    return ", ".join(parts)


def count(number: int, noun: str) -> str:
    """Return ``1 line`` or ``3 lines``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", " ")


def times(number: int) -> str:
    """Return ``once`` or ``3 times``."""
    return "once" if number == 1 else f"{number:,} times".replace(",", " ")
