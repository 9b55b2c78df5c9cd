"""The part of a runbook that is about one insight, section by section."""

from __future__ import annotations

from diagnose.checks.commands import Filled, for_insight
from diagnose.report import offered, wording
from diagnose.report.again import again
from diagnose.report.markdown import seen
from diagnose.report.md import cell, code, escape, fence, link, paragraphs, prose
from diagnose.report.mermaid import picture
from diagnose.report.steps import Names, Step, branch_table, confirm, effects, fix, hazard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from diagnose.result import Cause, Diagnosis
    from kb.index import Edge, Entity, Index

SIGNS = 8
"""Signs of a kind that are listed, the strongest first."""

LEGEND = """\
Commands marked **reads** only look. Commands marked **CHANGES** alter something: read risk and \
roll back before you run them. Nothing on this page has been run for you. A name in angle \
brackets, such as `<unit>`, stands for a value of yours; put it in before you run the command."""

IN_ORDER = """\
In this order. At the first answer that speaks for or against this cause, go where its row says."""

RELIEF = """\
Relief for now, the most reversible first. It does not remove the cause: go on to """

CURE = "Removes the cause. In this order; read a step to its end before you run it."


class Page:
    """Builds the part of the page that is about one insight."""

    def __init__(
        self, index: Index, entity: Entity, diagnosis: Diagnosis | None, *, alone: bool
    ) -> None:
        self.index = index
        self.id = entity.id
        self.entity = entity
        self.record = entity.record
        self.diagnosis = diagnosis
        self.alone = alone
        self.cause = _cause_of(diagnosis, entity.id)
        self.names = Names("" if alone else entity.id)
        fixes = self._commands("fixes")
        relief = sorted((fix for fix in fixes if fix.mitigates), key=hazard)
        self.confirm = self._steps("Confirm", self._commands("checks"))
        self.mitigate = self._steps("Mitigate", relief)
        self.fix = self._steps("Fix", [fix for fix in fixes if not fix.mitigates])

    def _commands(self, role: str) -> tuple[Filled, ...]:
        if self.cause is not None:
            return self.cause.checks if role == "checks" else self.cause.fixes
        versions = self.diagnosis.input.versions_seen if self.diagnosis else ()
        return for_insight(self.index, self.id, role, {}, versions)

    def _steps(self, section: str, commands: Sequence[Filled]) -> list[Step]:
        return [Step(self.names, section, n, command) for n, command in enumerate(commands, 1)]

    def lines(self) -> Iterator[str]:
        """Yield the lines of all sections, in the order in which they are needed."""
        title = escape(self.entity.text)
        if self.alone:
            yield from [f"# Runbook: {title}", ""]
        else:
            yield from [f"# {self.names.title('Runbook')}", "", f"**{title}**", ""]
        yield from self._about()
        yield from self._when()
        yield from self._evidence()
        yield from self._confirm()
        yield from self._mend()
        yield from self._verify()
        yield from self._roll_back()
        yield from self._section("Escalate", paragraphs(self.record["escalate"]))
        yield from self._look_alikes()
        yield from self._sources()
        yield from self._picture()

    def _section(self, name: str, body: Sequence[str]) -> Iterator[str]:
        if body:
            yield from ["", f"## {self.names.title(name)}", "", *body, ""]

    def _about(self) -> Iterator[str]:
        record = self.record
        mark = wording.MARKS[record["severity"]]
        origin = record.get("provenance", "researched")
        said = "from the document" if origin == "document" else f"{origin}, not from the document"
        digest = code(self.index.digest[:12])
        yield f"{mark} {code(self.id)}, {said}, base {code(self.entity.base)} {digest}"
        yield ""
        yield prose(record["because"])
        yield ""
        jumps = ["Confirm", "Mitigate", "Fix", "Verify", "Roll back", "Escalate"]
        present = [name for name in jumps if self._has(name)]
        yield " | ".join(self.names.jump(name) for name in present)
        yield ""
        yield LEGEND
        yield ""

    def _has(self, name: str) -> bool:
        if name == "Mitigate":
            return bool(self.mitigate)
        if name == "Roll back":
            return any(step.command.rollback for step in (*self.mitigate, *self.fix))
        return True

    def _when(self) -> Iterator[str]:
        record = self.record
        body = [*paragraphs(record["what"]), ""]
        window = record.get("versions")
        if window:
            every = [w for w in (window.get("possible"), *window.get("also", ())) if w]
            possible = " or ".join(code(w) for w in every) or "any"
            body += [f"Versions: {possible}. {prose(window['reason'])}", ""]
        signs = sorted(self.index.edges_to(self.id, "indicates"), key=lambda edge: -edge.weight)
        for kind, title in (
            ("signature", "Lines in the log:"),
            ("symptom", "What people see:"),
            ("fact", "What commands show:"),
        ):
            body += self._signs(signs, kind, title)
        against = sorted(self.index.edges_to(self.id, "contradicts"), key=lambda edge: edge.weight)
        if against:
            body += ["", "Not this page when:", ""]
            body += [f"- {self._sign(edge)}. {prose(edge.why)}" for edge in against[:SIGNS]]
        yield from self._section("When to use it", body)

    def _signs(self, edges: Sequence[Edge], kind: str, title: str) -> list[str]:
        rows = [e for e in edges if (row := self.index.finding(e.source)) and row.kind == kind]
        said = [
            f"- {self._sign(edge)} ({wording.strength('indicates', edge.weight, edge.provenance)})"
            for edge in rows[:SIGNS]
        ]
        return ["", title, "", *said] if said else []

    def _sign(self, edge: Edge) -> str:
        row = self.index.finding(edge.source)
        if row is None:
            return code(edge.source)
        return code(row.text) if row.kind == "signature" else prose(row.text)

    def _evidence(self) -> Iterator[str]:
        if self.diagnosis is None:
            return
        body = [f"**{escape(wording.verdict(self.diagnosis))}**", ""]
        if self.cause is None:
            body += ["This cause is not among those that the evidence points to.", ""]
        else:
            body += [f"This cause: {escape(wording.how_sure(self.cause))}.", ""]
            for title, proofs in (("For", self.cause.evidence), ("Against", self.cause.against)):
                body += [
                    f"- {title}: {seen(proof)} ({wording.force(proof.effect)})"
                    for proof in wording.strongest(proofs)
                ]
        if known := wording.known_by(self.diagnosis):
            body += ["", f"Read: {escape(known)}."]
        command = again(self.diagnosis, "")
        name = self.names.block("evidence-again")
        body += ["", *fence(command, "sh", {"name": name})]
        yield from self._section("Evidence seen", body)

    def _confirm(self) -> Iterator[str]:
        reason = prose(self.record.get("no_checks") or "No check is known.")
        yield from self._section("Confirm", [IN_ORDER if self.confirm else reason])
        bearing = effects(self.index, self.id)
        ways = {
            "confirms": self.names.jump("Mitigate" if self.mitigate else "Fix"),
            "refutes": self.names.jump("Look-alikes"),
        }
        following = [step.jump() for step in self.confirm[1:]] + [self.names.jump("Escalate")]
        for step, after in zip(self.confirm, following, strict=False):
            yield from confirm(step, self.index)
            yield from branch_table(step.command, bearing, {**ways, "open": after})

    def _mend(self) -> Iterator[str]:
        if self.mitigate:
            yield from self._section("Mitigate", [f"{RELIEF}{self.names.jump('Fix')}."])
            for step in self.mitigate:
                yield from fix(step, self.index)
        reason = prose(self.record.get("no_fixes") or "No fix is known that removes the cause.")
        yield from self._section("Fix", [CURE if self.fix else reason])
        for step in self.fix:
            yield from fix(step, self.index)

    def _verify(self) -> Iterator[str]:
        commands = [step.command for step in (*self.fix, *self.mitigate)]
        texts = dict.fromkeys(offered.said(c, c.verify) for c in commands if c.verify)
        body = [f"- [ ] {prose(text)}" for text in texts] or ["The signs above no longer appear."]
        if self.diagnosis is not None:
            command = "diagnose verify <REPORT.json> --since <time of the fix>"
            attributes = {"name": self.names.block("verify-again"), "excludeFromRunAll": "true"}
            body += ["", "Then compare with the report that was saved before the fix:", ""]
            body += fence(command, "sh", attributes)
        yield from self._section("Verify", body)

    def _roll_back(self) -> Iterator[str]:
        body = [
            f"- {step.jump()}: {prose(offered.said(step.command, step.command.rollback))}"
            for step in (*reversed(self.fix), *reversed(self.mitigate))
            if step.command.rollback
        ]
        lead = ["Undo in the reverse order of what you did.", ""] if body else []
        yield from self._section("Roll back", [*lead, *body])

    def _look_alikes(self) -> Iterator[str]:
        body = []
        for twin in self.record.get("look_alikes", ()):
            other = self.index.entity(twin["insight"])
            row = self.index.finding(twin["finding"])
            title = other.text if other else twin["insight"]
            apart = f" Told apart by: {self._finding(twin['finding'])}." if row else ""
            body.append(
                f"- **{escape(title)}** ({code(twin['insight'])}): {prose(twin['how'])}{apart}"
            )
        yield from self._section("Look-alikes", body or ["None is known."])

    def _finding(self, finding_id: str) -> str:
        row = self.index.finding(finding_id)
        if row is None:
            return code(finding_id)
        return code(row.text) if row.kind == "signature" else cell(row.text)

    def _sources(self) -> Iterator[str]:
        body = [
            f"- {link(source['url'])}{_seen(source)}: {prose(source['says'])}"
            for source in self.record["sources"]
        ]
        yield from self._section("Sources", body)

    def _picture(self) -> Iterator[str]:
        drawn, left = picture(self.index, self.id)
        body = fence("\n".join(drawn), "mermaid", {"name": self.names.block("picture")})
        if left:
            body += ["", f"Not drawn: {wording.count(left, 'weaker edge')}."]
        yield from self._section("Picture", body)


def _seen(source: Mapping[str, str]) -> str:
    return f" (seen {escape(source['seen'])})"


def _cause_of(diagnosis: Diagnosis | None, insight_id: str) -> Cause | None:
    if diagnosis is None:
        return None
    return next((cause for cause in diagnosis.causes if cause.insight == insight_id), None)
