"""What an import writes: whole new files that load again, or nothing at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb.errors import KbError
from kb.identity import text_of
from kb.load import load
from kb.model import Insight, Page, Parameter
from kb.page import read_page
from kb.page.importer import plan_import
from kb.page.overlay import overlay_files, plan_text, write_import
from tests.kb.conftest import write_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.base import Base
from tests.kb.page.pages import BEAT, DATA, planned

PAGES = ["prefect.agent.heartbeat.txt", "prefect.agent.heartbeat.long.txt"]


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_base_gets_exactly_what_the_page_says(
    name: str, empty: Base, tmp_path: Path
) -> None:
    page = read_page(DATA / name)
    folder = tmp_path / "new"

    written = write_import(plan_import(page, empty), folder)
    base = load([tmp_path / "empty", folder], shipped=False)

    assert [path.relative_to(folder).as_posix() for path in written] == sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*.*")
    )
    assert (
        sum(
            kind in ("parameter", "signature", "command", "reference")
            for kind in base.kinds.values()
        )
        == 44
    )
    view = base.of(Page)[0]
    assert [text_of(base.entities[item]) for item in view.signatures] == [
        item.text for item in page.signatures
    ]
    assert [text_of(base.entities[item]) for item in view.references] == [
        item.text for item in page.references
    ]
    insights = [base.entities[item] for item in view.insights]
    assert [(i.title, i.severity) for i in insights if isinstance(i, Insight)] == [
        (item.title, item.severity) for item in page.insights
    ]
    assert all(entity.provenance == "document" for entity in base.entities.values())
    again = plan_import(page, base)
    assert (again.new, again.notes) == ((), ())
    assert write_import(again, folder) == ()


def test_a_known_page_is_extended_by_an_overlay(write: Callable[..., Path], tmp_path: Path) -> None:
    folder = write()
    write_import(planned(load([folder], shipped=False)), tmp_path / "more")

    base = load([folder, tmp_path / "more"], shipped=False)

    page = base.entities["beat"]
    assert isinstance(page, Page)
    assert page.references == ("agent", "agent-pool")
    assert page.insights == ("agent-dead", "network-down", "the-pool-is-empty")
    assert planned(base).new == ()


def test_texts_that_yaml_would_bite_survive(empty: Base, tmp_path: Path) -> None:
    texts = [
        "no",
        "3.10",
        "[Errno 2] a: b # c",
        "- x",
        "{y}",
        "'q\"",
        "*a",
        "2026-01-01",
        "\u00e9\U0001f600 %",
    ]
    text = (
        BEAT.replace("recommended: 7", "recommended: 3.10")
        .replace(
            "Error Signatures (1)\nAgent 'a1' sent no beat for 30 slog pattern",
            f"Error Signatures ({len(texts)})\n"
            + "".join(f"{item}\nlog pattern\n" for item in texts),
        )
        .replace("(5)", f"({4 + len(texts)})")
    )
    write_import(planned(empty, text), tmp_path / "new")

    base = load([tmp_path / "empty", tmp_path / "new"], shipped=False)

    page = base.of(Page)[0]
    assert [text_of(base.entities[item]) for item in page.signatures] == texts
    assert base.of(Parameter)[0].recommended == "3.10"


def test_the_plan_as_text(tiny: Base) -> None:
    assert plan_text(planned(tiny)) == (
        "agent.beat: 5 annotations, 2 insights\n"
        "known: 1 page, 1 metric, 1 parameter, 1 reference, 1 signature, 1 command, 1 insight\n"
        "new: 1 page, 1 reference, 1 insight\n"
        "  + reference agent-pool: 'Agent pool' (line 12)\n"
        "  + insight the-pool-is-empty: 'The pool is empty' (line 13)\n"
        "  ~ page beat: 'Beat freshness' (line 1)\n"
        "differs: beat.txt:7: interval: recommended is '7', in the base '5'\n"
        "differs: beat.txt:12: agent: kind is 'concept', in the base 'component'\n"
        "differs: beat.txt:13: agent-dead: severity is 'info', in the base 'critical'\n"
        "file: insights/the-pool-is-empty.yaml\n"
        "file: pages/beat.yaml\n"
        "file: references.yaml\n"
    )


def test_no_file_is_ever_changed(tiny: Base, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "new", {"references.yaml": "[]\n", "pages/beat.yaml": "mine\n"})

    with pytest.raises(KbError) as caught:
        write_import(planned(tiny), folder)

    assert len(caught.value.problems) == 2
    assert "is there already and is not touched" in str(caught.value)
    assert (folder / "references.yaml").read_text() == "[]\n"
    assert not (folder / "insights").exists()


def test_an_interrupted_import_leaves_nothing(
    tiny: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace
    calls: list[Path] = []

    def stopping(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", stopping)
    with pytest.raises(KeyboardInterrupt):
        write_import(planned(tiny), tmp_path / "new")

    assert [path for path in (tmp_path / "new").rglob("*") if path.is_file()] == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights do not bind here")
def test_a_folder_that_cannot_be_written(tiny: Base, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir(mode=0o500)

    with pytest.raises(KbError, match="cannot be written"):
        write_import(planned(tiny), tmp_path / "new")


def test_a_file_in_the_place_of_the_folder(tiny: Base, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("x")

    with pytest.raises(KbError, match="cannot be written"):
        write_import(planned(tiny), tmp_path / "new")


def test_the_same_page_gives_the_same_files(empty: Base) -> None:
    assert overlay_files(planned(empty)) == overlay_files(planned(empty))
