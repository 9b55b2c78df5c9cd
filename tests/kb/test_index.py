"""The index says what the files say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.compile import compile_index
from kb.edges import edges
from kb.entries import SEEN_S
from kb.index import FindingRow, Index, Open
from kb.load import load
from kb.model import Command, Fact, Finding, Insight, Reference, Signature, Symptom
from kb.scale import PRIOR, SPECIFICITY, STRENGTH
from kb.text import grams, normalise
from tests.kb.conftest import TINY, write_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from kb.base import Base


TEXT = st.text("abcdefg 'é0%?#{}-\"\\:", min_size=1, max_size=60).filter(lambda s: s.strip())


def built(base: Base, path: Path) -> Index:
    compile_index(base, path)
    return Index(str(path))


def test_every_entity_is_there_as_written(index: Index, shipped: Base) -> None:
    assert [name for name, _, _ in index.names()] != []
    assert sorted(index.names()) == sorted(
        (i, shipped.kinds[i], e.label) for i, e in shipped.entities.items()
    )
    for entity_id, entity in shipped.entities.items():
        found = index.entity(entity_id)
        assert found is not None
        assert (found.id, found.kind, found.base) == (
            entity_id,
            shipped.kinds[entity_id],
            "prefect",
        )
        assert type(entity).model_validate(found.record) == entity


def test_ranking_reads_the_same_insights_and_findings(index: Index, shipped: Base) -> None:
    for row, insight in zip(index.insights(), shipped.insights(), strict=True):
        assert (row.id, row.title, row.severity) == (insight.id, insight.title, insight.severity)
        assert (row.prior, row.informs) == (PRIOR[insight.prior], insight.informs)
        possible = insight.versions and insight.versions.possible
        assert row.windows[:1] == ((possible,) if possible else ())
    for found in shipped.of(Finding):
        row_ = index.finding(found.id)
        assert row_ is not None
        assert (row_.kind, row_.text) == (shipped.kinds[found.id], found.label)
        assert (row_.leak, row_.group) == (SPECIFICITY[found.specificity], found.group or "")


def test_matching_reads_the_same_signatures(index: Index, shipped: Base) -> None:
    for row, signature in zip(index.signatures(), shipped.of(Signature), strict=True):
        assert (row.id, row.text, row.template) == (
            signature.id, signature.text, signature.template or "",
        )  # fmt: skip
        assert (row.must, row.near) == (signature.must, signature.near)
        assert row.normal == normalise(signature.text)
        held = sorted(grams(row.constant))
        found = index.grams(held)
        assert all(row.number in found[gram] for gram in held)
        assert index.sizes()[row.number] == len(held)
    assert index.grams(["\x00\x00\x00"]) == {}


def test_values_are_compared_as_written(index: Index, shipped: Base) -> None:
    assert sorted(index.facts()) == sorted((f.id, f.name, f.op, f.value) for f in shipped.of(Fact))


def test_edges_are_those_of_the_files_in_both_directions(index: Index, shipped: Base) -> None:
    said = [(e.source, e.target, e.kind, e.weight, e.provenance, e.why) for e in edges(shipped)]

    forth = [tuple(e)[:6] for entity in shipped.entities for e in index.edges_from(entity)]
    back = [tuple(e)[:6] for entity in shipped.entities for e in index.edges_to(entity)]

    assert sorted(forth) == sorted(back) == sorted(said)
    assert index.edges_from("agent-stopped", "alias_of") == []


def test_phrasings_are_found_by_each_of_their_terms(index: Index, shipped: Base) -> None:
    symptom = shipped.of(Symptom)[0]
    weight, postings = index.term("!poll")

    assert weight > 0
    texts = {index.phrasing(number)[4] for number in postings}
    assert texts <= {t for s in shipped.of(Symptom) for t in (*s.phrasings, *s.denials)}
    assert index.term("no-such-term") == (0.0, ())
    assert index.profile("no-such-term") == ((), ())
    assert index.finding(symptom.id) is not None


def test_what_is_not_there_is_none(index: Index) -> None:
    assert index.entity("no-such") is None
    assert index.finding("http2-protocol-error-stops-agent") is None
    assert index.edges_from("no-such") == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.sampled_from(sorted(STRENGTH)), st.sampled_from(sorted(SPECIFICITY)), TEXT, TEXT, TEXT)
def test_the_reader_gives_what_the_yaml_says(
    tmp_path_factory: pytest.TempPathFactory,
    strength: str,
    specificity: str,
    text: str,
    phrasing: str,
    why: str,
) -> None:
    def quoted(value: str) -> str:
        return "'" + value.strip().replace("'", "''") + "'"

    signatures = TINY["signatures.yaml"] + (
        f"- {{id: other, text: {quoted(text)}, kind: k, specificity: {specificity},"
        f" must: [{quoted(why)}]}}\n"
    )
    insight = TINY["insights/network-down.yaml"].replace("unreachable]", f"{quoted(phrasing)}]")
    insight = insight.replace(
        "often}]", f"often}}, {{finding: other, strength: {strength}, why: {quoted(why)}}}]"
    )
    folder = write_files(
        tmp_path_factory.mktemp("base"),
        {**TINY, "signatures.yaml": signatures, "insights/network-down.yaml": insight},
    )
    index = built(load([folder], shipped=False), folder / "index")

    row = next(row for row in index.signatures() if row.id == "other")
    finding = index.finding("other")
    assert (row.text, row.must) == (text.strip(), (why.strip(),))
    assert finding is not None
    assert finding.leak == SPECIFICITY[specificity]
    (edge,) = index.edges_from("other")
    assert (edge.target, edge.weight, edge.why) == (
        "network-down", STRENGTH[strength], why.strip(),
    )  # fmt: skip
    entity = index.entity("network-down")
    assert entity is not None
    assert entity.record["phrasings"][-1] == phrasing.strip()
    index.close()


def test_the_order_of_files_and_of_their_entries_does_not_matter(
    write: Callable[..., Path],
) -> None:
    first, second = TINY["signatures.yaml"].split("- {id: reset")
    swapped = {"signatures.yaml": f"- {{id: reset{second}{first}"}

    def dump(folder: Path) -> list[Any]:
        index = built(load([folder], shipped=False), folder / "index")
        found: list[Any] = [list(index.signatures()), index.insights(), index.findings()]
        found += [index.edges_from(entity) for entity, _, _ in index.names()]
        return [*found, [[*map(list, index.profile(term))] for term in ("dead", "cabl", "run")]]

    one, other = write(), write(dict(reversed((TINY | swapped).items())), name="other/tiny")
    assert dump(one) == dump(other)


def test_kinds_can_be_listed_alone(index: Index, shipped: Base) -> None:
    for kind, cls in (("command", Command), ("reference", Reference), ("insight", Insight)):
        assert [row[0] for row in index.names(kind)] == [e.id for e in shipped.of(cls)]


def test_what_is_asked_of_many_at_once_is_what_is_asked_of_each(
    index: Index, shipped: Base
) -> None:
    costs = {symptom.id: symptom.cost_s for symptom in shipped.of(Symptom)}
    costs |= {fact.id: fact.cost_s for fact in shipped.of(Fact)}
    causes = [row.id for row in index.insights()]
    names = {fact.id: fact.name for fact in index.facts()}

    def likely(finding: FindingRow) -> dict[str, float]:
        found = {}
        for edge in index.edges_from(finding.id, "indicates"):
            found[edge.target] = 1.0 - (1.0 - finding.leak) * (1.0 - edge.weight)
        for edge in index.edges_from(finding.id, "contradicts"):
            found[edge.target] = found.get(edge.target, finding.leak) * edge.weight
        return found

    everything = [
        Open(
            row.id,
            row.kind,
            row.leak,
            row.group,
            costs.get(row.id, SEEN_S),
            names.get(row.id, ""),
            likely(row),
        )
        for row in index.findings()
        if row.kind != "signature" or index.observers([row.id])
    ]
    for asked in (causes, causes[:3]):
        expected = [found for found in everything if not found.likely.keys().isdisjoint(asked)]
        assert index.askable(asked) == expected


def test_commands_that_observe_a_finding_come_cheapest_first(index: Index) -> None:
    found = index.observers(row.id for row in index.findings())

    assert found
    for finding, commands in found.items():
        reading = {
            edge.source: entity.record
            for edge in index.edges_to(finding, "observes")
            if (entity := index.entity(edge.source)) and entity.record["effect"] == "reads"
        }
        assert {command.id for command in commands} == reading.keys()
        costs = [(reading[command.id].get("cost_s", 20), command.id) for command in commands]
        assert costs == sorted(costs)
