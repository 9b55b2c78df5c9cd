"""Verifying: is a cause of a saved result gone, still there, or can nobody tell yet.

What can be read again is read again: logs from the time of the fix on, facts of a probe, checks
that the user agrees to, answers that are given anew. A cause is resolved only when what spoke for
it most was looked for in a place where it would stand by now, and is not there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose import read
from diagnose.collect import Evidence, Given, collect
from diagnose.diagnosis import conclude
from diagnose.errors import UsageError
from diagnose.records import records
from diagnose.saved import LOGS
from diagnose.verdict import TELLING as RARE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from diagnose.result import Diagnosis
    from diagnose.saved import OldCause, OldProof, Saved
    from kb.index import Index

RESOLVED, STILL, UNTOLD = "resolved", "still there", "cannot tell"

TELLING = 0.5
"""Share of the strongest effect from which a finding is looked for again."""

ENOUGH_RECORDS = 5
"""A log must have gone on for so many records before the absence of a line in it says anything."""

DAY = 86_400.0
"""Times below it are seconds since midnight, from a log that names no date."""


class Span(NamedTuple):
    """What stands in the logs after the fix."""

    records: int
    first: float | None
    last: float | None
    undated: tuple[str, ...]
    """Logs that name no dates, so that before and after cannot be told apart."""

    @property
    def seconds(self) -> float:
        """How long the log went on."""
        return 0.0 if self.first is None or self.last is None else self.last - self.first


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


class Reread(NamedTuple):
    """Everything that was read again."""

    evidence: Evidence
    given: Given
    span: Span
    since: float | None


def reread(saved: Saved, given: Given, index: Index) -> Reread:
    """Read the logs again, from the fix on, with what else is given now.

    Args:
        saved: the saved result.
        given: what the user gives now; its logs are read instead of those of the saved result,
            and a log that is new is taken as written after the fix.
        index: the base.

    Raises:
        UsageError: a log cannot be read.
    """
    since = given.since
    if since is None and saved.last_event is not None:
        since = saved.last_event + 0.001
    logs = given.logs or tuple(log for log in saved.logs if log.exists())
    span, starts = _after(logs, {log for log in given.logs if log not in saved.logs}, since)
    fresh = given._replace(logs=logs, since=None, version=given.version or saved.version)
    evidence = collect(fresh._replace(logs=()), index, lines=_lines(starts))
    return Reread(evidence, fresh, span, since)


def _after(
    logs: Sequence[Path], new: set[Path], since: float | None
) -> tuple[Span, list[tuple[Path, int]]]:
    """Return how much stands in the logs after the fix, and from which line on.

    A dated log counts from its first record after the fix on, with the undated lines that follow.
    """
    count, times, undated, starts = 0, [], [], []
    for log in logs:
        dated = log in new
        for file in read.log_files(log):
            start = 1 if log in new else 0
            for record in records(read.file_lines(file, read.Tally())):
                time = record.time if record.time is not None and record.time > DAY else None
                dated = dated or time is not None
                if not start and time is not None and since is not None and time >= since:
                    start = record.line
                if start:
                    count += record.header
                    times += [time] if time is not None else []
            if start:
                starts.append((file, start))
        if not dated:
            undated.append(str(log))
    first, last = (min(times), max(times)) if times else (None, None)
    return Span(count, first, last, tuple(undated)), starts


def _lines(starts: Sequence[tuple[Path, int]]) -> Iterator[read.Line]:
    for file, start in starts:
        yield from (line for line in read.file_lines(file, read.Tally()) if line.number >= start)


def verify(saved: Saved, now: Reread, index: Index) -> Verification:
    """Judge every likely cause of a saved result.

    Raises:
        UsageError: the saved result names no likely cause.
    """
    if not saved.causes:
        raise UsageError("the saved result names no likely cause, so there is nothing to verify")
    diagnosis = conclude(now.evidence, now.given, index)
    likely = _likely(diagnosis)
    old = {cause.insight for cause in saved.causes}
    return Verification(
        causes=tuple(
            _judged(cause, _telling(cause, index), saved, now, likely) for cause in saved.causes
        ),
        new=tuple(insight for insight in likely if insight not in old),
        since=now.since,
        span=now.span,
        diagnosis=diagnosis,
    )


def open_findings(saved: Saved, now: Reread, index: Index) -> list[str]:
    """Return the telling findings that nothing read so far settles; a check may."""
    found = []
    for cause in saved.causes:
        for proof in _telling(cause, index):
            if proof.how not in LOGS and _state(proof, now) is None:
                found.append(proof.finding)
    return list(dict.fromkeys(found))


def _likely(diagnosis: Diagnosis) -> list[str]:
    if diagnosis.verdict not in ("established", "ambiguous"):
        return []
    return [
        c.insight for c in diagnosis.causes if c.confidence in ("certain", "likely", "possible")
    ]


def _telling(cause: OldCause, index: Index) -> list[OldProof]:
    """Return what spoke for a cause most; circumstances, which stay as they are, only if need be."""
    rare = [proof for proof in cause.proofs if _is_rare(proof.finding, index)]
    proofs = rare or cause.proofs
    most = max((proof.effect for proof in proofs), default=0.0)
    return [proof for proof in proofs if proof.effect >= TELLING * most]


def _is_rare(finding: str, index: Index) -> bool:
    """Say whether a finding is rarely there without a cause."""
    row = index.finding(finding)
    return row is not None and row.leak <= RARE


def _state(proof: OldProof, now: Reread) -> str | None:
    """Return how a finding stands now; None when it was not looked at again."""
    finding = now.evidence.findings.get(proof.finding)
    if finding is not None and finding.state != "unknown":
        return finding.state
    return None


def _judged(
    cause: OldCause, telling: Sequence[OldProof], saved: Saved, now: Reread, likely: Sequence[str]
) -> Judged:
    states = {proof.finding: _state(proof, now) for proof in telling}
    for proof in telling:
        if states[proof.finding] == "present":
            line = now.evidence.findings[proof.finding].matched or proof.text
            return Judged(cause.insight, cause.title, STILL, f"again: {line}", ())
    if cause.insight in likely:
        why = "what was read since then makes it likely again"
        return Judged(cause.insight, cause.title, STILL, why, ())
    in_log = [proof for proof in telling if proof.how in LOGS]
    doubt = _doubt(in_log, saved, now)
    if not doubt and in_log:
        states.update({proof.finding: "absent" for proof in in_log})
    gone = [proof for proof in telling if states[proof.finding] == "absent"]
    left = tuple(proof.text for proof in telling if states[proof.finding] is None)
    if gone and gone[0] is telling[0]:
        why = f"no longer: {gone[0].text}"
        return Judged(cause.insight, cause.title, RESOLVED, why, left)
    why = doubt or "nothing that spoke for it could be looked at again"
    return Judged(cause.insight, cause.title, UNTOLD, why, left)


def _doubt(in_log: Sequence[OldProof], saved: Saved, now: Reread) -> str:
    """Return why the absence of these lines in the log says nothing yet, or nothing."""
    if not in_log:
        return ""
    span = now.span
    if span.undated and not span.records:
        return f"{span.undated[0]} names no dates; give what was written since the fix with --log"
    if now.evidence.partial:
        return "the log was not read to its end"
    if span.records < ENOUGH_RECORDS:
        return f"only {span.records} log records were written since the fix"
    usual = max((saved.spacing.get(proof.finding, 0.0) for proof in in_log), default=0.0)
    if span.seconds < usual:
        return f"the log covers {_time(span.seconds)} since the fix, and it used to come every {_time(usual)}"
    return ""


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def lines(found: Verification) -> list[str]:
    """Return the verification in plain lines, the conclusion last."""
    shown = []
    for cause in found.causes:
        shown.append(f"{cause.state}: {cause.insight} ({cause.title})")
        shown.append(f"  {cause.why}")
        shown += [f"  not looked at again: {text}" for text in cause.left]
    shown += [f"new: {insight}" for insight in found.new]
    shown += [f"not used: {log} names no dates" for log in found.span.undated]
    number = sum(cause.state == RESOLVED for cause in found.causes)
    shown.append(
        f"{number} of {len(found.causes)} resolved; {found.span.records} log records since {_moment(found.since)}"
    )
    return shown


def _moment(seconds: float | None) -> str:
    return (
        datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
        if seconds
        else "the saved result"
    )


def as_dict(found: Verification) -> dict[str, Any]:
    """Return the fields of ``diagnose verify --json``."""
    from diagnose.report.data import as_dict as diagnosis_as_dict  # noqa: PLC0415 (JSON only)

    return {
        "resolved": found.all_resolved,
        "since": _moment(found.since) if found.since else None,
        "log_records": found.span.records,
        "undated": list(found.span.undated),
        "causes": [{**cause._asdict(), "left": list(cause.left)} for cause in found.causes],
        "new": list(found.new),
        "diagnosis": diagnosis_as_dict(found.diagnosis),
    }
