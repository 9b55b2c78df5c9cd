"""What is said in a base, as terms: phrasings of symptoms and profiles of insights."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from kb.model import Symptom
from kb.scale import STRENGTH
from kb.spoken import SMOOTHING, UNHEARD
from kb.words import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.base import Base
    from kb.model import Insight
    from kb.words import Vocabulary

EXPLAINED = 0.3
"""Weight of a word of the explanation; operators use the words of the phrasings."""

SYMPTOM_TERMS = 10.0
"""So many words are added for a symptom that an insight always produces."""


class Phrasings(NamedTuple):
    """Rows of the tables of phrasings."""

    phrasing: list[tuple[int, str, str, float, int, str]]
    """(number, symptom, state, total weight, number of terms, text)."""
    listed: list[tuple[str, bytes]]
    """``phrasings``: the total weights by number."""
    term: list[tuple[str, float, bytes]]
    """(term, weight, numbers of the phrasings that hold it)."""


class Said:
    """The terms of what is said in a base; what is said of a symptom is read once."""

    def __init__(self, base: Base, words: Vocabulary) -> None:
        self._words = words
        self._symptoms = {
            symptom.id: [self.terms(text) for text in symptom.phrasings]
            for symptom in base.of(Symptom)
        }

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text, in order."""
        return [term for part in sentences(text, self._words) for term in part]

    def of(self, finding: str) -> list[list[str]] | None:
        """Return the terms of each phrasing of a symptom; None for another finding."""
        return self._symptoms.get(finding)


def phrasings(symptoms: Sequence[Symptom], terms: Said) -> Phrasings:
    """Return every way to say a symptom; a term that few symptoms share weighs more (idf)."""
    said: list[tuple[str, str, list[str], str]] = []
    for symptom in symptoms:
        ways = [
            *zip(symptom.phrasings, terms.of(symptom.id) or (), repeat("present")),
            *((text, terms.terms(text), "absent") for text in symptom.denials),
        ]
        said += [
            (symptom.id, state, sorted(set(found)), text) for text, found, state in ways if found
        ]
    owners: dict[str, set[str]] = defaultdict(set)
    for owner, _, found, _ in said:
        for term in found:
            owners[term.lstrip("!")].add(owner)
    weight = {t: round(math.log(1 + len(symptoms) / (0.5 + len(o))), 4) for t, o in owners.items()}
    postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
    rows = []
    for number, (owner, state, found, text) in enumerate(said):
        total = sum(weight[term.lstrip("!")] for term in found)
        rows.append((number, owner, state, round(total, 4), len(found), text))
        for term in found:
            postings[term].append(number)
    totals = array("d", [row[3] for row in rows])
    terms_of = [(t, weight[t.lstrip("!")], n.tobytes()) for t, n in sorted(postings.items())]
    return Phrasings(rows, [("phrasings", totals.tobytes())], terms_of)


def profiles(base: Base, said: Said) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield by term, for the insights whose descriptions hold it, by number, how much more a term is to be expected from each insight than in general.

    A unigram model of each insight's description, smoothed with the mean of all insights
    (Jelinek-Mercer; Zhai and Lafferty 2004), as log-odds over `UNHEARD`, the value of a term that
    the insight's description does not hold.
    """
    insights = base.insights()
    held: dict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("I"), array("d")))
    for number, insight in enumerate(insights):
        for term, share in _model(insight, said).items():
            numbers, shares = held[term]
            numbers.append(number)
            shares.append(share)
    for term, (numbers, shares) in sorted(held.items()):
        general = 0.0
        for share in shares:
            general += share / len(insights)
        weights = array(
            "d",
            (
                round(math.log(((1 - SMOOTHING) * s + SMOOTHING * general) / general) - UNHEARD, 4)
                for s in shares
            ),
        )
        yield term, numbers.tobytes(), weights.tobytes()


def _model(insight: Insight, said: Said) -> dict[str, float]:
    """Return term -> share in what is said of an insight, its symptoms by their strength."""
    count: dict[str, float] = defaultdict(float)
    own = [(1.0, text) for text in (insight.title, insight.because, *insight.phrasings)]
    for weight, text in (*own, (EXPLAINED, insight.what)):
        for term in said.terms(text):
            count[term] += weight
    for edge in insight.indicates:
        terms = [term for phrasing in said.of(edge.finding) or () for term in phrasing]
        for term in terms:
            count[term] += SYMPTOM_TERMS * STRENGTH[edge.strength] / len(terms)
    total = sum(count.values())
    return {term: times / total for term, times in count.items()}
