"""Cases: the samples that prove the knowledge."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from kb.model.base import Id, Model, Words


class Case(Model):
    """A sample that proves the knowledge: an input and what must, or must not, come out."""

    id: Id
    kind: Literal["positive", "near-miss", "foreign"]
    form: Literal["words", "error", "log", "mixed"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=40000)]
    given: tuple[Words, ...] = ()
    """Answers given beside the text: ``symptom=ID``, ``no-symptom=ID``, ``fact NAME=VALUE``,
    ``prefect-version=V``."""
    instead: Id | None = None
    """For a near miss: the insight it really is, when the base has it."""
    held_out: bool = False
    """Never looked at while tuning; reported apart."""
    note: Words | None = None
