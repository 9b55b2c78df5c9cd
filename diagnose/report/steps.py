"""Steps of a runbook: one command with what its answers mean and where each of them leads."""

from __future__ import annotations

from diagnose.checks.commands import told_together
from diagnose.report import offered
from diagnose.report.markdown import block, terms
from diagnose.report.md import anchor, cell, code, prose, slug, table
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from diagnose.checks.commands import Filled
    from kb.index import Index

TELLING = 0.05
"""A finding with a leak up to this confirms a cause that nearly always or often produces it."""

PRODUCED = 0.35
EXCLUDES = 0.1

RISKS = ("none", "low", "medium", "high")


class Names(NamedTuple):
    """Headings, anchors and names of blocks, unique on a page that holds several insights."""

    insight: str
    """Empty when the page is about one insight."""

    def title(self, section: str) -> str:
        """Return the heading of a section."""
        return f"{section} {self.insight}".strip()

    def jump(self, section: str) -> str:
        """Return a link to a section."""
        return f"[{section}](#{anchor(self.title(section))})"

    def block(self, name: str) -> str:
        """Return the name of a fenced block."""
        return f"{self.insight}-{name}" if self.insight else name


class Step(NamedTuple):
    """One command in its place on the page."""

    names: Names
    section: str
    number: int
    command: Filled

    @property
    def title(self) -> str:
        """The heading."""
        return self.names.title(f"{self.section} {self.number}")

    def jump(self) -> str:
        """Return a link to the step."""
        return f"[{self.section} {self.number}](#{anchor(self.title)})"

    def block(self) -> str:
        """Return the name of its fenced block."""
        return self.names.block(f"{self.section}-{self.number}-{slug(self.command.id)}".lower())


def hazard(command: Filled) -> tuple[bool, int]:
    """Return what orders remedies from the easily undone to those that are not."""
    return not command.rollback, RISKS.index(command.risk)


def confirm(step: Step, index: Index) -> Iterator[str]:
    """Yield a check: what it tells, the command, what to fill in."""
    yield from _head(step, index)
    yield from block(step.command, step.block())
    if step.command.expect:
        yield f"Good: {prose(offered.said(step.command, step.command.expect))}"
        yield ""


def fix(step: Step, index: Index) -> Iterator[str]:
    """Yield a remedy: risk before the command, verify and roll back below it."""
    command = step.command
    yield from _head(step, index)
    if command.risk_note:
        yield f"Risk: {prose(offered.said(command, command.risk_note))}"
    yield from block(command, step.block())
    for name, text in (
        ("Expect", command.expect),
        ("Verify", command.verify),
        ("Roll back", command.rollback),
        ("Note", command.note),
    ):
        if text:
            yield f"- {name}: {prose(offered.said(command, text))}"
    for other, window in command.replaced_by:
        yield f"- Replaced by {code(other)} on versions {code(window)}"
    yield ""


def _head(step: Step, index: Index) -> Iterator[str]:
    command = step.command
    yield from ["", f"### {step.title}", ""]
    yield prose(f"{_capital(command.purpose)}. {command.why}")
    yield ""
    yield f"{terms(command)}, about {_duration(command.cost_s)}."
    yield ""
    entity = index.entity(command.id)
    examples = (
        {h["name"]: h["example"] for h in entity.record.get("placeholders", ())} if entity else {}
    )
    for name, _, what, value in command.placeholders:
        if not value:
            example = f", for example {code(examples[name])}" if name in examples else ""
            yield f"- Fill in {code(f'<{name}>')}: {prose(what)}{example}"
    yield ""


def effects(index: Index, insight_id: str) -> Mapping[str, str]:
    """Return finding -> ``confirms``, ``supports`` or ``refutes``, when it is present."""
    bearing: dict[str, str] = {}
    for edge in index.edges_to(insight_id, "indicates"):
        row = index.finding(edge.source)
        telling = row is not None and row.leak <= TELLING and edge.weight >= PRODUCED
        bearing[edge.source] = "confirms" if telling else "supports"
    for edge in index.edges_to(insight_id, "contradicts"):
        bearing[edge.source] = "refutes" if edge.weight <= EXCLUDES else "doubts"
    return bearing


def branch_table(
    command: Filled, bearing: Mapping[str, str], ways: Mapping[str, str]
) -> Iterator[str]:
    """Yield what each answer means and the section to go to.

    Args:
        command: the check.
        bearing: of `effects`.
        ways: links for ``confirms``, ``refutes`` and ``open``.
    """
    rows: list[tuple[str, ...]] = []
    telling = any(
        bearing.get(finding) == "confirms" and state == "present"
        for _, _, finding, state in command.outcomes
    )
    if command.confirms:
        says, way = ("confirms", "confirms") if telling else ("supports", "open")
        rows.append((f"For: {cell(command.confirms)}", _SAYS[says].strip(), ways[way]))
    if command.refutes:
        rows.append(
            (f"Against: {cell(command.refutes)}", _SAYS["refutes"].strip(), ways["refutes"])
        )
    for answer, means, finding, state in command.outcomes:
        says = bearing.get(finding, "") if state == "present" else ""
        way = ways[says] if says in ("confirms", "refutes") else ways["open"]
        rows.append((cell(answer), f"{cell(means)}{_SAYS.get(says, '')}", way))
    if not rows:
        rows.append(("any", "Judge by the text above.", ways["open"]))
    yield from ["", *table(["Answer", "Means", "Go to"], told_together(rows)), ""]


_SAYS = {
    "confirms": " **Speaks for this cause.**",
    "supports": " Fits this cause, but others too.",
    "refutes": " **Speaks against this cause.**",
    "doubts": " Makes this cause less likely.",
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _duration(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
