"""The guided form: one question at a time in plain lines, and how each answer moved the ranking.

It needs nothing of a terminal but lines in and lines out, so it works in a pipe and with a screen
reader: no colour, no cursor movement, no meaning by position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from diagnose.asking.askcheck import END_OF_PASTE, MOST_LINES, Checks
from diagnose.asking.phrases import (
    HELP,
    QUIT,
    TO_DO,
    YES,
    asked,
    goes_on,
    left_open,
    meant,
    next_question,
    one_line,
    reasons,
    standing,
)
from diagnose.collect import read_logs
from diagnose.diagnosis import conclude
from diagnose.errors import UsageError
from diagnose.findings import from_fact, misfit
from diagnose.ranking.moved import moved
from diagnose.redact import redact
from diagnose.sessions.evidence import evidence
from diagnose.sessions.session import Session, Step
from kb.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnose.asking.questions import Question
    from diagnose.collect import Evidence
    from diagnose.reading.reading import Reading
    from diagnose.result import Diagnosis
    from kb.index import Index


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
        self.logs: Reading | None = None
        self.held_back = ""
        """A word of `TO_DO` that was read where a question was not yet done."""
        self.checks = Checks(index, self._say, console.read)
        self.titles = {row.id: row.title for row in index.insights()}

    def hold(self, session: Session) -> Outcome:
        if session.given().is_empty:
            session = self._opening(session)
        self.logs = read_logs(session.given(), self.index)
        state = self._state(session, 1)
        self._say("Answers: yes, no, skip, run, paste, back, why, quit; help says what they do.")
        for line in standing(state.diagnosis):
            self._say(line)
        try:
            while (question := next_question(state.diagnosis)) is not None:
                after = self._step(state, question)
                if after is None:
                    break
                state = after
        except KeyboardInterrupt:
            return Outcome(state.session, state.diagnosis._replace(partial=True))
        self._end(state.diagnosis)
        return Outcome(state.session, state.diagnosis)

    def _opening(self, session: Session) -> Session:
        """Ask for what is seen; plain words and pasted errors are both taken."""
        self._say("What do you see? Describe it in your words or paste the error.")
        self._say("End with an empty line, or with a line of one full stop after a long paste.")
        lines: list[str] = []
        while (line := self.console.read()) is not None and len(lines) < MOST_LINES:
            if line.strip() == END_OF_PASTE or (
                not line.strip() and any(lines) and not goes_on(lines)
            ):
                break
            lines.append(line)
        text = "\n".join(lines).strip()
        if not text:
            raise UsageError(
                "nothing to diagnose: describe what you see, or give --log or --symptom"
            )
        return session.did(Step("error", said=text))

    def _state(self, session: Session, number: int) -> _State:
        found = evidence(session, self.index, logs=self.logs)
        given = session.given()
        return _State(session, found, conclude(found, given, self.index, limit=self.limit), number)

    def _step(self, state: _State, question: Question) -> _State | None:
        """Ask one question and return what follows; None ends the dialogue."""
        self._say("")
        for line in asked(state.number, question, self.checks.plan(state.evidence, question)):
            self._say(line)
        while (said := self._read()) is not None and said not in QUIT:
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
            "run": lambda: self._did(state, self.checks.run(state.evidence, question)),
            "paste": lambda: self._did(state, self.checks.paste(state.evidence, question)),
            "help": self._help,
            "h": self._help,
        }
        if said in words:
            return words[said]()
        if said.startswith("="):
            return self._value(said[1:].strip(), state, question)
        findings = self._understood(said, question)
        if findings is None:
            self._say(f"not understood: {said[:60]!r}; say yes, no, skip or help")
            return None
        return state.session.did(Step("answer", question.id, findings))

    def _understood(self, said: str, question: Question) -> tuple[tuple[str, str], ...] | None:
        """Return (finding, state) for an answer; after a plain yes or no the rest is asked for."""
        open_ = left_open(said, question, self._topics(question))
        if not open_:
            return meant(said, question)
        told = self._others(question)
        rest = {finding: told.get(finding, "unknown") for finding in open_}
        return tuple({question.id: "present" if said in YES else "absent", **rest}.items())

    def _others(self, question: Question) -> dict[str, str]:
        """Ask for the other statements until it is understood; what to do next leaves them open."""
        self._say("And do other statements hold? Their numbers, none, or skip.")
        while (said := self._read() or "skip") not in TO_DO:
            told = meant(said, question) if said not in YES else None  # a yes to which of them?
            if told is not None:
                return dict(told)
            self._say(f"not understood: {said[:60]!r}; say their numbers, none or skip")
        self.held_back = said
        return {}

    def _topics(self, question: Question) -> dict[str, str]:
        """Return the group of each finding of a question, where it has one."""
        rows = (self.index.finding(name) for name, _ in ((question.id, ""), *question.also))
        return {row.id: row.group for row in rows if row is not None and row.group}

    def _did(self, state: _State, step: Step | None) -> Session | None:
        return state.session.did(step) if step is not None else None

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
        for line in reasons(state.diagnosis, question, self.titles):
            self._say(f"  {line}")

    def _value(self, value: str, state: _State, question: Question) -> Session | None:
        name = next((f.name for f in self.index.facts() if f.id == question.id), "")
        wrong = misfit(self.index, name, value) if name and value else ""
        if wrong:
            self._say(f"not understood: {wrong}")
            return None
        found = from_fact(self.index, name, value) if name and value else []
        known = tuple((f.id, f.state) for f in found if f.state != "unknown")
        if not known:
            self._say("no value is asked for here" if not name else f"{name}={value}: says nothing")
            return None
        return state.session.did(Step("answer", question.id, known))

    def _end(self, diagnosis: Diagnosis) -> None:
        self._say("")
        if diagnosis.verdict == "established":
            self._say("One cause stands; no further question would change that.")
        elif next_question(diagnosis) is None:
            self._say("No further question would help.")

    def _read(self) -> str | None:
        line, self.held_back = self.held_back or self.console.read(), ""
        return None if line is None else one_line(line)

    def _say(self, line: str) -> None:
        self.console.say(redact(clean(line)).replace("\n", " "))
