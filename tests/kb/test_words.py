"""Plain words: stems, synonyms, and what stands under a negation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.words import NEGATION_REACH, Vocabulary, sentences, split, stem, terms, vocabulary

if TYPE_CHECKING:
    from kb.index import Index

WORDS = vocabulary(
    {
        "kubernetes": ["k8s", "eks", "kube"],
        "hang": ["stuck", "gets stuck", "frozen", "not responding"],
        "poll": ["pick up", "picks up", "picking up"],
        "run": ["runs", "flow run", "flow runs"],
        "dind": ["docker in docker"],
    },
    ["the", "it", "is", "a", "on", "we", "are", "any", "in", "to", "can"],
    ["no", "not", "never", "without", "nothing", "none"],
    ["but", "however", "though"],
)


def of(text: str) -> list[str]:
    return terms(text, WORDS)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("The pods run on k8s", ["pod", "run", "kubernetes"]),
        ("EKS!", ["kubernetes"]),
        ("docker in docker", ["dind"]),
        ("Docker-in-Docker", ["dind"]),
        ("flow runs are stuck", ["run", "hang"]),
        ("it gets stuck", ["hang"]),
        ("agents are crashing", ["agent", "crash"]),
    ],
)
def test_synonyms_and_stems_give_one_term(said: str, found: list[str]) -> None:
    assert of(said) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("no errors", ["!error"]),
        ("not on Kubernetes", ["!kubernetes"]),
        ("the agent isn't crashing", ["agent", "!crash"]),
        ("the agent isnt crashing", ["agent", "!crash"]),
        ("the agent isn\u2019t crashing", ["agent", "!crash"]),
        ("it cannot crash", ["!crash"]),
        ("no errors, crashed", ["!error", "crash"]),
        ("no errors but a crash", ["!error", "crash"]),
        ("no errors and a crash", ["!error", "crash"]),
        ("no errors however crashed", ["!error", "crash"]),
        ("stopped polling", ["!poll"]),
        ("stops picking up runs", ["!poll", "!run"]),
        ("fails to poll", ["!poll"]),
        ("refuses to poll", ["!poll"]),
        ("it never picks up flow runs", ["!poll", "!run"]),
        ("not responding", ["hang"]),
    ],
)
def test_negation_ends_at_a_comma_and_at_a_contrast(said: str, found: list[str]) -> None:
    assert of(said) == found


def test_a_negation_reaches_only_so_far() -> None:
    found = of("no amber birch cedar dune ember frost grove")

    assert [term.startswith("!") for term in found] == [
        place < NEGATION_REACH for place in range(7)
    ]


def test_a_negation_ends_with_its_sentence() -> None:
    assert sentences("There is no crash. Polling works; the agent is frozen", WORDS) == [
        ["there", "!crash"],
        ["poll", "work"],
        ["agent", "hang"],
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("one\ntwo", ["one", "two"]),
        ("one - two \u2014 three", ["one", "two", "three"]),
        ("glued.Together", ["glued", "Together"]),
        ("prefect 2.10.4 and agent.py", ["prefect 2.10.4 and agent.py"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_they_end(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@given(st.text(max_size=200))
def test_any_text_gives_terms_without_white_space(text: str) -> None:
    for sentence in sentences(text, WORDS):
        assert sentence
        for term in sentence:
            assert term.strip("!")
            assert not any(c.isspace() for c in term)


@given(st.lists(st.sampled_from(["agent", "stuck", "eks", "no", "but", "pods"]), max_size=8))
def test_terms_do_not_depend_on_case_and_closing_marks(words: list[str]) -> None:
    said = " ".join(words)

    assert of(said.upper()) == of(said)
    assert of(f"  {said} !") == of(said)


@given(st.text(max_size=40))
def test_a_stem_is_not_longer_than_its_word_by_more_than_a_letter(word: str) -> None:
    assert len(stem(word)) <= len(word) + 1


def test_an_empty_lexicon_reads_too() -> None:
    empty = vocabulary({}, [], [], [])

    assert isinstance(empty, Vocabulary)
    assert terms("no agents", empty) == ["no", "agent"]


def test_the_longest_synonym_wins(index: Index) -> None:
    words = index.vocabulary()

    assert terms("docker in docker", words) == ["dind"]
    assert terms("the zombie process", words) == ["defunct"]
    assert terms("zombie runs", words) == ["ghost"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("k8s", "Kubernetes"),
        ("EKS", "kubernetes"),
        ("spot", "spot instances"),
        ("preempted", "evicted"),
        ("hang", "stuck"),
        ("frozen", "hung"),
        ("dead", "died"),
        ("zombie runs", "ghost runs"),
        ("tmux", "screen session"),
        ("terminal", "console"),
        ("overdue", "late"),
    ],
)
def test_words_of_the_trade_mean_the_same(index: Index, one: str, other: str) -> None:
    words = index.vocabulary()

    assert terms(one, words) == terms(other, words)
