"""Noise: logs of healthy programs and random lines, on which nothing may be found."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

import pytest

from kb.load import SHIPPED
from tests.diagnose.made import SPOKEN, ranking, told

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

QUIET = sorted((SHIPPED / "quiet").glob("*.log"))
LINES = 100_000
DISTINCT = 4_000


def test_there_are_quiet_logs_of_prefect_and_of_others() -> None:
    names = {path.name.split(".")[0].split("-")[0] for path in QUIET}

    assert {"prefect", "nginx", "postgres", "dask", "celery"} <= names


@pytest.mark.parametrize("path", QUIET, ids=lambda path: path.name)
def test_a_healthy_log_names_no_cause(index: Index, path: Path) -> None:
    found = told(index, logs=(path,))

    assert found.verdict not in SPOKEN, ranking(found)[:3]
    assert found.input.events > 0


@pytest.mark.parametrize("path", QUIET, ids=lambda path: path.name)
def test_half_of_a_healthy_log_names_no_cause(index: Index, path: Path, tmp_path: Path) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "half.log").write_text("".join(lines[len(lines) // 2 :]), encoding="utf-8")

    assert told(index, logs=(tmp_path / "half.log",)).verdict != "established"


def noise(seed: int) -> str:
    """Return random lines: as a log with times, as plain words, as signs."""
    chance = random.Random(seed)
    words = [
        "".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 9))) for _ in range(3000)
    ]
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    texts = [" ".join(chance.choices(words, k=chance.randint(2, 9))) for _ in range(DISTINCT)]
    texts[::9] = ["".join(chance.choices(string.printable.strip(), k=50)) for _ in texts[::9]]
    lines = []
    for n in range(LINES):
        text = texts[n % DISTINCT]
        clock = f"{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}"
        head = f"2023-02-{1 + n // 86_400:02}T{clock}Z {levels[n % 4]} " if n % 3 else ""
        lines.append(head + text)
    return "\n".join(lines)


def test_random_lines_establish_nothing_even_beside_the_name_of_the_product(
    index: Index, tmp_path: Path
) -> None:
    (tmp_path / "noise.log").write_text("prefect " + noise(7))

    found = told(index, logs=(tmp_path / "noise.log",))

    assert found.input.lines_read == LINES
    assert found.verdict not in SPOKEN, ranking(found)[:3]


def test_a_needle_in_random_lines_is_found(index: Index, tmp_path: Path) -> None:
    text = noise(3)
    middle = text.index("\n", len(text) // 2)
    needle = "\n2023-02-01T12:00:00Z ERROR prefect.agent - Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
    (tmp_path / "noise.log").write_text(text[: middle // 8] + needle)

    found = told(index, logs=(tmp_path / "noise.log",))

    assert ranking(found)[0] == "http2-protocol-error-stops-agent"
    assert found.verdict in SPOKEN
