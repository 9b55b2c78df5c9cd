"""Texts on which a regular expression may take long, made from the expression itself.

Each open-ended repeat of an expression is reached with a text that fits all that stands before it,
is fed with a text that fits what it repeats, again and again, and then fails. The time of one
search is measured as the text grows, so that even an exponential expression ends soon.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from time import thread_time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SLOW = 0.1
"""Seconds of processor time that one search may take; a quadratic one over `LONGEST` characters
takes a tenth of it."""

LONGEST = 1000
"""Characters: output is searched in pieces of so many (`diagnose.checks.outputs.PIECE`)."""

REPEATS = (8, 12, 16, 20, 24, 28, 32, 40, 60, 100, 200, 400, 1000)
"""How often a part is repeated, one after the other; small steps, as time may double with each."""

FAILS = "\0!"
"""What follows a repeated part and fits next to nothing."""

_SAMPLES = "a0 -_.:/=x\"'\\tZ9,;()[]{}<>|!?@#$%&*+^~`\n"
_PARSER = import_module("re._parser")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_CLASSES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


class Attack(NamedTuple):
    """A text that reaches an open-ended repeat, and a text that it repeats."""

    before: str
    body: str

    def text(self, times: int) -> str:
        """Return the text with the part so many times."""
        room = max((LONGEST - len(self.before)) // len(self.body), 1)
        return f"{self.before}{self.body * min(times, room)}{FAILS}"


@lru_cache(maxsize=4096)
def is_slow(pattern: str) -> bool:
    """Say whether a search takes long over a text of `LONGEST` characters made to hurt it."""
    compiled = re.compile(pattern, re.MULTILINE)
    return any(_hurts(compiled, attack) for attack in attacks(pattern))


def _hurts(compiled: re.Pattern[str], attack: Attack) -> bool:
    for times in REPEATS:
        text = attack.text(times)
        start = thread_time()
        compiled.search(text)
        if thread_time() - start > SLOW:
            return True
        if len(text) >= LONGEST:
            return False
    return False


def attacks(pattern: str) -> set[Attack]:
    """Return what may hurt a pattern, one attack for each way to feed each of its repeats."""
    return {attack for attack in _attacks(_PARSER.parse(pattern), "") if attack.body}


def _attacks(items: Sequence[Any], before: str) -> Iterator[Attack]:
    for operation, argument in items:
        for part in _parts(str(operation), argument):
            yield from _attacks(part, before)
        if str(operation) in _REPEATS and argument[1] > REPEATS[0]:
            yield from (Attack(before, body) for body in _bodies(argument[2]))
        before += _sample(operation, argument)


def _bodies(items: Sequence[Any]) -> set[str]:
    """Return texts that a repeated part fits, one for each alternative of its branches."""
    whole = "".join(_sample(*item) for item in items)
    found = {whole}
    for operation, argument in items:
        for part in _parts(str(operation), argument):
            found |= _bodies(part)
    return found


def _parts(operation: str, argument: Any) -> list[Any]:
    """Return what stands inside a part of a pattern."""
    if operation == "BRANCH":
        return list(argument[1])
    if operation == "SUBPATTERN":
        return [argument[3]]
    if operation in _REPEATS:
        return [argument[2]]
    return [argument] if operation == "ATOMIC_GROUP" else []


def _sample(operation: Any, argument: Any) -> str:
    """Return a short text that a part of a pattern fits."""
    name = str(operation)
    if name == "LITERAL":
        return chr(argument)
    if name in ("NOT_LITERAL", "IN", "ANY"):
        return _character(name, argument)
    inside = _parts(name, argument)
    if not inside:
        return ""  # anchors, assertions, references
    once = "".join(_sample(*item) for item in inside[0])
    return once * max(min(argument[0], REPEATS[0]), 1) if name in _REPEATS else once


def _character(name: str, argument: Any) -> str:
    if name == "ANY":
        return "a"
    if name == "NOT_LITERAL":
        return next(c for c in _SAMPLES if ord(c) != argument)
    firsts = [chr(rule[1] if str(rule[0]) == "LITERAL" else rule[1][0])
              for rule in argument if str(rule[0]) in ("LITERAL", "RANGE")]  # fmt: skip
    return next((c for c in [*firsts, *_SAMPLES] if _in(c, argument)), "")


def _in(char: str, rules: Sequence[Any]) -> bool:
    """Say whether a character is of a set."""
    negated = bool(rules) and str(rules[0][0]) == "NEGATE"
    return negated != any(_is(char, str(name), value) for name, value in rules)


def _is(char: str, name: str, value: Any) -> bool:
    if name == "LITERAL":
        return char == chr(value)
    if name == "RANGE":
        return ord(char) in range(value[0], value[1] + 1)
    return name == "CATEGORY" and re.match(_CLASSES[str(value)], char) is not None
