"""Pages of text: one cause, and one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.safe import lines, plain
from tui.words import HOW, RISK, STATE, effect, severity, where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from diagnose.checks.commands import Filled
    from diagnose.result import Cause, Proof

RELATION = {"resembles": "looks like", "causes": "brings about", "caused_by": "is brought about by"}


def joined(parts: Iterable[Content]) -> Content:
    """Return parts as one text, a line each."""
    return Content("\n").join(list(parts))


def heading(text: str) -> Content:
    """Return the heading of a part, with an empty line before it."""
    return Content.assemble("\n", (text, "bold $text-accent"))


def cause_page(cause: Cause) -> Content:
    """Return everything about a cause but its commands."""
    return joined(_cause(cause))


def _cause(cause: Cause) -> Iterator[Content]:
    mark, style = severity(cause.severity)
    yield Content.styled(plain(cause.title), "bold")
    yield Content.assemble(
        (mark, style),
        f"  {cause.confidence} ({cause.probability:.2f})",
        (f"  {cause.provenance} \u00b7 {cause.insight}", "dim"),
    )
    if cause.versions:
        yield Content(f"Possible on versions {plain(' or '.join(cause.versions))}")
    yield Content.assemble("\n", lines(cause.because))
    yield from _proofs("For", cause.evidence)
    yield from _proofs("Against", cause.against)
    if cause.missing:
        yield heading("Missing: would raise it")
        for missing in cause.missing:
            yield item(
                f"{plain(missing.question or missing.text)}", f" \u2192 {missing.raises_to:.2f}"
            )
    yield heading("What happens")
    yield Content(lines(cause.what))
    if cause.related:
        yield heading("Neighbours, and how to tell them apart")
        for other in cause.related:
            yield item(f"{RELATION.get(other.relation, other.relation)}: {plain(other.title)}", "")
            if other.how:
                yield Content.styled(f"  {lines(other.how)}", "dim")
    if cause.escalate:
        yield heading("When to stop and hand over")
        yield Content(lines(cause.escalate))
    yield from _sources(cause)


def _proofs(title: str, proofs: Sequence[Proof]) -> Iterator[Content]:
    if not proofs:
        return
    yield heading(title)
    for proof in proofs:
        seen = where(proof)
        how = HOW.get(proof.how, proof.how) + (f" \u00d7{proof.count}" if proof.count > 1 else "")
        note = f"  {how}{f', {seen}' if seen else ''}  {proof.effect:+.1f}"
        yield item(f"{STATE.get(proof.state, proof.state)[:1]} {plain(proof.text)}", note)
        if proof.matched and proof.how in ("fuzzy", "structural", "normalised", "lexical"):
            yield Content.styled(f"  \u201c{plain(proof.matched, 160)}\u201d", "dim")
        if proof.differs not in ("", proof.text, proof.matched):
            yield Content.assemble(("  differs: ", "$text-warning"), plain(proof.differs))
        if proof.why:
            yield Content.styled(f"  {plain(proof.why)}", "dim")


def _sources(cause: Cause) -> Iterator[Content]:
    if cause.sources:
        yield heading("Sources (o opens)")
    for number, source in enumerate(cause.sources, 1):
        yield Content.assemble((f"[{number}] ", "dim"), (plain(source.url), "underline"))
        yield Content.styled(f"  {lines(source.says)}", "dim")
    if cause.references:
        yield Content.assemble(("\nInvolves ", "dim"), ", ".join(map(plain, cause.references)))


def item(text: str, note: str) -> Content:
    """Return a text with what is noted on it."""
    return Content.assemble(text, (note, "dim"))


def command_page(command: Filled) -> Content:
    """Return everything about one command."""
    return joined(_command(command))


def _command(command: Filled) -> Iterator[Content]:
    yield Content.assemble(effect(command), f"  {RISK.get(command.risk, command.risk)}", "\n")
    yield Content.styled(lines(command.text), "bold")
    if not command.filled:
        yield heading("Fill in first")
        for name, kind, says, value in command.placeholders:
            yield Content(
                f"{{{name}}} ({kind}): {plain(says)}{f' = {plain(value)}' if value else ''}"
            )
    yield Content(f"\n{lines(command.purpose)}")
    for title, text in (
        ("Why here", command.why),
        ("Confirms the cause", command.confirms),
        ("Speaks against it", command.refutes),
        ("What to expect", command.expect),
        ("Risk", command.risk_note),
        ("Verify that it helped", command.verify),
        ("Take it back", command.rollback),
        ("Note", command.note),
    ):
        if text:
            yield heading(title)
            yield Content(lines(text))
    if command.outcomes:
        yield heading("What each outcome means")
        for answer, means, _, _ in command.outcomes:
            yield Content.assemble((f"{plain(answer)}: ", "bold"), plain(means, 600))
    needs = command.privileges if command.privileges != "none" else "no privileges"
    yield Content.styled(
        f"\n{command.language} \u00b7 on {command.where} \u00b7 {needs} \u00b7 {command.cost_s} s"
        + (f" \u00b7 versions {command.versions}" if command.versions else ""),
        "dim",
    )
    for other, versions in command.replaced_by:
        yield Content(f"On versions {plain(versions)} use {plain(other)}.")
