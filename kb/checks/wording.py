"""Texts that are compared or run: placeholders, patterns, templates, versions, equal texts."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from kb.checks.hostile import is_slow
from kb.checks.patterns import flaw
from kb.checks.place import problem
from kb.errors import Problem
from kb.identity import text_of
from kb.model import Command, Fact, Insight, Page, Signature
from kb.text import normalise
from kb.versions import spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.base import Base

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
HOLE = "{}"
"""What stands for a varying part in a template."""


def placeholders(base: Base) -> Iterator[Problem]:
    """Report placeholders that are used but not declared, or declared but not used.

    A command of the document keeps its text; there the declared example stands in the text, or the
    note names the placeholder.
    """
    for command in base.of(Command):
        text = " ".join((command.text, *command.argv))
        used = set(PLACEHOLDER.findall(text))
        declared = Counter(item.name for item in command.placeholders)
        for name in sorted(used - declared.keys()):
            yield problem(base, command.id, f"placeholder {{{name}}} is not declared")
        for item in command.placeholders:
            noted = item.example in text or item.name in (command.note or "")
            if item.name not in used and not noted:
                yield problem(base, command.id, f"placeholder {item.name!r} is not in its text")
            if declared[item.name] > 1:
                yield problem(base, command.id, f"placeholder {item.name!r} stands twice")


def expressions(base: Base) -> Iterator[Problem]:
    """Report patterns and comparisons that cannot be used."""
    for command in base.of(Command):
        for outcome in command.outcomes:
            if outcome.pattern and (wrong := _unfit(outcome.pattern)):
                yield problem(base, command.id, f"pattern of {outcome.answer!r} {wrong}")
            if outcome.absent and not outcome.pattern:
                yield problem(
                    base, command.id, f"{outcome.answer!r} lacks the pattern that is absent"
                )
    for fact in base.of(Fact):
        if fact.op == "matches" and (wrong := _unfit(fact.value)):
            yield problem(base, fact.id, f"its value {wrong}")
        if fact.op in ("<", "<=", ">", ">=") and not _is_number(fact.value):
            yield problem(base, fact.id, f"{fact.op} needs a number, not {fact.value!r}")


def _unfit(pattern: str) -> str:
    """Say why a pattern must not be used; empty when it may."""
    wrong = flaw(pattern)
    return wrong or ("takes long on hostile text" if is_slow(pattern) else "")


def lexicon(base: Base) -> Iterator[Problem]:
    """Report expressions of the lexicon that cannot be used: each is searched in every line."""
    words = base.lexicon
    lists = {"versions": words.versions, "generations": words.generations, "starts": words.starts}
    lists |= {"ends": words.ends, **{f"captures {k}": v for k, v in words.captures.items()}}
    for name, patterns in lists.items():
        for pattern in patterns:
            if wrong := _unfit(pattern):
                yield Problem("lexicon.yaml", 0, f"{name}: {pattern!r} {wrong}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def signatures(base: Base) -> Iterator[Problem]:
    """Report a template that does not fit its text, and required parts that the text lacks."""
    for signature in base.of(Signature):
        for part in signature.must:
            if part not in signature.text:
                yield problem(base, signature.id, f"must: {part!r} is not in its text")
        if signature.template is not None and not _fits(signature.template, signature.text):
            yield problem(base, signature.id, "its template does not match its text")


def _fits(template: str, text: str) -> bool:
    """Say whether the template, its holes filled or empty, stands somewhere in the text."""
    at = 0
    for part in template.split(HOLE):
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def clashes(base: Base) -> Iterator[Problem]:
    """Report two entities of a kind with one text, and signatures that differ only in form.

    A command may stand several times: it is its text and what its answers mean.
    """
    seen: dict[tuple[str, ...], str] = {}
    for entity_id, entity in base.entities.items():
        if isinstance(entity, Page | Command):
            continue
        keys: list[tuple[str, ...]] = [(base.kinds[entity_id], text_of(entity))]
        if isinstance(entity, Signature):
            keys.append(_form(entity))
        other = next((seen[key] for key in keys if key in seen), None)
        if other is not None:
            yield problem(base, entity_id, f"says the same as {other!r}")
        for key in keys:
            seen.setdefault(key, entity_id)


def _form(signature: Signature) -> tuple[str, ...]:
    """Return the normal form in which signatures are compared; numbers and ``near`` still tell."""
    numbers = re.findall(r"\d+", signature.template or signature.text)
    return ("signature", normalise(signature.text), *numbers, *signature.must, *signature.near)


def versions(base: Base) -> Iterator[Problem]:
    """Report version specifiers that cannot be read or that no version satisfies."""
    for entity_id, where, specifier in _specifiers(base):
        try:
            if not spans(specifier):
                yield problem(base, entity_id, f"{where}: no version satisfies {specifier!r}")
        except ValueError as error:
            yield problem(base, entity_id, f"{where}: {error}")


def _specifiers(base: Base) -> Iterator[tuple[str, str, str]]:
    """Yield owner, field and text of every specifier."""
    for entity_id, entity in base.entities.items():
        found: list[tuple[str, str | None]] = []
        if isinstance(entity, Signature | Command):
            found.append(("versions", entity.versions))
        if isinstance(entity, Command):
            found.extend(("replaced_by", item.versions) for item in entity.replaced_by)
        if isinstance(entity, Fact) and entity.op == "version":
            found.append(("value", entity.value))
        if isinstance(entity, Insight):
            found.extend((f"fix {fix.command!r}", fix.versions) for fix in entity.fixes)
            windows = (entity.versions.possible, *entity.versions.also) if entity.versions else ()
            found.extend(("versions", window) for window in windows)
        yield from ((entity_id, where, text) for where, text in found if text)
