"""The words and marks of the screen, each in one place; a mark never stands without its word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.safe import last_line, plain

if TYPE_CHECKING:
    from diagnose.checks.commands import Filled
    from diagnose.findings import Finding
    from diagnose.result import Cause, Diagnosis, Proof
    from diagnose.sessions.session import Step

SEVERITY = {
    "critical": ("\u25cf CRIT", "bold $text-error"),
    "warning": ("\u25b2 WARN", "bold $text-warning"),
    "info": ("\u25a0 INFO", "bold $text-primary"),
}
STATE = {"present": "\u2713 yes", "absent": "\u2717 no", "unknown": "? don't know", "": ""}
HOW = {
    "exact": "exact text",
    "normalised": "same text",
    "structural": "same form of text",
    "fuzzy": "similar text",
    "lexical": "your words",
    "answer": "your answer",
    "fact": "a measured value",
}
VERDICT = {
    "established": ("ESTABLISHED", "bold $text-success"),
    "ambiguous": ("AMBIGUOUS", "bold $text-warning"),
    "weak": ("WEAK", "bold $text-warning"),
    "nothing_known": ("NOTHING KNOWN", "bold $text-error"),
    "out_of_scope": ("OUT OF SCOPE", "bold $text-error"),
}
NEAREST = 3
"""Causes that are always listed when nothing is likely."""

MOST_SAID = 1000
"""Characters of a verdict, before it is known what there is room for."""

RISK = {"none": "no risk", "low": "low risk", "medium": "medium risk", "high": "HIGH RISK"}
LOOKS = ("\u25cb look", "$text-success")
CHANGES = ("\u25c6 CHANGES", "bold $text-warning")


def severity(word: str) -> tuple[str, str]:
    """Return mark and word of a severity, with its style."""
    return SEVERITY.get(word, (word.upper(), "bold"))


def effect(command: Filled) -> tuple[str, str]:
    """Return mark and word that tell looking from changing, with its style."""
    return LOOKS if command.effect == "reads" else CHANGES


def by_what(cause: Cause) -> str:
    """Say in two words by what evidence a cause stands where it stands."""
    proofs = [proof for proof in cause.evidence if proof.effect >= 0 and proof.state == "present"]
    if not proofs:
        return "no evidence yet"
    words = list(dict.fromkeys(HOW.get(proof.how, proof.how) for proof in proofs[:4]))
    more = f" (+{len(proofs) - 4})" if len(proofs) > 4 else ""
    return ", ".join(words[:2]) + more


def where(proof: Proof) -> str:
    """Say where a finding was seen: the file's name and line."""
    place = proof.where
    if not place.source or place.source in ("answer", "fact", "description"):
        return ""
    name = place.source.replace("\\", "/").rsplit("/", 1)[-1]
    return f"{plain(name, 60)}:{place.line}" if place.line else plain(name, 60)


def verdict_lines(diagnosis: Diagnosis) -> list[Content]:
    """Return the verdict with what belongs to it, ever shorter."""
    word, style = VERDICT[diagnosis.verdict]
    word += " SO FAR" if diagnosis.partial else ""
    return [
        Content.assemble((word, style), "  ", plain(said, MOST_SAID))
        for said in _verdict(diagnosis)
    ]


def _verdict(diagnosis: Diagnosis) -> list[str]:
    causes = diagnosis.causes
    if diagnosis.verdict == "established":
        return [f"{causes[0].title}. {causes[0].because}", causes[0].title]
    if diagnosis.verdict == "ambiguous":
        likely = [c.title for c in causes if c.probability >= 0.5 * causes[0].probability]
        return _either(likely) if likely[1:] else [f"not sure yet; most likely: {likely[0]}"]
    if diagnosis.verdict == "weak":
        return [f"nothing is established; the nearest is: {causes[0].title}"]
    if diagnosis.verdict == "nothing_known":
        return ["nothing in this base explains what you gave; see what to collect"]
    return ["this does not look like a problem of the products this base knows"]


def _either(titles: list[str]) -> list[str]:
    """Return alternatives as one sentence, ever fewer of them by name."""
    sentences = []
    for named in range(min(3, len(titles)), 0, -1):
        rest = len(titles) - named
        more = f"; or {'another' if rest == 1 else f'one of {rest} others'}" if rest else ""
        sentences.append("; or: ".join(titles[:named]) + more)
    return sentences


def moves(before: Diagnosis | None, now: Diagnosis) -> list[str]:
    """Say which causes became first or changed their confidence; ever fewer of them."""
    if before is None or not before.causes or not now.causes:
        return [""]
    old = {cause.insight: cause for cause in before.causes}
    said = []
    if before.causes[0].insight != now.causes[0].insight:
        said.append(f"now first: {plain(now.causes[0].title)}")
    for cause in now.causes:
        was = old.get(cause.insight)
        if was is not None and was.confidence != cause.confidence:
            said.append(f"{was.confidence} \u2192 {cause.confidence}: {plain(cause.title)}")
    return ["; ".join(said[:most]) for most in range(min(3, len(said)), 0, -1)] or [""]


def parted(diagnosis: Diagnosis) -> tuple[list[Cause], list[Cause]]:
    """Return the causes that are listed, and those that are folded away."""
    causes = diagnosis.causes
    listed = [c for c in causes if c.confidence != "unlikely"] or list(causes[:NEAREST])
    return listed, [cause for cause in causes if cause not in listed]


def unknown(share: float) -> str:
    """Return the word for the probability that the cause is none of the base."""
    return "likely" if share >= 0.7 else "possible" if share >= 0.25 else "unlikely"


def remarks(diagnosis: Diagnosis) -> list[str]:
    """Return what must be known of how the result came about."""
    from diagnose.report.wording import PARTIAL, suppressed  # noqa: PLC0415 (after the first paint)

    hidden = [f"Suppressed by your project file: {suppressed(s)}" for s in diagnosis.suppressed]
    return [*[PARTIAL] * diagnosis.partial, *diagnosis.notes, *hidden]


def arrow(before: Diagnosis | None, cause: Cause) -> str:
    """Return up, down or nothing: how the cause moved by the last step."""
    was = (
        None
        if before is None
        else next((c for c in before.causes if c.insight == cause.insight), None)
    )
    if was is None or abs(cause.probability - was.probability) < 0.01:
        return ""
    return " \u2191" if cause.probability > was.probability else " \u2193"


def said(finding: Finding) -> str:
    """Return how a finding came to be known, how often it was seen, and what the base calls it."""
    count = f", seen {finding.count:,} times" if finding.count > 1 else ""
    differs = f", differs: {plain(finding.differs)}" if finding.differs else ""
    return f"{HOW.get(finding.how, finding.how)}{count}{differs}: {plain(finding.text)}"


def step_said(step: Step) -> str:
    """Return what a step of the session was about."""
    if step.kind == "error":
        return last_line(step.said)
    told = ", ".join(f"{STATE[state]} {finding}" for finding, state in step.findings)
    what = {
        "answer": told,
        "withdraw": f"answer to {step.id} taken back",
        "output": f"output of {step.id}: {told}",
        "log": f"log {step.id}",
        "drop": "input taken back",
        "rule-out": f"{step.id} ruled out",
        "restore": f"{step.id} taken back in",
    }
    return plain(what.get(step.kind, step.kind))
