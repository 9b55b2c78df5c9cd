"""Every benchmark runs in its short form, and one command runs them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import __main__ as every
from benchmarks.__main__ import BENCHMARKS, Ran, main, page, present, ran

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["fuzzy", "scale"])
def test_the_short_form_runs(name: str) -> None:
    found = ran(name, short=True)

    assert found.status in (0, 1), found.said
    assert found.said.startswith("| ")
    assert "missed" not in found.said


def test_only_what_is_there_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {**BENCHMARKS, "not-written-yet": every.Benchmark("Later")}
    monkeypatch.setattr(every, "BENCHMARKS", more)

    assert "not-written-yet" not in present([])
    assert {"startup", "fuzzy", "scale"} <= set(present([]))
    assert present(["scale", "startup"]) == ["startup", "scale"]


def test_the_page_has_a_part_for_each() -> None:
    text = page([Ran("fuzzy", 0, "| a |"), Ran("scale", 1, "| b |\n\nmissed: x")])

    assert text.startswith("# Benchmarks\n")
    assert text.index("| a |") < text.index("missed: x")
    assert all(BENCHMARKS[name].title in text for name in ("fuzzy", "scale"))
    assert "`python -m benchmarks.scale`" in text


@pytest.mark.parametrize(
    ("statuses", "short", "status"),
    [((0, 0), False, 0), ((0, 1), False, 1), ((0, 1), True, 0), ((2, 1), True, 2)],
)
def test_the_exit_status_tells_the_worst(
    statuses: tuple[int, ...],
    short: bool,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    found = iter(statuses)
    monkeypatch.setattr(every, "ran", lambda name, **_: Ran(name, next(found), "said"))
    argv = ["startup", "scale", "--output", str(tmp_path / "page.md"), *["--short"] * short]

    assert main(argv) == status

    assert (tmp_path / "page.md").read_text(encoding="utf-8").count("said") == 2


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["no-such"])

    assert stopped.value.code == 2
    assert "no benchmark is named no-such" in capsys.readouterr().err
