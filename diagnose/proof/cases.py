"""The cases of a base as inputs, and what comes out for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from diagnose.collect import collect
from diagnose.diagnosis import settle
from diagnose.given import Given

if TYPE_CHECKING:
    from kb.base import Base
    from kb.index import Index
    from kb.model import Case


class Outcome(NamedTuple):
    """What came out for one case."""

    case: str
    insight: str
    """The insight the case belongs to, or empty for foreign ones."""
    kind: str
    form: str
    held_out: bool
    instead: str
    verdict: str
    ranking: tuple[str, ...]
    probability: float
    """Of the first cause."""
    signatures: frozenset[str]


def given_of(case: Case) -> Given:
    """Return a case as an input."""
    pairs = [
        item.split(None, 1) if item.startswith("fact ") else item.split("=", 1)
        for item in case.given
    ]

    def values(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in pairs if key == name)

    facts = [value.split("=", 1) for value in values("fact")]
    return Given(
        errors=(case.text,),
        symptoms=values("symptom"),
        no_symptoms=values("no-symptom"),
        facts=tuple((name, value) for name, value in facts),
        version=next(iter(values("prefect-version")), ""),
    )


def outcomes(base: Base, index: Index) -> list[Outcome]:
    """Run every case."""
    return [
        _outcome(stem if stem in base.entities else "", case, index)
        for stem, cases in base.cases.items()
        for case in cases
    ]


def _outcome(insight: str, case: Case, index: Index) -> Outcome:
    evidence = collect(given_of(case), index)
    settled = settle(evidence, index)
    return Outcome(
        case=case.id,
        insight=insight,
        kind=case.kind,
        form=case.form,
        held_out=case.held_out,
        instead=case.instead or "",
        verdict=settled.verdict,
        ranking=settled.causes,
        probability=settled.probability[settled.causes[0]] if settled.causes else 0.0,
        signatures=frozenset(
            found.id
            for found in evidence.findings.values()
            if found.kind == "signature" and found.state == "present"
        ),
    )
