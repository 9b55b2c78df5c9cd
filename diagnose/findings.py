"""Findings: what the evidence says, from wherever it came, each finding once.

A finding of the base is present, absent or unknown. Several sources may speak of the same one:
the surest counts, an answer of the operator beats everything that was read, and findings of one
group (which imply each other) count once, through the one that says most.
"""

from __future__ import annotations

from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from diagnose.reading.course import CourseFacts
    from kb.index import FactRow, FindingRow, Index

ORDER = ("answer", "fact", "exact", "normalised", "structural", "fuzzy", "lexical")
"""How a finding came to be known; earlier beats later."""

_SAYING_NOTHING = {"", "unknown", "unreachable", "forbidden", "none"}

ANSWERED = ("symptom", "signature", "fact")
"""Kinds of what a person can be asked for."""

SURELY = ("exact", "normalised")
"""Those of a line that was surely seen, word for word."""

IN_TEXT = ("exact", "normalised", "structural", "fuzzy")
"""Those that tell of a line of a log or of a text."""


class Finding(NamedTuple):
    """One finding with where it was seen."""

    id: str
    kind: str
    state: str
    """``present``, ``absent`` or ``unknown``."""
    how: str
    sure: float
    """P(it is really so), 0 to 1."""
    text: str
    """What the base calls it."""
    matched: str = ""
    """The line, answer or value that said so."""
    source: str = ""
    line: int = 0
    span: tuple[int, int] = (0, 0)
    score: float = 1.0
    differs: str = ""
    count: int = 1  # type: ignore[assignment]  # the contract's word hides tuple.count
    """How often it was seen; it counts as evidence once."""


def merged(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Return one finding for each id: the best way of knowing, then the surest."""
    best: dict[str, Finding] = {}
    for finding in findings:
        known = best.get(finding.id)
        if known is None:
            best[finding.id] = finding
            continue
        count = known.count + finding.count
        chosen = min(known, finding, key=lambda f: (ORDER.index(f.how), -f.sure, f.source, f.line))
        best[finding.id] = chosen._replace(count=count)
    return dict(sorted(best.items()))


def answered(index: Index, finding_id: str, state: str, matched: str = "") -> Finding | None:
    """Return an operator's answer about a finding, or None when the base has no such finding."""
    row = index.finding(finding_id)
    if row is None:
        return None
    return Finding(
        row.id, row.kind, state, "answer", 0.97, row.text, matched or f"answered: {state}", "answer"
    )


def from_fact(index: Index, name: str, value: str, source: str = "fact") -> list[Finding]:
    """Compare a value with everything the base says of it.

    Values ``unknown``, ``unreachable`` and ``forbidden`` say nothing, neither present nor absent.
    """
    found = []
    for fact in index.facts(name):
        row = index.finding(fact.id)
        if row is None:
            continue
        state = _compared(fact, value)
        found.append(_of_fact(row, state, f"{name}={value}", source))
    return found


def misfit(index: Index, name: str, value: str) -> str:
    """Return why a value that a person gives can be none of a fact, or nothing.

    A fact that is compared with numbers is a number, one that is compared with versions a version.
    One that the base calls true or false, or gives several words, has no other; where it knows a
    single word, or an expression, the others are not known.
    """
    facts = index.facts(name)
    words = {f.value.casefold() for f in facts if f.op in ("==", "!=") and not _is_number(f.value)}
    if words & {"true", "false"}:
        words |= {"true", "false"}
    kinds = [kind for kind in (_kind(fact) for fact in facts) if kind]
    is_open = any(kind == "text" for kind in kinds) or (len(words) == 1 and not kinds)
    if is_open or value.casefold() in words | _SAYING_NOTHING:
        return ""
    if ("a number" in kinds and _is_number(value)) or ("a version" in kinds and _version(value)):
        return ""
    known = " or ".join([*sorted(words), *sorted(set(kinds))])
    return f"fact {name} must be {known}, not {value!r}"


def _kind(fact: FactRow) -> str:
    """Return what a comparison takes the value for, nothing where it is one word of several."""
    if fact.op == "version":
        return "a version"
    if fact.op == "matches":
        return "text" if any(map(str.isalpha, fact.value)) else "a number"
    return "a number" if _is_number(fact.value) else ""


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _version(text: str) -> bool:
    from kb import versions  # noqa: PLC0415 (few facts are versions)

    return versions.parse(text) is not None


def from_courses(index: Index, courses: Mapping[str, CourseFacts]) -> Iterator[Finding]:
    """Yield the findings of how time went by, given source -> its course."""
    for source, course in sorted(courses.items()):
        told = (
            ("uptimes_shrinking", course.shrinking),
            ("running_at_end_of_log", course.running),
            ("log_gap_then_burst", course.gap_then_burst or None),
        )
        for name, value in told:
            if value is not None:
                yield from from_fact(index, name, str(value).lower(), source)


def _of_fact(row: FindingRow, state: str, matched: str, source: str) -> Finding:
    return Finding(row.id, row.kind, state, "fact", 0.98, row.text, matched, source)


def _compared(fact: FactRow, value: str) -> str:
    folded = value.casefold()
    if folded in _SAYING_NOTHING and folded != fact.value.casefold():
        return "unknown"
    if fact.op == "version":
        from kb import versions  # noqa: PLC0415 (few facts are versions)

        version = versions.parse(value)
        if version is None:
            return "unknown"
        return "present" if versions.allows(fact.value, version) else "absent"
    if fact.op == "matches":
        import re  # noqa: PLC0415 (few facts are compared so)

        return "present" if re.search(fact.value, value) else "absent"
    try:
        left, right = float(value), float(fact.value)
    except ValueError:
        equal = value.strip().casefold() == fact.value.casefold()
        if fact.op not in ("==", "!="):
            return "unknown"
        return "present" if equal == (fact.op == "==") else "absent"
    holds = {
        "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right,
        "==": left == right, "!=": left != right,
    }[fact.op]  # fmt: skip
    return "present" if holds else "absent"
