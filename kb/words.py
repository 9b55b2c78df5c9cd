"""Plain words: from a description in everyday language to comparable terms.

A term is a stemmed word or the canonical name of its synonyms; ``!`` in front says that it stood
under a negation ("not picking up runs" gives ``!poll``). Negation ends at punctuation, at a
contrast ("but") and at "and".
"""

from __future__ import annotations

import re

import Stemmer

from kb.named import NamedTuple
from kb.pattern import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol, TypeAlias

    Phrases: TypeAlias = tuple[tuple[tuple[str, ...], str], ...]
    """(all words, canonical term), longest first."""

    class ByFirst(Protocol):
        """Phrases by their first word; a dictionary, or what reads them when they are needed."""

        def get(self, first: str, default: Phrases, /) -> Phrases:
            """Return the phrases that begin with a word."""


NEGATION_REACH = 5
"""A negation covers at most so many terms."""

_SENTENCE = lazy(r"(?<=[.!?])\s+|[\n;]+|\s[-\u2013\u2014]+\s|(?<=\w)\.(?=[A-Z][a-z])")
_PART = lazy(r"[^\W_]+(?:['\u2019][^\W_]+)?|[,:()\[\]\"]")
_NOT = lazy(
    r"\b(can|could|do|does|did|is|are|was|were|has|have|had|wo|would|should|ai)n['\u2019]?t\b", re.I
)
_STOPPING = frozenset(
    [
        "stop",
        "stops",
        "stopped",
        "stopping",
        "quit",
        "quits",
        "ceased",
        "ceases",
        "fail",
        "fails",
        "failed",
        "failing",
        "refuse",
        "refuses",
        "refused",
        "unable",
    ]
)


class Vocabulary(NamedTuple):
    """The lexicon in the form in which text is read with it; made by `vocabulary`."""

    phrases: ByFirst
    """Synonyms as written."""
    stemmed: ByFirst
    """The same by stems; looked at when nothing matches as written."""
    stop: frozenset[str]
    negations: frozenset[str]
    contrasts: frozenset[str]


_stemmer = Stemmer.Stemmer("english")
_stems: dict[str, str] = {}


def stem(word: str) -> str:
    """Return the stem of an English word in lower case (Snowball, Porter 2)."""
    known = _stems.get(word)
    if known is None:
        if len(_stems) > 50_000:
            _stems.clear()
        known = _stems[word] = str(_stemmer.stemWord(word))
    return known


def vocabulary(
    synonyms: Mapping[str, Iterable[str]],
    stop: Iterable[str],
    negations: Iterable[str],
    contrasts: Iterable[str],
) -> Vocabulary:
    """Prepare the lexicon's lists for `sentences`."""
    written: dict[tuple[str, ...], str] = {}
    stemmed: dict[tuple[str, ...], str] = {}
    for canonical, variants in synonyms.items():
        for variant in (canonical.replace("-", " "), *variants):
            words = tuple(part for part in _parts(variant) if part[0].isalnum())
            if words:
                written.setdefault(words, canonical)
                stemmed.setdefault(tuple(stem(word) for word in words), canonical)
    return Vocabulary(
        phrases=_by_first(written),
        stemmed=_by_first(stemmed),
        stop=frozenset(word.casefold() for word in stop),
        negations=frozenset(word.casefold() for word in negations),
        contrasts=frozenset(word.casefold() for word in contrasts),
    )


def _by_first(phrases: Mapping[tuple[str, ...], str]) -> dict[str, Phrases]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for words, canonical in phrases.items():
        found.setdefault(words[0], []).append((words, canonical))
    return {
        first: tuple(sorted(entries, key=lambda entry: (-len(entry[0]), entry)))
        for first, entries in sorted(found.items())
    }


def _parts(text: str) -> list[str]:
    plain = text.casefold().replace("\u2019", "'").replace("cannot", "can not")
    return _PART.findall(_NOT.sub(r"\1 not", plain))


def sentences(text: str, vocabulary: Vocabulary) -> list[list[str]]:
    """Return the terms of each sentence of a text, in order; sentences without terms are left out."""
    found = (terms(sentence, vocabulary) for sentence in split(text))
    return [sentence for sentence in found if sentence]


def split(text: str) -> list[str]:
    """Return the sentences of a text, as written."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def terms(sentence: str, vocabulary: Vocabulary) -> list[str]:
    """Return the terms of one sentence, in order, with the negated ones marked."""
    parts = _parts(sentence)
    stems = [stem(part) for part in parts]
    found: list[str] = []
    reach = 0
    at = 0
    while at < len(parts):
        part = parts[at]
        length, term = _phrase(parts, stems, at, vocabulary)
        if length < 2 and (not part[0].isalnum() or part == "and" or part in vocabulary.contrasts):
            reach = 0
        elif length < 2 and (part in vocabulary.negations or _stops(parts, at)):
            reach = NEGATION_REACH
        elif term or not _says_nothing(part, vocabulary):
            found.append(f"!{term or stems[at]}" if reach > 0 else term or stems[at])
            reach -= 1
        at += max(length, 1)
    return found


def _says_nothing(part: str, vocabulary: Vocabulary) -> bool:
    """Stop words, single letters, numbers and amounts (``60s``, ``4hrs``)."""
    return part in vocabulary.stop or len(part) < 2 or part[0].isdigit()


def _stops(parts: list[str], at: int) -> bool:
    """``stopped polling`` and ``fails to start`` deny what follows."""
    if parts[at] not in _STOPPING or at + 1 >= len(parts):
        return False
    return parts[at + 1] == "to" or (len(parts[at + 1]) > 5 and parts[at + 1].endswith("ing"))


def _phrase(parts: list[str], stems: list[str], at: int, vocabulary: Vocabulary) -> tuple[int, str]:
    """Return how many words the synonym at ``at`` takes, and its canonical term; 0 when none."""
    best = (0, "")
    for words, phrases in ((parts, vocabulary.phrases), (stems, vocabulary.stemmed)):
        for phrase, canonical in phrases.get(words[at], ()):
            if len(phrase) > best[0] and tuple(words[at : at + len(phrase)]) == phrase:
                best = (len(phrase), canonical)
                break
    return best
