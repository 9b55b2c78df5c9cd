"""The one function that every front end calls: from what was given to a diagnosis."""

from __future__ import annotations

from diagnose.collect import Evidence, collect
from diagnose.later import at_once, later
from diagnose.ranking.cause import build
from diagnose.ranking.rank import Posterior, infer
from diagnose.ranking.verdict import DIRECT, WEAK, judge, ordered, says_something
from diagnose.ranking.weigh import Weighed, weigh
from diagnose.redact import redact
from diagnose.result import Diagnosis, InputSummary, RuledOut, Unexplained
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnose.asking.questions import Question
    from diagnose.given import Given
    from diagnose.reading.incidents import Incident
    from kb.index import Index

LEAST_SHOWN = 0.02
"""Causes less probable than this are not listed, except to fill up to `NEAREST`."""

NEAREST = 3
"""So many nearest candidates are always listed."""

MOST_UNEXPLAINED = 20
MOST_INCIDENTS = 50
QUESTIONS = 5


def diagnose(
    given: Given, index: Index, *, limit: int = 5, questions: int = QUESTIONS
) -> Diagnosis:
    """Return the diagnosis of what was given, with at most so many causes and next checks.

    Raises:
        UsageError: an input cannot be read or an id is unknown.
    """
    return conclude(collect(given, index), given, index, limit=limit, questions=questions)


def conclude(
    evidence: Evidence,
    given: Given,
    index: Index,
    *,
    limit: int = 5,
    questions: int = QUESTIONS,
    lazily: bool = False,
) -> Diagnosis:
    """Return the diagnosis that follows from evidence already collected.

    With ``lazily``, commands and questions are worked out when they are looked at: the index must
    stay open until then.
    """
    found, known = evidence.findings, evidence.known
    evidence = evidence._replace(findings=known.without(found))
    weighed = weigh(evidence, index)
    posterior = infer(weighed.odds, weighed.seen, weighed.factors, weighed.others)
    everything = ranked(posterior, weighed, index)
    ranking = [insight for insight in everything if insight not in known.insights()]
    first = ranking[0] if ranking else None
    verdict = judge(first, posterior.probability.get(first or "", 0.0), weighed, evidence, index)
    shown, unsuppressed = (
        _shown(order[:limit], posterior, weighed, evidence) for order in (ranking, everything)
    )
    made = later if lazily else at_once
    titles = {row.id: row.title for row in index.insight_rows(weighed.ruled_out)}
    return Diagnosis(
        bases=index.bases,
        pages=index.pages,
        insights=index.insight_count,
        digest=index.digest,
        input=_summary(evidence, given),
        verdict=verdict,
        causes=tuple(
            build(insight, posterior, weighed, evidence, index, made) for insight in shown
        ),
        unknown_probability=posterior.unknown,
        together=_together(posterior, weighed),
        incidents=tuple(_safe(incident) for incident in evidence.incidents[:MOST_INCIDENTS]),
        ruled_out=tuple(
            RuledOut(insight, titles[insight], reason)
            for insight, reason in sorted(weighed.ruled_out.items())
        ),
        partial=evidence.partial,
        unexplained=_unexplained(evidence),
        next_checks=made(lambda: _asked(posterior, evidence, index, questions)),
        notes=tuple(redact(note) for note in evidence.notes),
        suppressed=known.changed(found, unsuppressed),
    )


class Settled(NamedTuple):
    """What a diagnosis comes to."""

    verdict: str
    causes: tuple[str, ...]
    """Insights that would be listed, the first one first."""
    probability: dict[str, float]
    unknown: float


def settle(evidence: Evidence, index: Index) -> Settled:
    """Return what `conclude` comes to, at a fraction of its cost."""
    known = evidence.known
    evidence = evidence._replace(findings=known.without(evidence.findings))
    weighed = weigh(evidence, index)
    posterior = infer(weighed.odds, weighed.seen, weighed.factors, weighed.others, briefly=True)
    suppressed = known.insights()
    order = [i for i in ranked(posterior, weighed, index) if i not in suppressed]
    first = order[0] if order else None
    verdict = judge(first, posterior.probability.get(first or "", 0.0), weighed, evidence, index)
    shown = _shown(order, posterior, weighed, evidence)
    return Settled(verdict, tuple(shown), posterior.probability, posterior.unknown)


def _asked(
    posterior: Posterior, evidence: Evidence, index: Index, limit: int
) -> Iterable[Question]:
    from diagnose.asking.questions import next_checks  # noqa: PLC0415 (not for a settled text answer)

    return next_checks(posterior, evidence, index, limit) if limit else ()


def _shown(
    order: list[str], posterior: Posterior, weighed: Weighed, evidence: Evidence
) -> list[str]:
    """Return the insights that are listed as causes."""
    if not weighed.seen and evidence.description is None:
        return []
    return [
        insight
        for place, insight in enumerate(order)
        if place < NEAREST or posterior.probability[insight] >= LEAST_SHOWN
    ]


def ranked(posterior: Posterior, weighed: Weighed, index: Index) -> list[str]:
    """Return insights, most probable first; an informing one leads only on direct evidence."""
    informs = index.informing()
    order = ordered(posterior.probability)
    held_back = [
        insight
        for insight in order
        if insight in informs and not says_something(insight, weighed, index, DIRECT)
    ]
    return [insight for insight in order if insight not in held_back] + held_back


def _together(posterior: Posterior, weighed: Weighed) -> tuple[str, ...]:
    """Return the smallest set of causes that covers most findings, the most probable of its size."""
    best: tuple[tuple[int, int, float], tuple[str, ...]] = ((0, 0, 0.0), ())
    for causes, weight in posterior.sets:
        if weight < WEAK / 10:
            break
        covered = sum(any(cause in seen.produced for cause in causes) for seen in weighed.seen)
        best = max(best, ((covered, -len(causes), weight), causes))
    return best[1]


def _safe(incident: Incident) -> Incident:
    links = tuple(link._replace(message=redact(link.message)) for link in incident.chain)
    return incident._replace(text=redact(incident.text), chain=links)


def _unexplained(evidence: Evidence) -> tuple[Unexplained, ...]:
    found = [
        Unexplained(incident.source, incident.lines[0], redact(incident.text), incident.count)
        for incident in evidence.incidents
        if incident.unexplained
    ]
    return tuple(found[:MOST_UNEXPLAINED])


def _iso(time: float) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415 (a short answer is about no time)

    return datetime.fromtimestamp(time, UTC).isoformat()


def _summary(evidence: Evidence, given: Given) -> InputSummary:
    last = evidence.last_event
    return InputSummary(
        errors=tuple(redact(error) for error in given.errors),
        logs=(
            *(str(path) for path in given.logs),
            *(redact(url) for url in given.urls),
            *(("stdin",) if given.stdin else ()),
        ),
        symptoms=tuple(redact(symptom) for symptom in given.symptoms),
        no_symptoms=given.no_symptoms,
        unknown_symptoms=given.unknown_symptoms,
        facts=tuple((name, redact(value)) for name, value in given.facts),
        prefect_version=given.version,
        versions_seen=tuple(evidence.versions),
        lines_read=evidence.lines,
        bytes_read=evidence.bytes,
        events=evidence.events,
        last_event=_iso(last) if last else "",
        truncated=evidence.truncated,
    )
