"""A diagnosis as a Markdown page to paste into a ticket."""

from __future__ import annotations

from diagnose.report import offered, wording
from diagnose.report.again import again
from diagnose.report.jsontext import moment
from diagnose.report.lasting import lasting
from diagnose.report.md import cell, code, document, escape, fence, link, prose, slug, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diagnose.checks.commands import Filled
    from diagnose.result import Cause, Diagnosis, Proof

INCIDENTS = 10
COMMANDS = 3
"""So many checks and fixes of the first cause are shown; the runbook has them all."""

LANGUAGES = {"shell": "sh", "sql": "sql", "python": "python", "manual": "text"}


def render(diagnosis: Diagnosis) -> str:
    """Return the page: verdict, causes with evidence, what to run, what is not explained."""
    lines = ["# Diagnosis", "", f"**{escape(wording.verdict(diagnosis))}**", ""]
    if diagnosis.partial:
        lines += [f"**{wording.PARTIAL}**", ""]
    lines += [*_given(diagnosis), ""]
    for number, cause in enumerate(_shown(diagnosis), 1):
        lines += _cause(cause, number, full=number == 1)
    lines += _next(diagnosis)
    lines += _hosts(diagnosis)
    lines += _rest(diagnosis)
    return document(lines)


def language(command: Filled) -> str:
    """Return the language of a command for its fence."""
    if command.language == "http":
        return "sh" if command.text.startswith("curl ") else "graphql"
    return LANGUAGES.get(command.language, "text")


def block(command: Filled, name: str) -> list[str]:
    """Return a command as a fenced block, or as a sentence when a person has to do it."""
    text = offered.command_text(command)
    if offered.is_prose(command):
        return ["", f"By hand: {prose(text)}", ""]
    attributes = {"name": name}
    if command.effect != "reads" or not command.filled:
        attributes["excludeFromRunAll"] = "true"
    return ["", *fence(text, language(command), attributes), ""]


def terms(command: Filled) -> str:
    """Return effect, risk, place and privileges as Markdown; changes stand out."""
    said = offered.effect(command)
    if command.effect != "reads":
        said = said.replace("CHANGES", "**CHANGES**", 1)
    said += offered.privileges(command)
    return said.replace("<", "&lt;").replace(">", "&gt;")


def fill_in(command: Filled) -> list[str]:
    """Return what to put in place of each hole that was not filled."""
    return [f"Fill in {code(name)}: {prose(what)}." for name, what in offered.holes(command)]


def seen(proof: Proof) -> str:
    """Return what was seen and where, with the exact text as code."""
    if proof.kind == "input":
        return escape(proof.text)
    if proof.how == "answer":
        return f"answered {'yes' if proof.state == 'present' else 'no'}: {prose(proof.text)}"
    at = f"{code(f'{proof.where.source}:{proof.where.line}')}: " if proof.where.line else ""
    times = f" ({wording.times(proof.count)})" if proof.count > 1 else ""
    if proof.kind == "signature":
        differs = f"; differs: {code(proof.differs)}" if proof.differs else ""
        return f"{at}{wording.how(proof)} {code(proof.matched)}{times}{differs}"
    denied = "" if proof.state == "present" else "not the case: "
    return f"{at}{wording.how(proof)}: {denied}{prose(proof.text)}, {code(proof.matched)}{times}"


def _shown(diagnosis: Diagnosis) -> tuple[Cause, ...]:
    return () if diagnosis.verdict == "out_of_scope" else diagnosis.causes


def _given(diagnosis: Diagnosis) -> list[str]:
    given = diagnosis.input
    lines = []
    for number, error in enumerate(given.errors, 1):
        lines += ["Error as given:", "", *fence(error, "text", {"name": f"error-{number}"}), ""]
    for log in given.logs:
        lines.append(f"- Log: {code(log)}")
    said = [("Symptom", s) for s in given.symptoms] + [("Not so", s) for s in given.no_symptoms]
    lines += [f"- {name}: {code(text)}" for name, text in said]
    lines += [f"- Fact: {code(f'{name}={value}')}" for name, value in given.facts]
    versions = [given.prefect_version] if given.prefect_version else list(given.versions_seen)
    if versions:
        lines.append(f"- Version: {', '.join(code(version) for version in versions)}")
    if known := wording.known_by(diagnosis):
        lines.append(f"- Read: {escape(known)}")
    if diagnosis.likely and (seen := lasting(diagnosis.likely[0], diagnosis)):
        lines.append(f"- Seen: {code(diagnosis.likely[0].insight)} {escape(seen)}")
    digest = code(diagnosis.digest[:12])
    bases = ", ".join(code(base) for base in diagnosis.bases)
    return [*lines, f"- Knowledge base: {bases}, {diagnosis.insights} insights, {digest}"]


def _cause(cause: Cause, number: int, *, full: bool) -> Iterator[str]:
    mark = wording.MARKS[cause.severity]
    yield f"## {number}. {mark} {escape(cause.title)}"
    yield ""
    origin = f", base {code(cause.base)}"
    yield f"{code(cause.insight)}, **{escape(wording.how_sure(cause))}**{origin}"
    yield ""
    yield prose(cause.because)
    yield ""
    yield from _evidence(cause)
    if full:
        yield from _commands("Check", cause.checks, cause.no_checks)
        yield from _commands("Fix", cause.fixes, cause.no_fixes)
        yield "### Sources"
        yield ""
        for source in cause.sources:
            yield f"- {link(source.url)} (seen {escape(source.seen)}): {prose(source.says)}"
        yield ""


def _evidence(cause: Cause) -> Iterator[str]:
    for title, proofs in (("For", cause.evidence), ("Against", cause.against)):
        for proof in wording.strongest(proofs):
            yield f"- {title}: {seen(proof)} ({wording.force(proof.effect)})"
    for item in cause.missing[:3]:
        what = f"the line {code(item.text)}" if item.kind == "signature" else prose(item.text)
        yield f"- Would raise it: {what}"
    yield ""


def _commands(title: str, commands: tuple[Filled, ...], reason: str) -> Iterator[str]:
    if reason:
        yield f"- {title}: {prose(reason)}"
        yield ""
    for number, command in enumerate(commands[:COMMANDS], 1):
        yield f"### {title} {number}: {prose(command.purpose)}"
        yield ""
        yield f"{terms(command)}. {prose(command.why)}".rstrip()
        yield from block(command, f"{title.lower()}-{number}-{slug(command.id)}")
        for name, text in (
            ("Confirmed by", command.confirms),
            ("Refuted by", command.refutes),
            ("Risk", command.risk_note),
            ("Verify", command.verify),
            ("Roll back", command.rollback),
        ):
            if text:
                yield f"- {name}: {prose(offered.said(command, text))}"
        yield from (f"- {hint}" for hint in fill_in(command))
        yield ""
    if len(commands) > COMMANDS:
        yield f"{len(commands) - COMMANDS} more in the runbook."
        yield ""


def _next(diagnosis: Diagnosis) -> Iterator[str]:
    if not diagnosis.next_checks or diagnosis.verdict in ("established", "out_of_scope"):
        return
    yield "## What would tell most"
    yield ""
    rows = []
    for question in diagnosis.next_checks:
        found = offered.command_of(diagnosis, question.command)
        run = offered.command_text(found) if found else f"diagnose run {question.command}"
        leads = "; ".join(f"{o.answer}: {o.then}" for o in question.outcomes)
        more = wording.also(question)
        shown = cell(f"`{run}`") if question.command and "`" not in run else escape(run)
        shown = shown if question.command else ""
        rows.append([cell(question.question), shown, escape(leads), cell(more)])
    yield from table(["Question", "Command (reads)", "Then", "The same look tells"], rows)
    yield ""


def _hosts(diagnosis: Diagnosis) -> Iterator[str]:
    if not diagnosis.hosts:
        return
    from diagnose.report import fleet  # noqa: PLC0415 (few pages are of a fleet)

    head = ["Host", "Files", "Cause", "How sure", "Since", "Not read"]
    yield from ["## Hosts", ""]
    yield from table(head, ([cell(word) for word in row] for row in fleet.rows(diagnosis.hosts)))
    yield ""


def _rest(diagnosis: Diagnosis) -> Iterator[str]:
    yield from _listed(
        "Not explained by this base",
        (f"{code(f'{u.source}:{u.line}')}: {code(u.text)}" for u in diagnosis.unexplained),
    )
    yield from _listed(
        "Incidents",
        (
            f"{code(f'{i.source}:{i.lines[0]}-{i.lines[1]}')}, {wording.times(i.count)}"
            f"{_span(moment(i.first), moment(i.last))}: {code(i.text)}"
            for i in diagnosis.incidents[:INCIDENTS]
        ),
    )
    yield from _listed(
        "Ruled out", (f"{code(r.insight)}: {prose(r.reason)}" for r in diagnosis.ruled_out)
    )
    yield from _listed(
        "Suppressed by your project file",
        (escape(wording.suppressed(item)) for item in diagnosis.suppressed),
    )
    yield from _listed("Notes", (escape(note) for note in diagnosis.notes))
    yield from ["## Again", "", *fence(again(diagnosis, ""), "sh", {"name": "diagnose-again"})]


def _span(first: str | None, last: str | None) -> str:
    if first is None:
        return ""
    return f", {first}" if last in (None, first) else f", {first} to {last}"


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"- {item}" for item in items]
    if lines:
        yield from [f"## {title}", "", *lines, ""]
