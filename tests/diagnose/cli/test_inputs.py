"""What can be given, what is refused, and when standard input is read."""

from __future__ import annotations

import gzip
import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.diagnose.cli.conftest import HEARTBEAT, Result, Stdin, assert_one_line
from tests.diagnose.made import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = (
    "2023-05-01 10:00:00.000 | ERROR   | prefect.agent - "
    "h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state"
    " ConnectionState.CLOSED\n"
)
LATER = LOG.replace("10:00", "12:00")


def _refusing(opened: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(path: Path, *words: Any, **options: Any) -> Any:
        if path.name == "a.log":
            raise PermissionError(13, "Permission denied")
        return opened(path, *words, **options)

    return refuse


def told(result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.out)["input"]
    return answer


def test_a_folder_without_logs_is_told(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    assert_one_line(cli("--log", tmp_path), 2, str(tmp_path), "no logs")


def test_a_missing_file_is_told(cli: Callable[..., Result], tmp_path: Path) -> None:
    assert_one_line(cli("--log", tmp_path / "a.log"), 2, "a.log", "no such file")


def test_an_unreadable_file_is_told(
    cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.log").write_text(LOG)
    monkeypatch.setattr("pathlib.Path.open", _refusing(Path.open))
    assert_one_line(cli("--log", tmp_path / "a.log"), 2, "a.log", "Permission denied")


def test_a_binary_file_is_told(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "core").write_bytes(b"\x7fELF\0\0\0\1")
    assert_one_line(cli("--log", tmp_path / "core"), 2, "core", "binary")


def test_broken_compression_is_told(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(LOG.encode())[:-9])
    found = cli("--log", tmp_path / "a.log.gz", "--json")
    assert found.status == 0
    assert "a.log.gz: the compressed data ends too early" in " ".join(
        json.loads(found.out)["notes"]
    )

    (tmp_path / "b.log.gz").write_bytes(gzip.compress(LOG.encode())[:9])
    assert_one_line(cli("--log", tmp_path / "b.log.gz"), 2, "b.log.gz", "compressed")


@pytest.mark.parametrize("content", [b"", b"\n", b" \n\t\r\n", b"\xef\xbb\xbf", b"\x1b[0m\n"])
def test_empty_input_is_told(cli: Callable[..., Result], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.log").write_bytes(content)

    assert_one_line(cli("--log", tmp_path / "a.log"), 2, "empty", "a.log")
    assert_one_line(cli(stdin=content), 2, "empty", "standard input")
    assert_one_line(cli("--log", "-", stdin=content), 2, "empty")
    assert_one_line(cli("why-not", "clean-stop", stdin=content), 2, "empty")
    assert_one_line(cli("runbook", stdin=content), 2, "empty")


def test_invalid_utf_8_is_read_all_the_same(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"\xff\xfa bad \xc3\n" + LOG.encode())
    status, out, _ = cli("--log", tmp_path / "a.log", "--json")

    assert status == 0
    assert json.loads(out)["causes"][0]["insight"] == "http2-protocol-error-stops-agent"


def test_arguments_that_are_no_utf_8_are_read_all_the_same(cli: Callable[..., Result]) -> None:
    assert cli("-e", f"\udcff {HEARTBEAT} \udc80", "--json").status in (0, 1)


def test_standard_input_is_a_log_when_nothing_is_given(cli: Callable[..., Result]) -> None:
    assert told(cli("--json", stdin=LOG.encode()))["logs"] == ["stdin"]
    assert told(cli("--log", "-", "--json", stdin=LOG.encode()))["logs"] == ["stdin"]


def test_standard_input_is_left_alone_when_something_is_given(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stdin, "buffer", None, raising=False)
    for words in (["-e", HEARTBEAT], ["--symptom", "runs-stay-late"], ["--fact", "oom_kills=0"]):
        assert "stdin" not in told(cli("--json", *words, stdin=b"never read"))["logs"]


@pytest.mark.parametrize("words", [["--json"], ["-o", "a.md"], ["why-not", "clean-stop"]])
def test_nothing_at_a_terminal_is_told(cli: Callable[..., Result], words: list[str]) -> None:
    assert_one_line(cli(*words, terminal=True), 2, "nothing to diagnose", "--error")


def test_a_terminal_as_a_log_is_announced(cli: Callable[..., Result]) -> None:
    words = ("--log", "-", "--json")
    assert "Ctrl-D" in cli(*words, stdin=LOG.encode(), terminal=True).err
    assert cli(*words, "-q", stdin=LOG.encode(), terminal=True).err == ""


def test_all_inputs_combine(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG)
    answer = told(
        cli(
            *("--json", "-e", "one", "--error=two", "--log", tmp_path / "a.log"),
            *("--symptom", "runs pile up", "--no-symptom", "runs-stay-late"),
            *("--unknown-symptom", "agent-process-gone", "--fact", "oom_kills=0"),
            *("--prefect-version", "2.8.7"),
        )
    )

    assert answer["errors"] == ["one", "two"]
    assert answer["logs"] == [str(tmp_path / "a.log")]
    assert answer["no_symptoms"] == ["runs-stay-late"]
    assert answer["prefect_version"] == "2.8.7"


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ([], 2),
        (["--since", "2023-05-01T11:00:00"], 1),
        (["--until", "2023-05-01T11:00:00"], 1),
        (["--since", "2h"], 0),
    ],
)
def test_times_bound_what_is_looked_at(
    cli: Callable[..., Result], tmp_path: Path, words: list[str], count: int
) -> None:
    (tmp_path / "a.log").write_text(LOG + LATER)
    answer = json.loads(cli("--log", tmp_path / "a.log", "--json", *words).out)

    assert sum(incident["count"] for incident in answer["incidents"]) == count


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("is_file", [True, False])
def test_what_is_piped_and_not_read_is_said(
    process: Callable[..., Result], tmp_path: Path, *, is_file: bool
) -> None:
    path = tmp_path / "a.log"
    path.write_text(LOG)

    def err(*words: str) -> str:
        pipe, end = os.pipe()
        os.write(end, LOG.encode())
        os.close(end)
        with path.open("rb") as file, os.fdopen(pipe, "rb") as piped:
            return process(*words, redirected=(file if is_file else piped).fileno()).err

    words = ("--symptom", "runs-stay-late")
    assert "standard input was not read" in err(*words)
    assert err(*words, "--log", "-") == ""
    assert err(*words, "-q") == ""


def test_an_empty_pipe_is_not_spoken_of(process: Callable[..., Result]) -> None:
    assert process("--symptom", "runs-stay-late").err == ""


def test_times_without_dates_are_told_to_bound_nothing(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "a.log"
    path.write_text("01:02:03.123 | ERROR   | prefect.agent - cannot find a heartbeat\n")
    note = "the log records name no dates: --since and --until leave out none of them"

    assert note in json.loads(cli("--log", path, "--json", "--since", "1h").out)["notes"]
    assert note not in json.loads(cli("--log", path, "--json").out)["notes"]


def test_times_bound_a_log_that_cannot_be_searched(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    pipe = tmp_path / "a.log"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(LOG + LATER,), daemon=True)
    writer.start()
    answer = json.loads(cli("--log", pipe, "--json", "--since", "2020-01-01").out)
    writer.join(PATIENCE_S)

    assert not writer.is_alive()
    assert sum(incident["count"] for incident in answer["incidents"]) == 2


def test_a_name_that_no_file_can_have_is_told_in_one_line(cli: Callable[..., Result]) -> None:
    name = "n" * 300
    assert_one_line(cli("--log", name), 2, "cannot be read")
    assert_one_line(cli("watch", name), 2, "cannot be read")
    assert_one_line(cli("-e", HEARTBEAT, "-o", name), 2, "cannot be written")
    assert_one_line(cli("-e", HEARTBEAT, "--kb", name), 3, "cannot be read")


def test_a_limit_bounds_the_causes(cli: Callable[..., Result]) -> None:
    assert len(json.loads(cli("-e", HEARTBEAT, "--json", "-n", "2").out)["causes"]) == 2


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--fact", "dockerd_in_container=banana"), ("dockerd_in_container", "false or socket or true", "banana")),
        (("--fact", "api_status=abc"), ("api_status", "a number", "abc")),
        (("--fact", "late_runs=many"), ("late_runs", "a number")),
        (("--fact", "late_runs=nan"), ("late_runs", "a number")),
        (("--fact", "httpcore_version=old"), ("httpcore_version", "a version")),
        (("--fact", "late_runs=1", "--fact", "late_runs=2"), ("late_runs", "'1'", "'2'")),
        (("--symptom", "runs-stay-late", "--no-symptom", "runs-stay-late"), ("--symptom", "--no-symptom")),
        (("--no-symptom", "runs-stay-late", "--unknown-symptom", "runs-stay-late"), ("runs-stay-late",)),
        (("-e", "x", "--since", "2024-05-02", "--until", "2024-05-01"), ("--since", "--until")),
        (("-e", "x", "--", "--json"), ("unexpected argument '--json'",)),
        (("-e", "x", "--", "--no-such"), ("unexpected argument '--no-such'",)),
    ],
)  # fmt: skip
def test_what_contradicts_itself_or_fits_nothing_is_refused(
    cli: Callable[..., Result], words: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    assert_one_line(cli(*words), 2, *parts)


@pytest.mark.parametrize(
    "fact",
    [
        "dockerd_in_container=TRUE", "dockerd_in_container=unknown", "api_status=503", "late_runs=0",
        "httpcore_version=0.17.0", "run_heartbeat_interval_s=none", "run_heartbeat_interval_s=30",
        "pool_status=PAUSED", "agent_multiplexer=zellij", "queue_paused=false",
    ],
)  # fmt: skip
def test_a_value_that_can_be_one_counts(cli: Callable[..., Result], fact: str) -> None:
    assert cli("--fact", fact).status in (0, 1)


def test_the_same_said_twice_is_said_once(cli: Callable[..., Result]) -> None:
    symptom, fact = ("--symptom", "runs-stay-late"), ("--fact", "late_runs=3")

    assert cli(*symptom, *symptom, *fact, *fact).status in (0, 1)


def test_two_dashes_end_the_options(cli: Callable[..., Result]) -> None:
    assert cli("-e", HEARTBEAT, "--").out == cli("-e", HEARTBEAT).out
    assert cli("explain", "--", "agent-stopped").out == cli("explain", "agent-stopped").out
    assert_one_line(cli("explain", "--", "--json"), 2, "--json")


@pytest.mark.parametrize("names", [[], ["insights.yml"], ["README.txt"]], ids=str)
def test_a_folder_without_knowledge_is_no_overlay(
    cli: Callable[..., Result], tmp_path: Path, names: list[str]
) -> None:
    for name in names:
        (tmp_path / name).write_text("x")

    assert_one_line(cli("--kb", tmp_path, "-e", HEARTBEAT), 2, str(tmp_path), ".yaml")
