"""Which question comes next; `benchmarks/questions.py` measures how good the choice is."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from benchmarks.operators import operator
from benchmarks.questions import DONT_KNOW, best, percentile, session
from diagnose.asking.gain import WORTH, Candidate
from diagnose.asking.looks import Look
from diagnose.asking.questions import Question, next_checks
from diagnose.collect import Evidence, collect
from diagnose.diagnosis import diagnose
from diagnose.findings import answered
from diagnose.given import Given
from diagnose.probability import percent
from diagnose.ranking.moved import leader
from diagnose.ranking.rank import infer
from diagnose.ranking.weigh import weigh
from kb.rows import Open

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kb.index import Index

LATE = Given(symptoms=("runs-stay-late",))


def asked(evidence: Evidence, index: Index, limit: int = 200) -> list[Question]:
    weighed = weigh(evidence, index)
    posterior = infer(weighed.odds, weighed.seen, weighed.factors)
    return list(next_checks(posterior, evidence, index, limit))


def told(evidence: Evidence, index: Index, finding: str, state: str) -> Evidence:
    said = answered(index, finding, state)
    assert said is not None
    return evidence._replace(findings={**evidence.findings, finding: said})


def test_every_question_of_the_base_can_be_answered_with_yes_or_no(index: Index) -> None:
    form = re.compile(r"(?:Is|Are|Was|Were|Do|Does|Did|Has|Have|Can|Could|Will) .*\?")
    rows = [*index.findings("symptom"), *index.findings("fact")]

    assert [row.id for row in rows if not form.fullmatch(row.question)] == []


def test_there_are_questions_before_anything_is_known(index: Index) -> None:
    assert len(asked(collect(Given(), index), index)) > 10


def test_the_best_question_comes_first_and_each_group_once(index: Index) -> None:
    questions = asked(collect(LATE, index), index)
    groups = [(row.group or row.id) for q in questions if (row := index.finding(q.id))]

    assert len(groups) == len(set(groups))
    assert all(question.gain_bits >= WORTH for question in questions)
    assert all(question.effect == "reads" for question in questions)


def test_the_same_evidence_gives_the_same_questions(index: Index) -> None:
    assert asked(collect(LATE, index), index) == asked(collect(LATE, index), index)


def kinds_of(group: str, questions: Iterable[Question], index: Index) -> set[str]:
    """Return the kinds of findings of a group that are asked for."""
    rows = (index.finding(f) for q in questions for f in (q.id, *(name for name, _ in q.also)))
    return {row.kind for row in rows if row is not None and row.group == group}


@pytest.mark.parametrize(
    ("finding", "group"),
    [("no-worker-for-pool", "pool-workers"), ("queue-poll-old", "poll-age")],
)
def test_a_group_of_which_one_is_there_is_not_asked_again(
    index: Index, finding: str, group: str
) -> None:
    late = collect(LATE, index)

    assert kinds_of(group, asked(late, index), index)
    assert not kinds_of(group, asked(told(late, index, finding, "present"), index), index)


def test_what_a_person_did_not_see_a_command_may_still_read(index: Index) -> None:
    after = asked(told(collect(LATE, index), index, "no-worker-for-pool", "absent"), index)

    assert kinds_of("pool-workers", after, index) == {"fact"}


def test_what_was_read_and_denied_is_not_asked_again(index: Index) -> None:
    after = asked(told(collect(LATE, index), index, "queue-poll-old", "absent"), index)

    assert not kinds_of("poll-age", after, index)


def test_what_nobody_can_tell_is_not_asked_again(index: Index) -> None:
    evidence = collect(LATE, index)
    first = asked(evidence, index)[0]

    assert first.id not in {q.id for q in asked(told(evidence, index, first.id, "unknown"), index)}


def test_every_command_of_a_question_reads_and_observes_it(index: Index) -> None:
    for question in asked(collect(LATE, index), index):
        if question.command:
            entity = index.entity(question.command)
            assert entity is not None
            assert entity.record["effect"] == "reads"
            assert question.id in {o.get("finding") for o in entity.record["outcomes"]}


def test_a_command_of_another_version_is_not_offered(index: Index) -> None:
    evidence = collect(LATE._replace(version="1.4.1"), index)
    for question in asked(evidence, index):
        entity = index.entity(question.command) if question.command else None
        window = entity.record.get("versions") if entity else None
        assert not (window or "").startswith((">=2", ">=3")), question


HANGS = Given(errors=("the agent in my screen session freezes until I attach to it",))
FAILED = Given(errors=("Failed the last 3 attempts",), version="2.10.4")


@pytest.mark.parametrize("given", [LATE, HANGS, FAILED], ids=["answer", "words", "error"])
def test_where_an_answer_is_said_to_lead_is_what_follows_from_it_alone(
    index: Index, given: Given
) -> None:
    questions = diagnose(given, index, questions=12).next_checks

    assert len(questions) > 5
    for question in questions:
        yes = given._replace(symptoms=(*given.symptoms, question.id))
        no = given._replace(no_symptoms=(question.id,))
        follows = [leader(diagnose(after, index)) for after in (yes, no)]
        assert [(o.answer, o.then) for o in question.outcomes] == [
            (answer, f"{name} ({percent(probability)})")
            for answer, (name, probability) in zip(("yes", "no"), follows, strict=True)
        ]


def test_what_a_project_suppresses_is_never_said_to_lead(index: Index, tmp_path: Path) -> None:
    def leads(given: Given) -> str:
        return " ".join(
            outcome.then
            for question in diagnose(given, index).next_checks
            for outcome in question.outcomes
        )

    project = tmp_path / ".diagnose.yaml"
    project.write_text(
        "suppress: [{insight: no-worker-for-queue, reason: known, until: 2999-12-31}]",
        encoding="utf-8",
    )

    assert "no-worker-for-queue" in leads(LATE)
    assert "no-worker-for-queue" not in leads(LATE._replace(project=project))


def test_what_tells_most_of_a_topic_says_what_looking_costs() -> None:
    def member(name: str, group: str, gain: float, cost_s: int) -> Candidate:
        return Candidate(Open(name, "symptom", 0.1, group, cost_s, "", {}), {}, 0.0, gain)

    members = (member("a", "g", 0.9, 60), member("b", "g", 0.5, 10), member("c", "", 0.4, 5))
    look = Look("a", "", False, 1.8, members, None, frozenset({"g", "c"}))

    assert look.cost == 60 + 5


def test_few_questions_lead_to_the_right_cause(index: Index) -> None:
    """The benchmark in small: the median of its target, on thirty simulated operators."""
    empty = collect(Given(), index)
    counts = []
    for number in range(30):
        chance = random.Random(f"test {number}")
        counts.append(session(operator(index, chance, 2), best, empty, index, chance).questions)

    assert DONT_KNOW == 0.2
    assert percentile(sorted(counts), 0.5) <= 3
