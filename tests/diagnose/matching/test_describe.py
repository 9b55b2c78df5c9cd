"""Plain words: what a description tells of, what it denies, and that it means the same anywhere."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.collect import collect
from diagnose.given import Given
from diagnose.matching.describe import Description
from tests.diagnose.made import SPOKEN, ranking, shares, told

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

STORIES = [
    ("Agent shows healthy in the UI but flow runs stay Late and nothing is picked up. There are no "
     "errors in the log, and the process is still there.", "agent-alive-but-unresponsive"),
    ("Our spot nodes on EKS get preempted by Karpenter, and the flow runs that were on them hang in "
     "Running forever.", "karpenter-spot-termination"),
    ("I start the agent in a tmux session and detach. It freezes after some hours; as soon as I "
     "attach again it wakes up and picks up the late runs.", "screen-session-freeze"),
    ("The runner was OOM killed and the flow run still says Running days later. Ghost runs!",
     "ghost-runs-after-runner-death"),
]  # fmt: skip


def states(index: Index, text: str) -> dict[str, str]:
    """Return symptom -> state for what a description says."""
    found = collect(Given(errors=(text,)), index).findings.values()
    return {finding.id: finding.state for finding in found if finding.how == "lexical"}


@pytest.mark.parametrize(("story", "cause"), STORIES)
def test_a_story_finds_its_cause(index: Index, story: str, cause: str) -> None:
    found = told(index, story)

    assert ranking(found)[0] == cause
    assert found.verdict in SPOKEN


@pytest.mark.parametrize(("story", "cause"), STORIES)
def test_the_same_words_mean_the_same_wherever_they_are_given(
    index: Index, story: str, cause: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "story.txt").write_text(story)
    stdin = SimpleNamespace(buffer=io.BytesIO(story.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)

    error = told(index, story)

    for other in (
        told(index, symptoms=(story,)),
        told(index, logs=(tmp_path / "story.txt",)),
        told(index, stdin=True),
    ):
        assert shares(other) == shares(error)
        assert other.verdict == error.verdict


@pytest.mark.parametrize(("story", "cause"), STORIES)
def test_how_the_words_are_wrapped_and_cased_does_not_matter(
    index: Index, story: str, cause: str
) -> None:
    words = story.split()
    wrapped = "\n".join(" ".join(words[at : at + 9]) for at in range(0, len(words), 9))

    for other in (wrapped, story.upper(), f"> {wrapped}".replace("\n", "\n> ")):
        assert ranking(told(index, other))[0] == cause


@pytest.mark.parametrize(("story", "cause"), STORIES)
def test_words_mixed_with_a_log_still_count(index: Index, story: str, cause: str) -> None:
    log = "".join(f"10:1{n}:12.345 | INFO    | prefect.agent - all is well {n}\n" for n in range(6))

    assert cause in ranking(told(index, f"{story}\n\n{log}"))[:2]
    assert cause in ranking(told(index, f"{log}\n\n{story}"))[:2]


@pytest.mark.parametrize(
    ("text", "symptom", "state"),
    [
        ("There are no errors in the log", "no-errors-logged", "present"),
        ("Prefect runs on Kubernetes", "on-kubernetes", "present"),
        ("Prefect does not run on Kubernetes", "on-kubernetes", "absent"),
        ("We are not on Kubernetes", "on-kubernetes", "absent"),
        ("we don't use spot instances", "on-spot-nodes", "absent"),
        ("all our nodes are spot instances", "on-spot-nodes", "present"),
        ("Nothing is picked up but the process is running", "agent-process-alive", "present"),
        ("the agent process is gone", "agent-process-gone", "present"),
        ("the agent is not in a screen session", "in-terminal-multiplexer", "absent"),
        ("runs stay late", "runs-stay-late", "present"),
    ],
)
def test_symptoms_are_told_and_denied(index: Index, text: str, symptom: str, state: str) -> None:
    assert states(index, text).get(symptom) == state


def test_a_denied_place_lowers_its_cause(index: Index) -> None:
    one = "Flow runs hang in Running forever on preempted Kubernetes spot nodes."
    other = "We use no spot nodes and are not on Kubernetes. Flow runs hang in Running forever."

    assert shares(told(index, one))["karpenter-spot-termination"] > 0.5
    assert shares(told(index, other)).get("karpenter-spot-termination", 0.0) < 0.3


def test_a_contrast_ends_a_negation(index: Index) -> None:
    found = states(index, "No errors, but the process is running")

    assert found.get("agent-process-alive") == "present"


@pytest.mark.parametrize(
    "text",
    [
        "Der Agent ist im Dashboard gesund, aber es passiert nichts mehr und keiner wei\u00df warum.",
        "L'agent ne fait plus rien depuis hier soir et je ne comprends pas pourquoi.",
        "\u30a8\u30fc\u30b8\u30a7\u30f3\u30c8\u304c\u6b62\u307e\u308a\u307e\u3057\u305f",
        "\u0430\u0433\u0435\u043d\u0442 \u043d\u0435 \u043e\u0442\u0432\u0435\u0447\u0430\u0435\u0442",
    ],
)
def test_another_language_does_no_harm(index: Index, text: str) -> None:
    assert told(index, text).verdict != "established"


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_any_text_can_be_described(index: Index, text: str) -> None:
    description = Description(text, index, index.vocabulary())

    assert all(0.0 <= told.score <= 1.0 for told in description.told())
    assert 0.0 < description.trust <= 1.0
    like = description.resemblance()
    assert like.unheard <= like.terms == description.length


def test_every_phrasing_of_the_base_tells_of_its_symptom(index: Index) -> None:
    words = index.vocabulary()
    number, missed = 0, []
    for row in index.findings("symptom"):
        entity = index.entity(row.id)
        assert entity is not None
        for text in entity.record["phrasings"]:
            number += 1
            told = {t.symptom: t.state for t in Description(text, index, words).told()}
            missed += [text] if told.get(row.id) != "present" else []

    assert len(missed) <= number / 100, missed


def test_a_vague_phrasing_is_believed_less(index: Index) -> None:
    words = index.vocabulary()
    told = Description("runs stay late and the ui shows healthy", index, words).told()
    all_scores = {t.symptom: t.score for t in told}

    assert all_scores["runs-stay-late"] > 0.9
    assert all(0 < score <= 1.0 for score in all_scores.values())


def test_a_long_text_is_trusted_less(index: Index) -> None:
    words = index.vocabulary()
    short = Description("Runs stay late.", index, words)
    long = Description("Runs stay late. " * 30, index, words)

    assert long.trust < short.trust
