"""Generated bases are valid, and the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import bases
from benchmarks.messages import LEVELS, asked, messages
from benchmarks.sizes import SMALL, Size
from kb.check import check
from kb.load import load
from kb.model import Insight, Signature
from kb.text import normalise

if TYPE_CHECKING:
    from pathlib import Path

TINY = Size(30, 3, 60)


def test_messages_are_distinct_and_the_same_every_time() -> None:
    found = messages(300)

    assert found == messages(300)
    assert len({normalise(text.replace("{}", " ")) for text in found}) == len(found) == 300


def test_more_messages_than_were_mined_are_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    mined = ["cannot open the file {} for writing", "the queue of the worker is empty"]
    monkeypatch.setattr("benchmarks.messages._mined", lambda _: iter(mined))

    found = messages(20)

    assert set(mined) <= set(found)
    assert len(set(found)) == 20


@pytest.mark.parametrize("level", LEVELS)
def test_damage_is_the_same_every_time_and_grows(level: str) -> None:
    texts = messages(50)

    lines = asked(texts, level, 40)

    assert lines == asked(texts, level, 40)
    same = sum(normalise(texts[n].replace("{}", " ")) in normalise(line) for n, line in lines)
    assert (same > 20) == (level == "light")


def test_a_generated_base_passes_the_gate() -> None:
    found = bases.base(SMALL)

    assert check(found) == []
    assert len([s for s in found.of(Signature) if s.id.startswith("g-")]) == SMALL.signatures
    assert len([i for i in found.of(Insight) if i.id.startswith("g-")]) == SMALL.insights
    made = [name for name in found.entities if name.startswith("g-")]
    assert len(made) == pytest.approx(SMALL.entities, abs=4)


def test_as_yaml_it_is_the_same_base(tmp_path: Path) -> None:
    bases.write(tmp_path, TINY)

    read, made = load([tmp_path]), bases.base(TINY)

    assert read.entities == made.entities
    assert read.cases == made.cases
    assert check(read) == []


def test_the_command_writes_an_overlay(tmp_path: Path) -> None:
    sizes = [word for name, n in TINY._asdict().items() for word in (f"--{name}", str(n))]

    assert bases.main([str(tmp_path), *sizes]) == 0

    assert len(load([tmp_path]).insights()) == len(load().insights()) + TINY.insights
