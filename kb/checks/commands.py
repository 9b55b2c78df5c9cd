"""Commands keep what they promise: answers that settle something, changes that can be undone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kb.checks.place import problem
from kb.model import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.base import Base
    from kb.errors import Problem


def answers(base: Base) -> Iterator[Problem]:
    """Report checks whose answers settle nothing, or only one way, without saying why."""
    for command in base.of(Command):
        if command.kind != "diagnostic" or command.effect != "reads":
            continue
        if (wrong := _open(command)) and not command.leaves_open:
            yield problem(base, command.id, f"{wrong}, and it does not say why (leaves_open)")


def _open(command: Command) -> str:
    """Say what the answers of a check leave open; nothing when they settle something both ways.

    Two findings are alternatives, each of which speaks when the other is there.
    """
    settled: dict[str, set[str]] = defaultdict(set)
    for outcome in command.outcomes:
        if outcome.finding:
            settled[outcome.finding].add(outcome.state)
    if not settled:
        return "none of its answers settles a finding"
    (finding, states), *others = settled.items()
    if not others and len(states) == 1:
        state = "absent" if states == {"present"} else "present"
        return f"no answer says that {finding!r} is {state}"
    return ""


def catch_alls(base: Base) -> Iterator[Problem]:
    """Report an outcome that fits any output and settles something all the same."""
    for command in base.of(Command):
        for outcome in command.outcomes:
            if outcome.finding and not outcome.pattern and not outcome.exit_status:
                message = (
                    f"outcome {outcome.answer!r} fits any output and settles {outcome.finding!r}; "
                    "it needs a pattern or an exit status ('(?!)' for what only a person can see)"
                )
                yield problem(base, command.id, message)


def remedies(base: Base) -> Iterator[Problem]:
    """Report fixes that change something and say neither how to verify nor how to undo it."""
    commands = {command.id: command for command in base.of(Command)}
    for insight in base.insights():
        for fix in insight.fixes:
            command = commands.get(fix.command)
            if command is None or command.effect != "changes":
                continue
            for name in ("verify", "rollback"):
                if not (getattr(fix, name) or getattr(command, name)):
                    message = f"fix {fix.command!r} changes something and has no {name}"
                    yield problem(base, insight.id, f"{message}; if there is none, say so")


def gentle_first(base: Base) -> Iterator[Problem]:
    """Report a fix of high risk that stands before a gentler one of the same purpose."""
    risks = {command.id: command.risk for command in base.of(Command)}
    for insight in base.insights():
        for place, fix in enumerate(insight.fixes):
            if risks.get(fix.command) != "high":
                continue
            gentler = [
                other.command
                for other in insight.fixes[place + 1 :]
                if other.mitigates == fix.mitigates and risks.get(other.command, "high") != "high"
            ]
            if gentler:
                message = f"fix {fix.command!r} of high risk stands before {gentler[0]!r}"
                yield problem(base, insight.id, f"{message}; the gentler one comes first")
