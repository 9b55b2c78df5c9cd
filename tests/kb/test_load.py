"""Folders of YAML become one base; overlays speak after it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from kb.errors import KbError
from kb.load import SHIPPED, folders, load
from tests.kb.conftest import TINY, problems

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.base import Base


def test_entities_know_their_kind_and_place(tiny: Base) -> None:
    assert tiny.names == ("tiny",)
    assert tiny.kinds["no-beat"] == "signature"
    assert tiny.origins["reset"].base == "tiny"
    assert tiny.origins["reset"].line == 8
    assert [insight.id for insight in tiny.insights()] == ["agent-dead", "network-down"]
    assert [case.id for case in tiny.cases["agent-dead"]] == ["dead-1", "dead-2"]


def test_the_digest_follows_the_content(write: Callable[..., Path]) -> None:
    same = load([write()], shipped=False).digest

    assert load([write()], shipped=False).digest == same
    changed = {"lexicon.yaml": TINY["lexicon.yaml"].replace("stop: []", "stop: [the]")}
    assert load([write(changed)], shipped=False).digest != same


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            "symptoms.yaml",
            "text: runs wait",
            "txt: runs wait",
            "symptoms.yaml:3: symptom 'runs-wait': txt",
        ),
        (
            "symptoms.yaml",
            "id: runs-wait",
            "name: runs-wait",
            "symptoms.yaml:1: this symptom has no id",
        ),
        ("facts.yaml", 'value: "60"', "value: 60", "facts.yaml:4: fact 'poll-old': value: "),
        ("facts.yaml", 'value: "60"', "value: 60", "; put it in quotes"),
        ("facts.yaml", "id: poll-old", "id: runs-wait", "id 'runs-wait' stands already in"),
        (
            "metrics.yaml",
            "- id: agent-beat",
            "- id: Agent_Beat",
            "metrics.yaml:1: metric 'Agent_Beat': id",
        ),
        ("pages/beat.yaml", "id: beat", "id: other", "must equal the file name"),
        (
            "insights/network-down.yaml",
            "severity: warning",
            "severity: bad",
            "network-down.yaml:4:",
        ),
        ("insights/network-down.yaml", "https://example.org/2", "ftp://x", "sources.0.url"),
        ("cases/network-down.yaml", "id: net-2", "id: net-1", "case id 'net-1' stands twice"),
        (
            "cases/network-down.yaml",
            "kind: positive",
            "kind: good",
            "network-down.yaml:1: case: 0.kind",
        ),
        ("references.yaml", "- {id: agent,", "{id: agent,", "references.yaml"),
        ("parameters.yaml", '"5"', '"5"\n  extends: true', "says extends but nothing has that id"),
        ("lexicon.yaml", "stop: []", "stop: the", "lexicon.yaml:1: lexicon: stop"),
    ],
)
def test_a_mistake_is_reported_with_file_and_line(
    write: Callable[..., Path], path: str, old: str, new: str, expected: str
) -> None:
    assert old in TINY[path]
    assert expected in problems(write({path: TINY[path].replace(old, new)}))


@pytest.mark.parametrize("text", ["", "- a\n", "text\n", "{}\n"])
@pytest.mark.parametrize("path", sorted(TINY))
def test_a_file_of_the_wrong_shape_never_gives_a_traceback(
    write: Callable[..., Path], path: str, text: str
) -> None:
    if text == "" and path.startswith("cases"):
        text = "1\n"
    assert path.rpartition("/")[2] in problems(write({path: text}))


def test_every_problem_is_reported_at_once(write: Callable[..., Path]) -> None:
    text = problems(
        write({"facts.yaml": "- {id: a}\n", "metrics.yaml": "a: no\n", "odd.yaml": "1\n"})
    )

    assert "facts.yaml" in text
    assert "metrics.yaml" in text
    assert "odd.yaml: is not a file that a knowledge base has" in text


def test_what_cannot_be_read_is_named(write: Callable[..., Path], tmp_path: Path) -> None:
    assert "is not a folder with a knowledge base" in problems(tmp_path / "nowhere")
    folder = write({"facts.yml": "[]\n"})
    assert "facts.yml: must end in .yaml to be read" in problems(folder)
    (folder / "facts.yml").unlink()
    (folder / "metrics.yaml").unlink()
    (folder / "metrics.yaml").mkdir()
    assert "metrics.yaml: is not a file" in problems(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_loop_of_links_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    assert "loop" in problems(tmp_path / "loop")


def test_the_shipped_base_comes_first() -> None:
    assert list(folders()) == [("prefect", SHIPPED)]
    assert [name for name, _ in folders([SHIPPED])] == ["prefect", "prefect-2"]


def test_a_long_list_may_be_spread_over_files_of_a_folder(write: Callable[..., Path]) -> None:
    first, second = TINY["signatures.yaml"].split("- {id: reset", 1)
    parts = {
        "signatures.yaml": None,
        "signatures/a.yaml": first,
        "signatures/b.yaml": f"- {{id: reset{second}",
    }

    assert (
        load([write(parts)], shipped=False).entities
        == load([write({}, "whole")], shipped=False).entities
    )


@pytest.mark.parametrize("name", ["signature/a.yaml", "signatures/more/a.yaml", "lexicon/a.yaml"])
def test_other_folders_are_refused(write: Callable[..., Path], name: str) -> None:
    with pytest.raises(KbError, match="is not a file that a knowledge base has"):
        load([write({name: "[]\n"})], shipped=False)
