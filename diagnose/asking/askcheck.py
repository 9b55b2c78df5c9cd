"""Checks inside the guided form: run one here after consent, or read its output from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.asking.phrases import YES, one_line
from diagnose.checks.execute import execute
from diagnose.checks.interpret import settled
from diagnose.checks.run import plan
from diagnose.errors import UsageError
from diagnose.followup import checking
from diagnose.sessions.session import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnose.asking.questions import Question
    from diagnose.checks.interpret import Interpretation
    from diagnose.checks.run import Plan
    from diagnose.collect import Evidence
    from diagnose.findings import Finding
    from kb.index import Index

END_OF_PASTE = "."
MOST_LINES = 20_000
"""Lines of a description or a paste that are taken."""


class Checks:
    """Runs and reads checks in a dialogue."""

    def __init__(
        self, index: Index, say: Callable[[str], None], read: Callable[[], str | None]
    ) -> None:
        self.index = index
        self._say = say
        self._read = read

    def plan(self, found: Evidence, question: Question) -> Plan | None:
        """Return the check that answers a question, filled from the evidence; None when there is none."""
        if not question.command:
            return None
        return plan(self.index, question.command, {}, found.captured, found.versions)

    def run(self, found: Evidence, question: Question) -> Step | None:
        """Run the check of a question after consent; None when it settles nothing."""
        planned = self._filled(found, question)
        if planned is None:
            return None
        if planned.refused:
            self._say(f"not run: {planned.refused}")
            return None
        for line in planned.lines():
            self._say(f"  {line}")
        self._say("Run exactly this command here? yes or no")
        if one_line(self._read()) not in YES:
            self._say("not run")
            return None
        done = checking.ran(self.index, planned, execute(planned))
        return self._checked(done)

    def _filled(self, found: Evidence, question: Question) -> Plan | None:
        """Ask for values that the evidence does not name; an empty line gives up."""
        planned = self.plan(found, question)
        if planned is None:
            self._say("no command answers this; a person must look")
            return None
        values: dict[str, str] = {}
        for name, describes, example in planned.unfilled:
            self._say(f"{name}: {describes}, such as {example}; an empty line gives up")
            value = (self._read() or "").strip()
            if not value:
                self._say("not run")
                return None
            values[name] = value
        try:
            return plan(self.index, planned.command, values, found.captured, found.versions)
        except UsageError as error:
            self._say(f"not run: {error}")
            return None

    def paste(self, found: Evidence, question: Question) -> Step | None:
        """Interpret the output of the check from elsewhere; None when it settles nothing."""
        planned = self.plan(found, question)
        if planned is None:
            self._say("no command belongs to this question, so there is no output to read")
            return None
        self._say("Paste the output; end with a line of one full stop.")
        lines: list[str] = []
        while (line := self._read()) is not None and line.strip() != END_OF_PASTE:
            if len(lines) < MOST_LINES:
                lines.append(line)
        if not any(line.strip() for line in lines):
            self._say("nothing was pasted")
            return None
        return self._checked(checking.pasted(self.index, planned, "\n".join(lines)))

    def _checked(self, done: checking.Done) -> Step | None:
        for line in checking.lines(checking.Checked(done, None, None), self.index):
            self._say(f"  {line}")
        found = done.interpretation
        if found is None:
            return None
        findings, said = found.findings, found.chosen.quoted if found.chosen else ""
        if found.others:
            findings, said = self._picked(found.command, found), ""
        if not findings:
            return None
        states = tuple((finding.id, finding.state) for finding in findings)
        return Step("output", found.command, states, said or findings[0].matched)

    def _picked(self, command: str, found: Interpretation) -> tuple[Finding, ...]:
        """Let the person say which of the answers it is that only a person can tell apart."""
        choices = [*([found.chosen] if found.chosen else []), *found.others]
        for number, reading in enumerate(choices, 1):
            self._say(f"  {number}: {reading.answer}")
        self._say("Which number? An empty line gives up.")
        said = one_line(self._read())
        if not said.isdecimal() or not 1 <= int(said) <= len(choices):
            return ()
        return settled(self.index, choices[int(said) - 1], command)
