"""Files read in several processes say what they say one after the other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

import pytest

from diagnose.collect import collect
from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.reading import parallel
from tests.diagnose.made import HTTP2, PATIENCE_S, Impatient, fed
from tests.diagnose.scanning.test_scan import SEND, noisy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.index import Index


@pytest.fixture
def logs(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.log" for name in "abc"]
    for number, path in enumerate(paths):
        path.write_text(noisy(1500, number) + f"2023-02-01 12:00:00,000 | ERROR | x - {SEND}\n")
    return paths


@pytest.fixture
def worth(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Processes pay for any two files; counts how often they are used."""
    used: list[int] = []

    def workers(files: Sequence[Path]) -> int:
        used.append(len(files))
        return 2

    monkeypatch.setattr(parallel, "WORTH", 1)
    monkeypatch.setattr(parallel, "_workers", workers)
    return used


def test_readings_of_processes_are_those_of_one(
    index: Index, logs: list[Path], worth: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    several = collect(Given(logs=tuple(logs)), index)
    assert worth
    monkeypatch.setattr(parallel, "pays", lambda files: False)

    one = collect(Given(logs=tuple(logs)), index)

    for field in set(one._fields) - {"description"}:
        assert getattr(one, field) == getattr(several, field), field


@pytest.mark.usefixtures("worth")
def test_a_file_that_cannot_be_read_is_said(index: Index, logs: list[Path]) -> None:
    logs[1].write_bytes(b"\x7fELF\0\0")

    with pytest.raises(UsageError, match=r"b\.log: looks like a binary file"):
        collect(Given(logs=tuple(logs)), index)


@pytest.mark.usefixtures("worth")
def test_stopping_stops_the_processes_and_keeps_what_they_read(
    index: Index, logs: list[Path]
) -> None:
    found = collect(Given(logs=tuple(logs * 40)), index, Impatient(100_000))

    assert found.partial
    assert found.lines < 40 * 3 * 1500


def test_few_bytes_and_single_files_stay_in_one_process(logs: list[Path]) -> None:
    assert not parallel.pays(logs)
    assert not parallel.pays(logs[:1])
    assert not parallel.pays([*logs, logs[0].with_name("none")])


def test_where_no_process_can_be_had_it_is_read_here(
    index: Index, logs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(files: Sequence[Path], *_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(parallel, "WORTH", 1)
    monkeypatch.setattr(parallel, "_workers", lambda files: 2)
    monkeypatch.setattr(parallel, "_collected", broken)

    assert "h2-send-headers-closed" in collect(Given(logs=tuple(logs)), index).findings


def large_and_pipe(folder: Path) -> tuple[str, Path, Path]:
    """Return lines, a log of them that is worth processes, and a pipe beside it."""
    large, pipe = folder / "a.log", folder / "b.log"
    text = noisy(2500)
    with large.open("w") as file:
        file.writelines([text] * (1 + parallel.WORTH // len(text)))
    os.mkfifo(pipe)
    return text, large, pipe


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe to stop in the middle")
@pytest.mark.parametrize(("name", "status"), [("SIGHUP", 129), ("SIGKILL", -9)])
def test_the_processes_end_with_the_one_that_started_them(
    tmp_path: Path, name: str, status: int
) -> None:
    """Standard output ends only when nobody holds it any more."""
    text, large, pipe = large_and_pipe(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-m", "diagnose", "--log", str(large), "--log", str(pipe)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        with fed(pipe, process) as file:
            file.write(text * 4)
            file.flush()  # more than a pipe holds: a process of its own reads it
            process.send_signal(getattr(signal, name))
            if name == "SIGKILL":  # nobody says stop, and the pipe stays open
                process.communicate(timeout=PATIENCE_S)
        _, err = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == status
    assert "Traceback" not in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe to stop in the middle")
def test_an_interrupt_of_the_command_gives_the_answer_so_far(tmp_path: Path) -> None:
    text, large, pipe = large_and_pipe(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-m", "diagnose", "--json", "--log", str(large), "--log", str(pipe)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            with fed(pipe, process) as file:
                file.write(f"2023-02-01 12:00:00,000 | ERROR | x - {SEND}\n{text * 4}")
                file.flush()  # more than a pipe holds: its beginning was read
                process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()

    assert "Traceback" not in err
    assert process.returncode == 130
    answer = json.loads(out)
    assert answer["partial"] is True
    assert HTTP2 in [cause["insight"] for cause in answer["causes"]]
