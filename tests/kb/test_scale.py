"""The words of the base stand for numbers in the order a reader expects."""

from __future__ import annotations

from typing import get_args

import pytest

from kb import model, scale


@pytest.mark.parametrize(
    ("table", "rising"),
    [
        (scale.STRENGTH, ["rarely", "sometimes", "often", "almost-always"]),
        (scale.SPECIFICITY, ["unique", "specific", "shared", "common", "generic"]),
        (scale.CONTRADICTION, ["excludes", "strongly", "moderately", "slightly"]),
        (scale.PRIOR, ["very-rare", "rare", "occasional", "common", "very-common"]),
    ],
)
def test_words_stand_in_their_order(table: dict[str, float], rising: list[str]) -> None:
    assert sorted(table, key=table.__getitem__) == rising
    assert all(0.0 < value < 1.0 for value in table.values())


def test_every_word_a_file_may_say_has_a_number_and_no_other() -> None:
    assert set(scale.STRENGTH) == set(get_args(model.Strength))
    assert set(scale.SPECIFICITY) == set(get_args(model.Specificity))
    said = model.Contradicts.model_fields["strength"].annotation
    assert set(scale.CONTRADICTION) == set(get_args(said))
    assert set(scale.PRIOR) == set(get_args(model.Insight.model_fields["prior"].annotation))


def test_a_guess_counts_less() -> None:
    assert 0.0 < scale.GUESS_FACTOR < 1.0
