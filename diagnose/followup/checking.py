"""A check and what follows from it: the same for the command line, the guided form and the TUI."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.checks.commands import told_together
from diagnose.checks.interpret import interpret, outcomes_of
from diagnose.diagnosis import conclude
from diagnose.findings import merged
from diagnose.ranking.moved import moved

if TYPE_CHECKING:
    from diagnose.checks.execute import Output
    from diagnose.checks.interpret import Interpretation, Reading
    from diagnose.checks.run import Plan
    from diagnose.collect import Evidence
    from diagnose.findings import Finding
    from diagnose.given import Given
    from diagnose.result import Diagnosis
    from kb.index import Index

OPTION = {"present": "--symptom", "absent": "--no-symptom", "unknown": "--unknown-symptom"}
"""State of a finding -> the option that tells the program so."""

MOST_SHOWN = 12
"""Lines of output that are shown where nothing in it is understood."""


class Done(NamedTuple):
    """A check that was run, interpreted from a paste, or not run."""

    plan: Plan
    output: Output | None
    interpretation: Interpretation | None
    pasted: bool = False
    declined: bool = False


class Checked(NamedTuple):
    """A check with the diagnosis before and after it."""

    done: Done
    before: Diagnosis | None
    after: Diagnosis | None

    @property
    def understood(self) -> bool:
        """Whether the output is one outcome of the base for sure."""
        found = self.done.interpretation
        return found is not None and found.chosen is not None and not found.others


def pasted(index: Index, planned: Plan, text: str, status: int | None = None) -> Done:
    """Interpret output from another machine."""
    return Done(planned, None, interpret(index, planned.command, text, status), pasted=True)


def ran(index: Index, planned: Plan, got: Output) -> Done:
    """Interpret the output of a command that was run here; one that did not start says nothing."""
    if got.failed:
        return Done(planned, got, None)
    partial = got.timed_out or got.truncated
    found = interpret(index, planned.command, got.text, got.exit_status, partial=partial)
    return Done(planned, got, found)


def concluded(done: Done, evidence: Evidence, given: Given, index: Index) -> Checked:
    """Return what the check changes; without findings there is nothing to compare."""
    findings = done.interpretation.findings if done.interpretation else ()
    if not findings:
        return Checked(done, None, None)
    before = conclude(evidence, given, index)
    return Checked(done, before, conclude(added(evidence, findings), given, index))


def added(evidence: Evidence, findings: tuple[Finding, ...]) -> Evidence:
    """Return the evidence with what a check found; the newer reading of a finding counts."""
    fresh = {finding.id for finding in findings}
    kept = [finding for name, finding in evidence.findings.items() if name not in fresh]
    return evidence._replace(findings=merged([*kept, *findings]), unread=evidence.unread - fresh)


def options(findings: tuple[Finding, ...]) -> list[str]:
    """Return the options that give the same findings to the other forms of the program."""
    return [word for f in findings for word in (OPTION[f.state], f.id)]


def lines(result: Checked, index: Index) -> list[str]:
    """Return the result in plain lines, the command that goes on from here last."""
    done = result.done
    if done.interpretation is None:
        return _not_run(done, index)
    found = done.interpretation
    shown = [f"command: {done.plan.shown}", _status(done)]
    if found.chosen is None:
        shown += [found.note, *_quoted(found.output)]
    else:
        shown += _reading(found.chosen)
        shown += [found.note] if found.note else []
    shown += [f"or: {other.answer}: {other.means}" for other in found.others]
    shown += [f"finding: {f.id} is {f.state} ({f.text})" for f in found.findings]
    if found.chosen is not None and not found.findings and not found.others:
        shown.append("finding: none; this answer settles nothing by itself")
    if result.before is not None and result.after is not None:
        shown += moved(result.before, result.after)
        shown.append(f"next: {shlex.join(['diagnose', *options(found.findings)])}")
    return shown


def _status(done: Done) -> str:
    got = done.output
    if got is None:
        return "not run here; this is the output that was given"
    if got.timed_out:
        return f"stopped after {got.seconds:.0f} s; what it wrote until then is read"
    if got.truncated:
        return "stopped because it wrote too much; the beginning is read"
    return f"ran here, exit status {got.exit_status}"


def _reading(reading: Reading) -> list[str]:
    seen = [f"seen: {reading.quoted}"] if reading.quoted else []
    return [f"answer: {reading.answer}", *seen, f"meaning: {' '.join(reading.means.split())}"]


def _quoted(text: str) -> list[str]:
    shown = text.split("\n") if text else []
    rest = [f"  ... {len(shown) - MOST_SHOWN} lines more"] if len(shown) > MOST_SHOWN else []
    return [f"  {line[:200]}" for line in shown[:MOST_SHOWN]] + rest


def _not_run(done: Done, index: Index) -> list[str]:
    planned = done.plan
    why = planned.refused or (done.output.failed if done.output else "you did not agree")
    shown = [f"not run: {why}", *planned.lines()]
    shown += [f"to fill in: {n}: {what}, such as {such}" for n, what, such in planned.unfilled]
    known = outcomes_of(index, planned.command) if planned.effect == "reads" else ()
    told = told_together((o.answer, " ".join(o.means.split())) for o in known)
    shown += [f"if {answer}: {means}" for answer, means in told]
    if planned.effect == "reads":
        shown.append(f"next: run it where it belongs, then: diagnose run {planned.command} --paste")
    return shown


def as_dict(result: Checked) -> dict[str, Any]:
    """Return the result as the fields of ``diagnose run --json``."""
    from diagnose.report.data import as_dict as diagnosis_as_dict  # noqa: PLC0415 (JSON only)

    done, found = result.done, result.done.interpretation
    planned, got = done.plan, done.output
    return {
        "check": {
            "id": planned.command,
            "argv": list(planned.argv),
            "text": planned.shown,
            "where": planned.where,
            "effect": planned.effect,
            "unfilled": [name for name, _, _ in planned.unfilled],
            "notes": list(planned.notes),
        },
        "ran": got is not None and not got.failed,
        "pasted": done.pasted,
        "refused": planned.refused
        or (got.failed if got else "")
        or ("declined" if done.declined else ""),
        "exit_status": found.exit_status if found else None,
        "timed_out": got.timed_out if got else False,
        "truncated": found.truncated if found else False,
        "output": found.output if found else "",
        "answer": _reading_dict(found.chosen) if found and found.chosen else None,
        "others": [_reading_dict(other) for other in found.others] if found else [],
        "note": found.note if found else "",
        "findings": [{"finding": f.id, "kind": f.kind, "state": f.state} for f in found.findings]
        if found
        else [],
        "then": options(found.findings) if found else [],
        "verdict_before": result.before.verdict if result.before else None,
        "diagnosis": diagnosis_as_dict(result.after) if result.after else None,
    }


def _reading_dict(reading: Reading) -> dict[str, str]:
    return reading._asdict()
