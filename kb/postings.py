"""The tables by which signatures are found: what a text holds -> numbers of signatures.

N-grams are those of what does not vary in a signature. A small base is searched for every n-gram
of a text; a large one has a mark for each signature besides, a word or two that stand in every
copy of it.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kb.text import grams, normalise, weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kb.model import Signature

HOLE = "{}"
_AT_HOLE = re.compile(r"\w*\{\}\w*")
"""A hole with the parts of words that it touches: filled, they may be other words."""


class Text(NamedTuple):
    """A signature in the forms in which it is compared."""

    signature: Signature
    normal: str
    constant: str
    """Normal form of what does not vary."""


Rows = list[tuple[str | int | bytes, ...]]


class Tables(NamedTuple):
    """Rows of the tables of one base."""

    gram: Rows
    """(n-gram, number of signatures that hold it, their numbers), in order of n-gram."""
    mark: Rows
    """(words, numbers of the signatures whose mark they are)."""
    listed: Rows
    """(name, numbers by signature): ``grams``, how many; ``norms``, the norm of their weights."""


def text_of(signature: Signature) -> Text:
    """Return a signature in the forms in which it is compared."""
    normal = normalise(signature.text)
    if signature.template is None:
        return Text(signature, normal, normal)
    return Text(signature, normal, normalise(_AT_HOLE.sub(" ", signature.template)) or normal)


def tables(signatures: Sequence[Text], *, exhaustive: bool) -> Tables:
    """Return the tables by which the signatures are found, numbered in the order given."""
    texts = [text.constant for text in signatures]
    postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
    sizes = array("I")
    for number, text in enumerate(texts):
        held = grams(text)
        sizes.append(len(held))
        for gram in held:
            postings[gram].append(number)
    norms = _norms(texts, postings)
    listed: Rows = [("grams", sizes.tobytes()), ("norms", norms.tobytes())]
    rows: Rows = [(gram, len(n), n.tobytes()) for gram, n in sorted(postings.items())]
    return Tables(rows, [] if exhaustive else list(_marks(signatures)), listed)


def _norms(texts: Sequence[str], postings: Mapping[str, array[int]]) -> array[float]:
    weights = {gram: weight(len(numbers), len(texts)) for gram, numbers in postings.items()}
    return array(
        "f", (math.sqrt(sum(map(weights.__getitem__, grams(text)))) or 1.0 for text in texts)
    )


def _marks(signatures: Sequence[Text]) -> Iterator[tuple[str, bytes]]:
    """Yield the rarest word of each signature with the rarer of its neighbours."""
    places = [_runs(text) for text in signatures]
    count = Counter(word for runs in places for word in {w for run in runs for w in run})
    marked: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for number, runs in enumerate(places):
        marks = [" ".join(pair) for run in runs for pair in pairwise(run)]
        marks = marks or [word for run in runs for word in run]
        if marks:
            marked[min(marks, key=lambda mark: _rarity(mark, count))].append(number)
    for mark, numbers in sorted(marked.items()):
        yield mark, numbers.tobytes()


def _rarity(mark: str, count: Mapping[str, int]) -> tuple[int, int, str]:
    counts = sorted(count[word] for word in mark.split(" "))
    return counts[0], counts[-1], mark


def _runs(text: Text) -> list[list[str]]:
    """Return the runs of words that stand in every copy of a signature."""
    template, whole = text.signature.template, f" {text.normal} "
    parts = map(normalise, _AT_HOLE.split(template)) if template is not None else ()
    kept = [part.split() for part in parts if part and f" {part} " in whole]
    return kept or [whole.split()]
