"""The guided form: one question at a time in plain lines, and how each answer moved the ranking.

It needs nothing of a terminal but lines in and lines out, so it works in a pipe and with a screen
reader: no colour, no cursor movement, no meaning by position.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from diagnose import checking, run
from diagnose.diagnosis import conclude
from diagnose.errors import UsageError
from diagnose.findings import from_fact
from diagnose.interpret import settled
from diagnose.moved import moved, percent
from diagnose.redact import redact
from diagnose.session import Session, Step, evidence, read_logs
from kb.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnose.collect import Evidence
    from diagnose.findings import Finding
    from diagnose.interpret import Interpretation
    from diagnose.questions import Question
    from diagnose.result import Cause, Diagnosis
    from kb.index import Index

YES = frozenset({"yes", "y"})
NO = frozenset({"no", "n"})
NONE = frozenset({"none"})
SKIP = frozenset({"skip", "s", "?", "don't know", "dont know", "unknown"})
END_OF_PASTE = "."
MOST_LINES = 20_000
"""Lines of a description or a paste that are taken."""

HELP = (
    "yes or no: what you see. The number of a statement, or several, or none: what holds of them.",
    "skip: you cannot tell. run: run the check here, after you agree. paste: give its output.",
    "=VALUE: the value itself, where a value is asked for. back: take back the last answer.",
    "why: what speaks for the first cause, and why this is asked. quit: the answer so far.",
)


class Console(Protocol):
    """Where the dialogue takes place."""

    def say(self, line: str) -> None:
        """Write one line."""

    def read(self) -> str | None:
        """Return the next line without its end; None when there is no more."""


class _State(NamedTuple):
    """Where the dialogue stands."""

    session: Session
    evidence: Evidence
    diagnosis: Diagnosis
    number: int
    """Of the next question."""


class Outcome(NamedTuple):
    """What the dialogue came to."""

    session: Session
    diagnosis: Diagnosis


def ask(session: Session, index: Index, console: Console, limit: int = 5) -> Outcome:
    """Ask until one cause stands, nothing more would help, or the person has had enough.

    Raises:
        UsageError: an input cannot be read, or there is none at all.
    """
    return _Dialogue(index, console, limit).hold(session)


class _Dialogue:
    def __init__(self, index: Index, console: Console, limit: int) -> None:
        self.index = index
        self.console = console
        self.limit = limit
        self.logs: Evidence | None = None
        self.titles = {row.id: row.title for row in index.insights()}

    def hold(self, session: Session) -> Outcome:
        if _is_blank(session):
            session = self._opening(session)
        self.logs = read_logs(session, self.index)
        state = self._state(session, 1)
        self._say("Answers: yes, no, skip, run, paste, back, why, quit; help says what they do.")
        for line in _standing(state.diagnosis, self.titles):
            self._say(line)
        while (question := _next(state.diagnosis)) is not None:
            after = self._step(state, question)
            if after is None:
                break
            state = after
        self._end(state.diagnosis)
        return Outcome(state.session, state.diagnosis)

    def _opening(self, session: Session) -> Session:
        """Ask for what is seen; plain words and pasted errors are both taken."""
        self._say("What do you see? Describe it in your words or paste the error.")
        self._say("End with an empty line, or with a line of one full stop after a long paste.")
        lines: list[str] = []
        while (line := self.console.read()) is not None and len(lines) < MOST_LINES:
            if line.strip() == END_OF_PASTE or (not line.strip() and any(lines) and not _goes_on(lines)):
                break
            lines.append(line)
        text = "\n".join(lines).strip()
        if not text:
            raise UsageError("nothing to diagnose: describe what you see, or give --log or --symptom")
        return session.did(Step("error", said=text))

    def _state(self, session: Session, number: int) -> _State:
        found = evidence(session, self.index, logs=self.logs)
        given = session.given()
        return _State(session, found, conclude(found, given, self.index, limit=self.limit), number)

    def _step(self, state: _State, question: Question) -> _State | None:
        """Ask one question and return what follows; None ends the dialogue."""
        self._say("")
        for line in _asked(state.number, question, self._plan(state, question)):
            self._say(line)
        while (said := self._read()) is not None and said not in ("quit", "q", "exit"):
            session = self._answered(said, state, question)
            if session is not None and session != state.session:
                back = len(session.steps) < len(state.session.steps)
                after = self._state(session, max(1, state.number + (-1 if back else 1)))
                for line in moved(state.diagnosis, after.diagnosis):
                    self._say(f"  {line}")
                return after
            self._say("Your answer?")
        return None

    def _answered(self, said: str, state: _State, question: Question) -> Session | None:
        """Return the session after an answer, or None when the same question stands."""
        words: dict[str, Callable[[], Session | None]] = {
            "back": lambda: self._back(state),
            "b": lambda: self._back(state),
            "why": lambda: self._why(state, question),
            "w": lambda: self._why(state, question),
            "run": lambda: self._run(state, question),
            "paste": lambda: self._paste(state, question),
            "help": self._help,
            "h": self._help,
        }
        if said in words:
            return words[said]()
        if said.startswith("="):
            return self._value(said[1:].strip(), state, question)
        findings = self._meant(said, question)
        if findings is None:
            self._say(f"not understood: {said[:60]!r}; say yes, no, skip or help")
            return None
        return state.session.did(Step("answer", question.id, findings))

    def _meant(self, said: str, question: Question) -> tuple[tuple[str, str], ...] | None:
        """Return (finding, state) for an answer; a plain "no" leaves the other statements open."""
        if said not in NO or not question.also:
            return _meant(said, question)
        self._say("And do other statements hold? Their numbers, none, or skip.")
        others = self._read() or "skip"
        rest = {**dict(_meant(others, question) or _meant("skip", question) or ())}
        return tuple({**rest, question.id: "absent"}.items())

    def _back(self, state: _State) -> Session | None:
        if not state.session.steps or state.session.steps[-1].kind == "error":
            self._say("there is nothing to take back")
            return None
        self._say(f"taken back: {state.session.steps[-1].id}")
        return state.session.undo()

    def _help(self) -> None:
        for line in HELP:
            self._say(line)

    def _why(self, state: _State, question: Question) -> None:
        for line in _reasons(state.diagnosis, question, self.titles):
            self._say(f"  {line}")

    def _value(self, value: str, state: _State, question: Question) -> Session | None:
        name = next((f.name for f in self.index.facts() if f.id == question.id), "")
        found = from_fact(self.index, name, value) if name and value else []
        known = tuple((f.id, f.state) for f in found if f.state != "unknown")
        if not known:
            self._say("no value is asked for here" if not name else f"{name}={value}: says nothing")
            return None
        return state.session.did(Step("answer", question.id, known))

    def _plan(self, state: _State, question: Question) -> run.Plan | None:
        if not question.command:
            return None
        seen = state.evidence
        return run.plan(self.index, question.command, {}, seen.captured, seen.versions)

    def _run(self, state: _State, question: Question) -> Session | None:
        planned = self._filled(state, question)
        if planned is None:
            return None
        if planned.refused:
            self._say(f"not run: {planned.refused}")
            return None
        for line in planned.lines():
            self._say(f"  {line}")
        self._say("Run exactly this command here? yes or no")
        if self._read() not in YES:
            self._say("not run")
            return None
        done = checking.ran(self.index, planned, run.execute(planned))
        return self._checked(done, state)

    def _filled(self, state: _State, question: Question) -> run.Plan | None:
        """Ask for values that the evidence does not name; an empty line gives up."""
        planned = self._plan(state, question)
        if planned is None:
            self._say("no command answers this; a person must look")
            return None
        values: dict[str, str] = {}
        for name, describes, example in planned.unfilled:
            self._say(f"{name}: {describes}, such as {example}; an empty line gives up")
            value = (self.console.read() or "").strip()
            if not value:
                self._say("not run")
                return None
            values[name] = value
        try:
            seen = state.evidence
            return run.plan(self.index, planned.command, values, seen.captured, seen.versions)
        except UsageError as error:
            self._say(f"not run: {error}")
            return None

    def _paste(self, state: _State, question: Question) -> Session | None:
        planned = self._plan(state, question)
        if planned is None:
            self._say("no command belongs to this question, so there is no output to read")
            return None
        self._say("Paste the output; end with a line of one full stop.")
        lines: list[str] = []
        while (line := self.console.read()) is not None and line.strip() != END_OF_PASTE:
            if len(lines) < MOST_LINES:
                lines.append(line)
        if not any(line.strip() for line in lines):
            self._say("nothing was pasted")
            return None
        return self._checked(checking.pasted(self.index, planned, "\n".join(lines)), state)

    def _checked(self, done: checking.Done, state: _State) -> Session | None:
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
        return state.session.did(Step("output", found.command, states, said or findings[0].matched))

    def _picked(self, command: str, found: Interpretation) -> tuple[Finding, ...]:
        """Let the person say which of the answers it is that only a person can tell apart."""
        choices = [*([found.chosen] if found.chosen else []), *found.others]
        for number, reading in enumerate(choices, 1):
            self._say(f"  {number}: {reading.answer}")
        self._say("Which number? An empty line gives up.")
        said = (self._read() or "").strip()
        if not said.isdecimal() or not 1 <= int(said) <= len(choices):
            return ()
        return settled(self.index, choices[int(said) - 1], command)

    def _end(self, diagnosis: Diagnosis) -> None:
        self._say("")
        if diagnosis.verdict == "established":
            self._say("One cause stands; no further question would change that.")
        elif _next(diagnosis) is None:
            self._say("No further question would help.")

    def _read(self) -> str | None:
        line = self.console.read()
        return None if line is None else " ".join(line.split()).casefold()

    def _say(self, line: str) -> None:
        self.console.say(redact(clean(line)).replace("\n", " "))


def _is_blank(session: Session) -> bool:
    given = session.given()
    said = (given.errors, given.logs, given.stdin, given.symptoms, given.no_symptoms)
    return not any((*said, given.unknown_symptoms, given.facts))


def _goes_on(lines: list[str]) -> bool:
    """Say whether a blank line stands in the middle of a traceback rather than at its end."""
    return any("Traceback (most recent call last)" in line for line in lines) and not re.match(
        r"\S.*(?:Error|Exception|Exit|Group|Interrupt)\b", lines[-1]
    )


def _next(diagnosis: Diagnosis) -> Question | None:
    """Return the next question, or None when one cause stands or nothing more would help."""
    if diagnosis.verdict in ("established", "out_of_scope") or not diagnosis.next_checks:
        return None
    return diagnosis.next_checks[0]


def _standing(diagnosis: Diagnosis, titles: dict[str, str]) -> list[str]:
    lines = [f"verdict: {diagnosis.verdict}"]
    return lines + [_ranked(cause, titles) for cause in diagnosis.causes[:3]]


def _ranked(cause: Cause, titles: dict[str, str]) -> str:
    return f"  {percent(cause.probability)} {cause.insight}: {titles[cause.insight]}"


def _asked(number: int, question: Question, planned: run.Plan | None) -> list[str]:
    lines = [f"Question {number}: {question.question}"]
    for place, (_, text) in enumerate(question.also, 2):
        lines.append(f"  or {place}: {text}")
    leads = "; ".join(f"{o.answer} leads to {o.then}" for o in question.outcomes)
    lines.append(f"  takes about {question.cost_s} s; {leads}")
    if planned is not None:
        lines.append(f"  check {planned.command}: {planned.shown}")
    return lines


def _meant(said: str, question: Question) -> tuple[tuple[str, str], ...] | None:
    """Return (finding, state) for an answer, or None when it is none."""
    everything = [question.id, *(finding for finding, _ in question.also)]
    if said in YES:
        return ((question.id, "present"),)
    if said in SKIP:
        return tuple((finding, "unknown") for finding in everything)
    if said in NO or said in NONE:
        return tuple((finding, "absent") for finding in everything)
    numbers = re.split(r"[ ,]+(?:and )?", said)
    if not question.also or not all(number.isdecimal() for number in numbers):
        return None
    chosen = {int(number) for number in numbers if len(number) < 4}
    if not chosen <= set(range(1, len(everything) + 1)) or len(chosen) == 0:
        return None
    return tuple(
        (finding, "present" if place in chosen else "absent")
        for place, finding in enumerate(everything, 1)
    )


def _reasons(diagnosis: Diagnosis, question: Question, titles: dict[str, str]) -> list[str]:
    """Return what speaks for and against the first cause, and why the question is asked."""
    lines = []
    for cause in diagnosis.causes[:1]:
        lines.append(f"{cause.insight} ({percent(cause.probability)}): {cause.because}")
        lines += [f"for it: {proof.text}" for proof in cause.evidence[:4]]
        lines += [f"against it: {proof.text} ({proof.state})" for proof in cause.against[:3]]
    lines.append(f"this is asked because its answer tells {question.gain_bits:.2f} bits:")
    for outcome in question.outcomes:
        name = outcome.then.split(" (")[0]
        title = f": {titles[name]}" if name in titles else ""
        lines.append(f"  {outcome.answer} leads to {outcome.then}{title}")
    return lines
