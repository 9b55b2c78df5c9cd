"""The words and marks of the screen, each in one place; a mark never stands without its word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.safe import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.checks.commands import Filled
    from diagnose.findings import Finding
    from diagnose.result import Cause, Diagnosis, Proof

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


def verdict_line(diagnosis: Diagnosis) -> Content:
    """Return the verdict with the sentence that belongs to it."""
    word, style = VERDICT[diagnosis.verdict]
    causes = diagnosis.causes
    if diagnosis.verdict == "established":
        said = f"{causes[0].title}. {causes[0].because}"
    elif diagnosis.verdict == "ambiguous":
        likely = [c for c in causes if c.probability >= 0.5 * causes[0].probability]
        said = "; or: ".join(plain(cause.title) for cause in likely[:3])
        said = said if len(likely) > 1 else f"not sure yet; most likely: {said}"
    elif diagnosis.verdict == "weak":
        said = f"nothing is established; the nearest is: {causes[0].title}"
    elif diagnosis.verdict == "nothing_known":
        said = "nothing in this base explains what you gave; see what to collect"
    else:
        said = "this does not look like a problem of the products this base knows"
    return Content.assemble((word, style), "  ", plain(said, 400))


def moves(before: Diagnosis | None, now: Diagnosis) -> Sequence[str]:
    """Say which causes changed their confidence or became first."""
    if before is None or not before.causes or not now.causes:
        return ()
    old = {cause.insight: cause for cause in before.causes}
    said = []
    if before.causes[0].insight != now.causes[0].insight:
        said.append(f"now first: {plain(now.causes[0].title, 70)}")
    for cause in now.causes:
        was = old.get(cause.insight)
        if was is not None and was.confidence != cause.confidence:
            said.append(f"{plain(cause.title, 50)}: {was.confidence} \u2192 {cause.confidence}")
    return said[:3]


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
