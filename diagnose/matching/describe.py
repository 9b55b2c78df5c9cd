"""Plain words: which symptoms a description tells of, or denies, and which insights it resembles.

A phrasing of the base counts as said when enough of its weight (idf of its terms) stands in one
sentence; the same words under a negation deny it.
"""

from __future__ import annotations

import math

from kb.named import NamedTuple
from kb.spoken import UNHEARD
from kb.words import split, terms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.index import Index
    from kb.words import Vocabulary

SAID = 0.66
"""Share of a phrasing's weight that must stand in the text."""

DENIED = 0.5
"""Share of a phrasing's weight that must stand there with its negation turned to deny it."""

TRUST = 0.4
"""P(a symptom is really told | all of a phrasing stands in the text); the words of a description
already count through `Description.resemblance`, so its symptoms must not count in full again."""

LONG = 6
"""In a text of more sentences than this, symptoms are found by chance and trusted less."""

GENTLE = -0.6
"""Most that one word may count against the insight that a description resembles most."""

AFFIRMED = 0.5
"""Share of what a word says for an insight by which its denial says less for it."""

FULL_WEIGHT = 5.0
"""A phrasing whose terms weigh less in sum is vague, and is believed in proportion."""


class Told(NamedTuple):
    """A symptom that a description tells of (present) or denies (absent)."""

    symptom: str
    state: str
    score: float
    """Share of the phrasing's weight that was found, 0 to 1, less for vague phrasings."""
    phrasing: str
    passage: int
    """Number of the sentence in which it was found."""


class Resemblance(NamedTuple):
    """How much a description resembles the insights of the base."""

    scores: dict[str, float]
    """Insight -> sum of the log-odds of its words against the base in general."""
    level: float
    """The same for the best insight when no word may count more than `GENTLE` against it."""
    unheard: int
    """Distinct terms that no insight's description holds."""
    terms: int
    """Distinct terms in all."""


class Description:
    """A text in plain words, read with the vocabulary of a base."""

    def __init__(self, text: str, index: Index, vocabulary: Vocabulary) -> None:
        self._index = index
        self._totals = index.phrasing_weights()
        self._terms: dict[str, tuple[float, Sequence[int]]] = {}
        said = [(passage, terms(passage, vocabulary)) for passage in split(text)]
        self.passages = [passage for passage, found in said if found]
        """The sentences, as written."""
        self.sentences = [found for _, found in said if found]
        """Their terms."""

    @property
    def trust(self) -> float:
        """P(a symptom is really told | all of a phrasing stands in this text)."""
        return TRUST * min(1.0, math.sqrt(LONG / max(len(self.sentences), 1)))

    @property
    def length(self) -> int:
        """Number of distinct terms."""
        return len({term for sentence in self.sentences for term in sentence})

    def told(self) -> list[Told]:
        """Return the best statement on each symptom, in order of symptom id."""
        best: dict[str, Told] = {}
        for number, sentence in enumerate(self.sentences):
            for told in self._in_sentence(number, set(sentence)):
                known = best.get(told.symptom)
                if known is None or told.score > known.score:
                    best[told.symptom] = told
        return [best[symptom] for symptom in sorted(best)]

    def _in_sentence(self, number: int, words: set[str]) -> Iterator[Told]:
        said: dict[int, float] = {}
        turned: dict[int, float] = {}
        covered: dict[int, float] = {}
        denying: set[int] = set()
        for term in sorted(words):
            denies = term.startswith("!")
            weight, postings = self._term(term)
            for phrasing in postings:
                said[phrasing] = said.get(phrasing, 0.0) + weight
            if denies:
                denying.update(postings)
            opposite = term[1:] if denies else f"!{term}"
            if opposite not in words:
                against = covered if denies else turned
                weight, postings = self._term(opposite)
                for phrasing in postings:
                    against[phrasing] = against.get(phrasing, 0.0) + weight
        for phrasing, weight in covered.items():
            # a denial shared with the phrasing may cover more words here: "emits no beats" says
            # what "does not emit beats" says
            for_it = said if phrasing in denying else turned
            for_it[phrasing] = for_it.get(phrasing, 0.0) + weight
        for phrasing in sorted(said.keys() | turned.keys()):
            yield from self._judged(
                number, phrasing, said.get(phrasing, 0.0), turned.get(phrasing, 0.0)
            )

    def _judged(self, number: int, phrasing: int, said: float, turned: float) -> Iterator[Told]:
        total = self._totals[phrasing]
        if said + turned < 1.0 or (said + turned) / total < SAID:
            return
        belief = min(1.0, total / FULL_WEIGHT)
        if said / total >= SAID and turned < 0.2 * total:
            symptom, state, _, _, text = self._index.phrasing(phrasing)
            yield Told(symptom, state, said / total * belief, text, number)
        elif turned >= DENIED * total:
            symptom, state, _, _, text = self._index.phrasing(phrasing)
            opposite = "absent" if state == "present" else "present"
            yield Told(symptom, opposite, 0.8 * (said + turned) / total * belief, text, number)

    def _term(self, term: str) -> tuple[float, Sequence[int]]:
        known = self._terms.get(term)
        if known is None:
            known = self._terms[term] = self._index.term(term)
        return known

    def resemblance(self) -> Resemblance:
        """Return how much the words are those of each insight rather than of the base in general."""
        strict: dict[int, float] = {}
        gentle: dict[int, float] = {}
        terms = {term for sentence in self.sentences for term in sentence}
        heard = 0
        for term in sorted(terms):
            weights = self._profile(term)
            heard += bool(weights)
            for insight, weight in weights.items():
                strict[insight] = strict.get(insight, 0.0) + weight
                gain = max(weight + UNHEARD, GENTLE) - GENTLE
                gentle[insight] = gentle.get(insight, 0.0) + gain
        ids = self._index.insight_ids()
        return Resemblance(
            scores={ids[number]: s + heard * UNHEARD for number, s in sorted(strict.items())},
            level=max(gentle.values(), default=0.0) + heard * GENTLE,
            unheard=len(terms) - heard,
            terms=len(terms),
        )

    def _profile(self, term: str) -> dict[int, float]:
        """Return insight -> log-odds of a term over `UNHEARD`.

        A denied word says less where the word itself is at home: "no spot nodes" is no sign of a
        cause that spot nodes have, though its description says what they did not do.
        """
        weights = dict(zip(*self._index.profile(term), strict=True))
        if weights and term.startswith("!"):
            for insight, weight in zip(*self._index.profile(term[1:]), strict=True):
                affirmed = max(0.0, weight + UNHEARD)
                weights[insight] = weights.get(insight, 0.0) - AFFIRMED * affirmed
        return weights
