"""The cache holds an index for each state of the sources."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kb import cache
from kb.cache import open_index, sources_digest
from kb.cachefolder import MOST_KEPT
from kb.errors import KbError
from kb.index import Index
from tests.kb.cache.indexes import POSIX, right, stored


def test_the_first_opening_builds_and_the_second_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert right(open_index())
    (file,) = stored()
    monkeypatch.setattr(cache, "_built", lambda *_: pytest.fail("was built again"))

    assert right(open_index())
    assert stored() == [file]


def test_a_changed_source_is_another_index(base: Path) -> None:
    open_index().close()
    facts = base / "facts.yaml"
    facts.write_text(facts.read_text().replace("the last poll is old", "the poll is old"))

    index = open_index()

    finding = index.finding("poll-old")
    assert finding is not None
    assert finding.text == "the poll is old"
    assert len(stored()) == 2


def test_a_renamed_file_is_another_index(base: Path) -> None:
    before = sources_digest([base])
    (base / "facts.yaml").rename(base / "facts2.yaml")

    assert sources_digest([base]) != before


@POSIX
def test_an_index_outside_the_cache_can_be_opened_by_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nope")
    with closing(open_index()) as index, closing(Index(index.path)) as again:
        assert again.digest == index.digest


def test_old_indexes_go_when_new_ones_come(base: Path) -> None:
    title = "title: The agent is dead"
    insight = base / "insights" / "agent-dead.yaml"
    text = insight.read_text()
    for number in range(MOST_KEPT + 3):
        insight.write_text(text.replace(title, f"{title}, {number}"))
        open_index().close()

    assert len(stored()) == MOST_KEPT


@POSIX
@pytest.mark.parametrize("name", ["a%20b", "a?b#c", "a\\b", "//"])
def test_any_path_is_a_place_for_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", f"/{tmp_path}" if name == "//" else str(tmp_path / name))
    assert right(open_index())
    assert right(open_index())
    assert len(stored()) == 1


def test_builds_at_the_same_time_do_not_disturb_each_other(base: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kb import cache, load;"
        "cache.SHIPPED = load.SHIPPED = Path(sys.argv[1]); cache.SHIPPED_INDEX = Path('/none');"
        "i = cache.open_index(); print([row.id for row in i.insights()])"
    )
    root = str(Path(cache.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": root}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(base)],
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for _ in range(3)
    ]

    assert {child.communicate()[0].strip() for child in started} == {
        "['agent-dead', 'network-down']"
    }
    assert [path.name for path in stored()] == [f"{sources_digest([base])}.index"]


def test_a_broken_base_is_said_and_nothing_is_kept(base: Path) -> None:
    (base / "facts.yaml").write_text("- {id: x, id: x}\n")

    with pytest.raises(KbError, match=r"facts\.yaml"):
        open_index()
    assert stored() == []
