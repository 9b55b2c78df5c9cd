"""A session: what the user gave and said, step by step, to be undone, saved and taken up again.

Pure data, shared by the guided form and the TUI. Every step is an input of the one-shot form as
well, so a session always has an equivalent command line (but for causes that were set aside).
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.given import Given
from diagnose.redact import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


STATES = ("present", "absent", "unknown")

KINDS = ("answer", "withdraw", "output", "error", "log", "drop", "rule-out", "restore")


class Step(NamedTuple):
    """One thing the user said."""

    kind: str
    """One of `KINDS`; ``output`` is that of a check, ``drop`` takes an input back."""
    id: str = ""
    """Id of the finding, command or insight; the path of a log; the key of an input."""
    findings: tuple[tuple[str, str], ...] = ()
    """(finding, state) that an answer or a check's output establishes."""
    said: str = ""
    """The text of an error; the telling line of a check's output."""


class Session(NamedTuple):
    """What was given at the start, the steps since, and the steps that were undone."""

    start: Given = Given()
    steps: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()
    """The step undone last is the last."""

    def did(self, step: Step) -> Session:
        """Return the session with one step more; what was undone before is given up."""
        return self._replace(steps=(*self.steps, step), undone=())

    def answer(self, finding: str, state: str) -> Session:
        """Return the session with an answer; an empty state withdraws what was said before."""
        if state:
            return self.did(Step("answer", finding, ((finding, state),)))
        return self.did(Step("withdraw", finding))

    def undo(self) -> Session:
        """Return the session without its last step."""
        if not self.steps:
            return self
        return self._replace(steps=self.steps[:-1], undone=(*self.undone, self.steps[-1]))

    def redo(self) -> Session:
        """Return the session with the step that was undone last."""
        if not self.undone:
            return self
        return self._replace(steps=(*self.steps, self.undone[-1]), undone=self.undone[:-1])

    def answers(self) -> dict[str, str]:
        """Return finding -> state of everything answered, the last answer of each."""
        start = self.start
        said = {
            **dict.fromkeys(start.symptoms, "present"),
            **dict.fromkeys(start.no_symptoms, "absent"),
            **dict.fromkeys(start.unknown_symptoms, "unknown"),
        }
        for step in self.steps:
            if step.kind == "withdraw":
                said.pop(step.id, None)
            said.update(step.findings)
        return said

    def ruled_out(self) -> dict[str, str]:
        """Return insight -> reason for the causes that the user set aside."""
        aside: dict[str, str] = {}
        for step in self.steps:
            if step.kind == "rule-out":
                aside[step.id] = step.said or "set aside by you"
            elif step.kind == "restore":
                aside.pop(step.id, None)
        return aside

    def given(self) -> Given:
        """Return everything said so far as inputs of the one-shot form."""
        said = self.answers()
        by_state = {
            state: tuple(finding for finding, value in said.items() if value == state)
            for state in STATES
        }
        inputs = self.inputs()
        return self.start._replace(
            errors=tuple(text for kind, _, text in inputs if kind == "error"),
            logs=tuple(Path(path) for kind, _, path in inputs if kind == "log"),
            symptoms=by_state["present"],
            no_symptoms=by_state["absent"],
            unknown_symptoms=by_state["unknown"],
        )

    def with_more(self, more: Given) -> Session:
        """Return the session with more inputs at its start; its steps still come after them.

        The place where it goes on is that of the new inputs; a version or a time they name counts.
        """
        pairs: Iterable[tuple[Any, Any]] = zip(self.start, more, strict=True)
        joined = ((*old, *new) if isinstance(old, tuple) else new or old for old, new in pairs)
        return self._replace(start=Given._make(joined)._replace(project=more.project))

    def without_logs(self, paths: Iterable[Path]) -> Session:
        """Return the session as if these logs had never been given; no step is left to undo."""
        gone = set(paths)
        kept = [place for place, path in enumerate(self.start.logs) if path not in gone]
        keys = {f"log:{old}": f"log:{new}" for new, old in enumerate(kept)}
        steps = []
        for step in self.steps:  # none is removed from between: inputs are known by their place
            if step.kind == "log" and Path(step.id) in gone:
                step = Step("log")  # noqa: PLW2901
            elif step.kind == "drop" and step.id.startswith("log:"):
                step = Step("drop", keys.get(step.id, ""))  # noqa: PLW2901
            steps.append(step)
        while steps and steps[-1] == Step("log"):
            steps.pop()
        logs = tuple(self.start.logs[place] for place in kept)
        return self._replace(start=self.start._replace(logs=logs), steps=tuple(steps))

    def inputs(self) -> list[tuple[str, str, str]]:
        """Return (``error`` or ``log``, key, text or path) of every input that was not dropped."""
        start = self.start
        found = [("error", f"error:{i}", text) for i, text in enumerate(start.errors)]
        found += [("log", f"log:{i}", str(path)) for i, path in enumerate(start.logs)]
        found += [
            (step.kind, f"step:{i}", step.said if step.kind == "error" else step.id)
            for i, step in enumerate(self.steps)
            if step.kind in ("error", "log")
        ]
        dropped = {step.id for step in self.steps if step.kind == "drop"}
        return [entry for entry in found if entry[2] and entry[1] not in dropped]


def command_line(session: Session, program: Sequence[str] = ("diagnose",)) -> str:
    """Return the one-shot command that gives the same inputs, quoted for a POSIX shell."""
    given = session.given()
    words = list(program)
    words += [word for error in given.errors for word in ("--error", redact(error))]
    words += [word for path in given.logs for word in ("--log", str(path))]
    words += ["--log", "-"] if given.stdin else []
    for option, values in (
        ("--symptom", given.symptoms),
        ("--no-symptom", given.no_symptoms),
        ("--unknown-symptom", given.unknown_symptoms),
    ):
        words += [word for value in values for word in (option, redact(value))]
    words += [word for name, value in given.facts for word in ("--fact", f"{name}={redact(value)}")]
    words += ["--prefect-version", given.version] if given.version else []
    for option, moment in (("--since", given.since), ("--until", given.until)):
        words += [option, _moment(moment)] if moment is not None else []
    return shlex.join(words)


def _moment(seconds: float) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
