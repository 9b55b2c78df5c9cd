"""Every benchmark runs in its short form, without a network, and what it lacks stands in the table."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.__main__ import BENCHMARKS, Ran, main, page, status
from benchmarks.rows import Row, absent
from benchmarks.sizes import SCANNED

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("ordinary lines", "3 % abnormal")
ROWS = {
    "startup": ("python -c pass", "`--version`", "`--error`, exact", "`--error`, fuzzy",
                "`--symptom`", "`explain`", "`runbook`", "`prefect version`"),
    "scan": (*(name for kind in KINDS for name in (kind, kind, kind)),
             *(f"ordinary lines, {n:,} signatures" for n in SCANNED for _ in range(2)),
             f"ordinary lines, {SCANNED[-1]:,} signatures: diagnose, 41 MB through a pipe"),
    "fuzzy": ("index of", "`process.extract(WRatio)`", "`process.extract(ratio)`",
              "nearest, numpy", "nearest, without numpy", "accepted at"),
    "scale": ("index of", "`--error`, exact, shipped", "`--error`, exact, large",
              "`--error`, fuzzy, large", "`--symptom`, plain words, large", "`kb check`"),
    "fleet": ("1 MB of 2 hosts, one process", "1 MB of 2 hosts, one Dask worker",
              "1 MB of 2 hosts, two Dask workers", "start of a cluster"),
    "first_paint": ("bare Textual app", "`diagnose tui`, first paint", "`diagnose tui`, populated"),
    "keystroke": ("bare Textual app", "shipped base", "10,000 signatures more"),
    "questions": ("questions the one it chooses", "questions the one it chooses: 95 of 100",
                  "questions the one it chooses: statements", "questions the one it chooses: looking",
                  "questions in random", "questions in fixed"),
}  # fmt: skip
"""How the rows begin that each must have, in order; there may be others between."""

ABSENT = {
    "startup": ["`prefect version`"],
    "scan": [*["ripgrep", "searchkit"] * len(KINDS), *["ripgrep"] * len(SCANNED)],
}
"""What is named as missing where nothing is installed and nothing may be."""


def test_every_benchmark_has_its_rows_listed_here() -> None:
    assert list(ROWS) == list(BENCHMARKS)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are measured as POSIX does")
@pytest.mark.parametrize("name", ROWS)
def test_the_short_form_has_every_row(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    file = tmp_path / "page.md"

    assert main([name, "--short", "--no-network", "--output", str(file)]) == 0

    said = file.read_text("utf-8")
    lines = [line for line in said.splitlines() if line.startswith("| ")]
    rest = iter(lines)
    for begin in ROWS[name]:
        assert any(line.startswith(f"| {begin}") for line in rest), (begin, said)
    missing = [line for line in lines if "not available" in line]
    assert len(missing) == len(ABSENT.get(name, []))
    for line, what in zip(missing, ABSENT.get(name, []), strict=True):
        assert what in line
    assert "missed" not in said


def test_the_page_has_a_part_for_each_and_names_what_did_not_run() -> None:
    text = page([
        Ran("fuzzy", [Row("a", "1 ms", missed=True), absent("b", "no network")]),
        Ran("scale", [], "Traceback\nValueError: a | b"),
    ])  # fmt: skip

    rows = [line.strip("| ") for line in text.splitlines() if line.startswith("|")]
    assert [row.split(" |")[0] for row in rows[2:]] == [
        f"**{BENCHMARKS['fuzzy']}** (`benchmarks.fuzzy`)", "a", "b",
        f"**{BENCHMARKS['scale']}** (`benchmarks.scale`)", "did not run",
    ]  # fmt: skip
    assert rows[3].endswith("missed")
    assert "not available: no network" in rows[4]
    assert "ValueError: a / b" in rows[6]
    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {7}


def test_the_exit_status_tells_the_worst() -> None:
    well, late = Ran("fuzzy", [Row("a")]), Ran("scale", [Row("a"), Row("b", missed=True)])

    assert status([]) == status([well]) == 0
    assert status([well, late]) == 1
    assert status([Ran("scan", [], "broken"), late]) == 2


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["no-such"])

    assert stopped.value.code == 2
    assert "no benchmark is named no-such" in capsys.readouterr().err
