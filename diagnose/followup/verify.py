"""Verifying: is a cause of a saved result gone, still there, or can nobody tell yet.

What can be read again is read again: logs from the time of the fix on, facts of a probe, checks
that the user agrees to, answers that are given anew. A cause is resolved only when what spoke for
it most was looked for in a place where it would stand by now, and is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.diagnosis import conclude
from diagnose.errors import UsageError
from diagnose.findings import IN_TEXT, from_fact
from diagnose.ranking.verdict import TELLING as RARE
from diagnose.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.followup.reread import Reread, Span
    from diagnose.followup.saved import OldCause, OldProof, Saved, Seen
    from diagnose.result import Cause, Diagnosis
    from kb.index import Index

RESOLVED, STILL, UNTOLD = "resolved", "still there", "cannot tell"

TELLING = 0.5
"""Share of the strongest effect from which a finding is looked for again."""

ENOUGH_RECORDS = 5
"""A log must have gone on for so many records before the absence of a line in it says anything."""

ENOUGH_SECONDS = 600.0
"""So long at least after something that was seen once: what runs every few minutes has run by then,
as loops, heartbeats and schedules do."""


NOT_AGAIN = "nothing that spoke for it could be looked at again"
ONLY_WORDS = (
    "only its description in words spoke for it; say what you see now (--symptom, --no-symptom)"
)


class Judged(NamedTuple):
    """One cause of the saved result, now."""

    insight: str
    title: str
    state: str
    why: str
    left: tuple[str, ...]
    """Findings that spoke for it and were not looked at again."""


class Verification(NamedTuple):
    """What became of a saved result."""

    causes: tuple[Judged, ...]
    new: tuple[str, ...]
    """Likely causes now that were not likely then."""
    since: float | None
    span: Span
    diagnosis: Diagnosis

    @property
    def all_resolved(self) -> bool:
        """Whether every cause is gone and no new one came."""
        return not self.new and all(cause.state == RESOLVED for cause in self.causes)


def verify(saved: Saved, now: Reread, index: Index) -> Verification:
    """Judge every likely cause of a saved result.

    Raises:
        UsageError: the saved result names no likely cause.
    """
    if not saved.causes:
        raise UsageError("the saved result names no likely cause, so there is nothing to verify")
    diagnosis = conclude(now.evidence, now.given, index)
    likely = [cause.insight for cause in diagnosis.likely]
    old = {cause.insight for cause in saved.causes}
    new = [cause for cause in diagnosis.likely if cause.insight not in old]
    unread = _unread(now, new)
    return Verification(
        causes=tuple(
            _judged(cause, _states(cause, now, index), saved, now, likely, unread)
            for cause in saved.causes
        ),
        new=tuple(cause.insight for cause in new),
        since=now.since,
        span=now.span,
        diagnosis=diagnosis,
    )


def open_findings(saved: Saved, now: Reread, index: Index) -> list[str]:
    """Return the telling findings that nothing read so far settles; a check may."""
    found = []
    for cause in saved.causes:
        for proof in _telling(cause, index):
            if proof.how not in IN_TEXT and _state(proof, now, index) is None:
                found.append(proof.finding)
    return list(dict.fromkeys(found))


def _telling(cause: OldCause, index: Index) -> list[OldProof]:
    """Return what spoke for a cause most; circumstances, which stay as they are, only if need be.

    What a description as a whole resembles is nothing that could be looked for again.
    """
    found = [proof for proof in cause.proofs if index.finding(proof.finding) is not None]
    proofs = [proof for proof in found if _is_rare(proof.finding, index)] or found
    most = max((proof.effect for proof in proofs), default=0.0)
    return [proof for proof in proofs if proof.effect >= TELLING * most]


def _is_rare(finding: str, index: Index) -> bool:
    """Say whether a finding is rarely there without a cause."""
    row = index.finding(finding)
    return row is not None and row.leak <= RARE


def _states(cause: OldCause, now: Reread, index: Index) -> dict[str, str | None]:
    """Return how what spoke for a cause most stands now."""
    return {proof.finding: _state(proof, now, index) for proof in _telling(cause, index)}


def _state(proof: OldProof, now: Reread, index: Index) -> str | None:
    """Return how a finding stands now; None when it was not looked at again."""
    finding = now.evidence.findings.get(proof.finding)
    if finding is not None and finding.state != "unknown":
        return finding.state
    return "absent" if _has_another_value(proof.finding, now, index) else None


def _has_another_value(finding: str, now: Reread, index: Index) -> bool:
    """Say whether a finding is that a fact has some value, and it is known to have another one."""
    name = next((fact.name for fact in index.facts() if fact.id == finding), "")
    for fact in index.facts(name) if name else ():
        seen = now.evidence.findings.get(fact.id)
        if fact.op == "==" and seen is not None and seen.state == "present":
            told = {found.id: found.state for found in from_fact(index, name, fact.value)}
            return told.get(finding) == "absent"
    return False


def _judged(
    cause: OldCause,
    states: dict[str, str | None],
    saved: Saved,
    now: Reread,
    likely: Sequence[str],
    unread: str,
) -> Judged:
    telling = [proof for proof in cause.proofs if proof.finding in states]
    for proof in telling:
        if states[proof.finding] == "present":
            line = now.evidence.findings[proof.finding].matched or proof.text
            return Judged(cause.insight, cause.title, STILL, f"again: {line}", ())
    if cause.insight in likely:
        why = "what was read since then makes it likely again"
        return Judged(cause.insight, cause.title, STILL, why, ())
    in_log = [proof for proof in telling if proof.how in IN_TEXT]
    doubt = (unread or _doubt(in_log, saved, now)) if in_log else ""
    if not doubt and in_log:
        states.update({proof.finding: "absent" for proof in in_log})
    gone = [proof for proof in telling if states[proof.finding] == "absent"]
    left = tuple(proof.text for proof in telling if states[proof.finding] is None)
    if gone and gone[0] is telling[0]:
        why = f"no longer: {gone[0].text}"
        return Judged(cause.insight, cause.title, RESOLVED, why, left)
    why = doubt or _partly(cause, now) or (NOT_AGAIN if telling else ONLY_WORDS)
    return Judged(cause.insight, cause.title, UNTOLD, why, left)


def _partly(cause: OldCause, now: Reread) -> str:
    """Name what is known to be gone, where that is not what spoke for a cause most."""
    known = now.evidence.findings
    gone = [
        p.text for p in cause.proofs if p.finding in known and known[p.finding].state == "absent"
    ]
    return f"gone, but not what spoke for it most: {', '.join(gone)}" if gone else ""


def _unread(now: Reread, new: Sequence[Cause]) -> str:
    """Return why the absence of any line in the log says nothing, or nothing."""
    other = next((cause.insight for cause in new if _stands_in_text(cause)), "")
    if now.evidence.foreign or (now.span.new and not now.evidence.ours):
        return "the log that was given names nothing of this base's products"
    if other:
        return f"the log tells of {other} now, which may hide it"
    return ""


def _stands_in_text(cause: Cause) -> bool:
    """Say whether what speaks most for a cause is a line that was read."""
    first = max(cause.evidence, key=lambda proof: proof.effect, default=None)
    return first is not None and first.how in IN_TEXT


def _doubt(in_log: Sequence[OldProof], saved: Saved, now: Reread) -> str:
    """Return why the absence of these lines in the log says nothing yet, or nothing."""
    span = now.span
    if span.lost:
        return f"{span.lost[0]}; give what was written since the fix with --log"
    if span.undated and not span.records:
        return f"{span.undated[0]} names no dates; give what was written since the fix with --log"
    if now.evidence.partial:
        return "the log was not read to its end"
    if span.records < ENOUGH_RECORDS:
        few = f"the log has only {count(span.records, 'record')} since the fix"
        return few if span.records else "the log has no record since the fix"
    return "" if span.first is None else _too_short(in_log, saved, span)


def _too_short(in_log: Sequence[OldProof], saved: Saved, span: Span) -> str:
    """Return why a log is too short to say anything, measured by how often these lines came."""
    covers = f"the log covers {_time(span.seconds)} since the fix"
    usual = max((saved.spacing.get(proof.finding, 0.0) for proof in in_log), default=0.0)
    if span.seconds < usual:
        return f"{covers}, and it used to come every {_time(usual)}"
    rare = max((_rarity(saved.seen.get(proof.finding), span) for proof in in_log), default=0.0)
    if span.seconds < rare:
        return f"{covers}, and before it came once in {_time(rare)}"
    if span.seconds < ENOUGH_SECONDS and any(p.finding not in saved.spacing for p in in_log):
        return f"{covers}, too little for what was seen once: wait for {_time(ENOUGH_SECONDS)}"
    return ""


def _rarity(seen: Seen | None, span: Span) -> float:
    """Return in how many seconds something was seen once, from where its log begins."""
    if seen is None or span.began is None:
        return 0.0
    return (seen.last - span.began) / seen.times


def _time(seconds: float) -> str:
    if seconds < 1:
        return "less than 1 s"
    if seconds >= 172_800:
        return f"{seconds / 86_400:.0f} days"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
