"""What only a real process shows: signals, closed pipes, full devices, what is imported."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.diagnose.cli.conftest import HEARTBEAT, Result, assert_one_line

if TYPE_CHECKING:
    from collections.abc import Callable

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes are POSIX")
LOG = f"2023-05-01 10:00:00.000 | ERROR   | prefect.agent - {HEARTBEAT}\n".encode()
HEALTHY = b"2023-05-01 10:00:01.000 | INFO    | prefect.agent - all is well\n" * 3000
"""More than any pipe holds: once it is written, it is being read."""

FULL = Path("/dev/full")

HEAVY = (
    "argparse", "asyncio", "httpx", "networkx", "numpy", "psutil", "pydantic", "rich", "textual",
    "tui", "yaml",
)  # fmt: skip


def started(
    surroundings: dict[str, str], *words: str, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "diagnose", *words],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=surroundings,
    )


@posix
@pytest.mark.parametrize(
    ("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)], ids=str
)
def test_a_signal_gives_the_answer_so_far_marked_partial(
    surroundings: dict[str, str], name: str, status: int
) -> None:
    with started(surroundings, "--json") as process:
        assert process.stdin is not None
        process.stdin.write(LOG + HEALTHY)
        process.stdin.flush()
        process.send_signal(getattr(signal, name))
        out, err = process.communicate()

    answer = json.loads(out)
    assert process.returncode == status
    assert answer["partial"] is True
    assert answer["causes"][0]["evidence"]
    assert err == b""


@posix
def test_what_trickles_in_counts(surroundings: dict[str, str], tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from diagnose.cli import main; from diagnose.reading import read\n"
        "class Trickle:\n"
        f"    blocks = [{LOG!r}]\n"
        "    def read1(self, size):\n"
        "        return self.blocks.pop() if self.blocks else os.kill(os.getpid(), signal.SIGINT)\n"
        "    read = read1\n"
        "read.stdin_bytes = Trickle\n"
        "raise SystemExit(main(['--log', '-', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, capture_output=True, check=False
    )
    answer = json.loads(done.stdout)

    assert done.returncode == 130
    assert answer["partial"] is True
    assert answer["causes"][0]["evidence"]


@posix
def test_a_signal_before_there_is_an_answer_ends_quietly(surroundings: dict[str, str]) -> None:
    code = (
        "import os, signal; from diagnose.cli import inputs, main\n"
        "inputs.opened = lambda args: os.kill(os.getpid(), signal.SIGTERM)\n"
        f"raise SystemExit(main(['-e', {HEARTBEAT!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, capture_output=True, check=False
    )

    assert done.returncode == 143
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1


@posix
def test_an_interrupted_write_keeps_the_old_file(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "answer.json"
    path.write_text("old")
    code = (
        "import os, signal; from diagnose.cli import main\n"
        "os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGINT)\n"
        f"raise SystemExit(main(['-e', {HEARTBEAT!r}, '--force', '-o', {str(path)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, capture_output=True, check=False
    )

    assert done.returncode == 130
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    assert b"Traceback" not in done.stderr


@posix
@pytest.mark.parametrize("words", [["kb", "list", "--json"], ["-e", HEARTBEAT]], ids=" ".join)
def test_a_closed_pipe_is_quiet(surroundings: dict[str, str], words: list[str]) -> None:
    with started(surroundings, *words) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()

    assert (process.returncode, err) == (141, b"")


@posix
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_stops_halfway_is_quiet(
    surroundings: dict[str, str], unbuffered: str
) -> None:
    surroundings = surroundings | {"PYTHONUNBUFFERED": unbuffered}
    with started(surroundings, "kb", "graph", "--format", "json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10).startswith(b"{")
        process.stdout.close()
        err = process.stderr.read()

    assert (process.returncode, err) == (141, b"")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
def test_a_full_device_is_told(surroundings: dict[str, str]) -> None:
    with (
        FULL.open("wb") as full,
        started(surroundings, "-e", HEARTBEAT, stdout=full.fileno()) as process,
    ):
        _, err = process.communicate()

    assert_one_line(Result(process.returncode, "", err.decode()), 2, "No space left")


@posix
@pytest.mark.parametrize(
    ("closed", "statuses"),
    [("<&-", (0, 1)), ("2>&-", (0, 1)), (">&-", (2,)), ("<&- >&- 2>&-", (2,))],
)
def test_closed_standard_streams_do_no_harm(
    surroundings: dict[str, str], closed: str, statuses: tuple[int, ...]
) -> None:
    line = f'"{sys.executable}" -m diagnose -e "{HEARTBEAT}" {closed}'
    done = subprocess.run(["sh", "-c", line], env=surroundings, capture_output=True, check=False)

    assert done.returncode in statuses
    assert b"Traceback" not in done.stderr


def test_a_long_single_line_is_read(process: Callable[..., Result]) -> None:
    line = b"x" * 1_000_000 + b" " + HEARTBEAT.encode()
    answer = json.loads(process("--json", stdin=line).out)

    assert answer["input"]["lines_read"] == 1
    assert answer["causes"][0]["evidence"]


def test_a_pipe_is_read_and_answered(process: Callable[..., Result]) -> None:
    result = process(stdin=LOG)

    assert "docker-in-docker-exhaustion" in result.out
    assert "\x1b" not in result.out
    assert result.err == ""


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["--version"], ["kb.index", "sqlite3", "json"]),
        (["-e", HEARTBEAT], ["rapidfuzz"]),
        (["-e", HEARTBEAT, "--json"], ["rapidfuzz"]),
        (["-e", HEARTBEAT, "--format", "markdown"], ["rapidfuzz"]),
    ],
    ids=["version", "text", "json", "markdown"],
)
def test_the_one_shot_imports_only_what_it_needs(
    surroundings: dict[str, str], words: list[str], more: list[str]
) -> None:
    code = (
        f"import sys; from diagnose.cli import main; status = main({words!r})\n"
        "print(*sorted({name for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=surroundings,
        capture_output=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    loaded = set(done.stderr.decode().split())

    assert not loaded.intersection([*HEAVY, *more])


@posix
@pytest.mark.parametrize(
    "words",
    [
        ("--error", HEARTBEAT),
        ("run", "who-logins", "--yes"),
        ("probe", "--host-only"),
        ("kb", "list", "facts"),
    ],
)
def test_a_working_folder_that_is_gone_is_no_error(
    words: tuple[str, ...], surroundings: dict[str, str], tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'rmdir "{gone}" && exec "$0" -m diagnose "$@"'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable, *words], cwd=gone, env=surroundings,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert "unexpected" not in done.stderr
    assert done.returncode in ((2,) if words[0] == "probe" else (0,))


@posix
def test_a_user_without_a_home_gets_an_answer(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr("pwd.getpwuid", unknown)  # so it is for a number without an entry
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name)
    found = cli("--error", HEARTBEAT)
    probed = cli("probe", "--host-only", "--json")

    assert (found.status, found.err) == (0, "")
    assert "unexpected" not in probed.err


NO_TEXT = b"late \xff runs".decode("ascii", "surrogateescape")


@posix
@pytest.mark.parametrize("encoding", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0"}], ids=["utf8", "c"])
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--symptom", NO_TEXT), 1),
        (("-e", NO_TEXT), 1),
        (("--symptom", "runs-stay-late", "--no-symptom", NO_TEXT), 2),
        (("--symptom", "runs-stay-late", "--unknown-symptom", NO_TEXT), 2),
        (("--fact", f"api_status={NO_TEXT}"), 2),
        (("-e", "x", "--prefect-version", NO_TEXT), 2),
        (("run", NO_TEXT), 2),
        (("explain", NO_TEXT), 2),
        (("why-not", NO_TEXT, "-e", "x"), 2),
        (("kb", "show", NO_TEXT), 2),
        (("--kb", NO_TEXT, "-e", "x"), 3),
    ],
    ids=lambda value: (
        " ".join(value).encode("ascii", "replace").decode()
        if isinstance(value, tuple)
        else str(value)
    ),
)
def test_bytes_that_are_no_text_are_answered_or_refused_in_one_line(
    process: Callable[..., Result], words: tuple[str, ...], status: int, encoding: dict[str, str]
) -> None:
    found = process(*words, **encoding)

    assert "unexpected" not in found.err
    assert "Traceback" not in found.err
    if status == 1:
        assert (found.status, found.err) == (1, "")
    else:
        assert_one_line(found, found.status)


@posix
def test_words_in_utf8_are_understood_where_the_system_does_not_say_so(
    process: Callable[..., Result],
) -> None:
    told = ("--symptom", "die Läufe — späte läufe", "-e", "cannot find a heartbeat …", "--json")

    answers = [process(*told, LC_ALL="C", PYTHONUTF8="0"), process(*told)]
    assert json.loads(answers[0].out) == json.loads(answers[1].out)
    assert [answer.err for answer in answers] == ["", ""]
