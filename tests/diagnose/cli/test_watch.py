"""`diagnose watch` as a process: what it says of logs and of a probe, and what it starts."""

from __future__ import annotations

import json
import os
import queue as queues
import signal
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.diagnose.followup.test_tail import add
from tests.diagnose.made import CLOSED, GHOST, HTTP2, QUIET
from tests.diagnose.probe.rows import pool, queue, run, runs, worker
from tests.diagnose.probe.stand_in import as_json, prefect, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.diagnose.probe.stand_in import Handler, Reply

PATIENCE_S = 60


class Stream(NamedTuple):
    """Lines of a stream, as they come."""

    lines: queues.Queue[str]

    @classmethod
    def of(cls, stream: IO[str]) -> Stream:
        found: Stream = cls(queues.Queue())

        def read() -> None:
            for line in stream:
                found.lines.put(line)
            found.lines.put("")

        threading.Thread(target=read, daemon=True).start()
        return found

    def line(self, *parts: str) -> str:
        """The next line that has these parts."""
        passed = []
        while line := self.lines.get(timeout=PATIENCE_S):
            if all(part in line for part in parts):
                return line
            passed.append(line)
        pytest.fail(f"ended without {parts}: {passed}")

    def rest(self) -> str:
        """All that is said until the end."""
        return "".join(iter(lambda: self.lines.get(timeout=PATIENCE_S), ""))


class Watch(NamedTuple):
    """A watch that goes on."""

    process: subprocess.Popen[str]
    out: Stream
    err: Stream

    def events(self, count: int) -> list[tuple[str, str]]:
        """The next events, of a watch with ``--json``."""
        found = [json.loads(self.out.line()) for _ in range(count)]
        assert {(row["schema"], row["command"]) for row in found} == {(1, "watch")}
        return [(row["event"], row["insight"]) for row in found]


@pytest.fixture
def watching(surroundings: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Watch]]:
    """Start a watch, and wait until it watches."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: str | Path) -> Watch:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "diagnose", "watch", *map(str, words), "--interval", "1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", env=surroundings | {"PREFECT_HOME": str(tmp_path)},
        )  # fmt: skip
        running.append(process)
        assert process.stdout is not None
        assert process.stderr is not None
        watch = Watch(process, Stream.of(process.stdout), Stream.of(process.stderr))
        watch.err.line("watching ")
        return watch

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_a_line_in_one_of_several_logs_is_said_with_its_place(
    watching: Callable[..., Watch], tmp_path: Path
) -> None:
    one, two = tmp_path / "one.log", tmp_path / "two.log"
    add(one, CLOSED)
    watch = watching(one, two)
    add(two, QUIET + CLOSED)

    line = watch.out.line("appeared: ", HTTP2)

    assert f"{two}:2: " in line
    assert "SEND_HEADERS" in line


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be renamed")
def test_a_rotated_and_a_truncated_log_are_followed(
    watching: Callable[..., Watch], tmp_path: Path
) -> None:
    rotated, cut = tmp_path / "rotated.log", tmp_path / "cut.log"
    add(rotated, QUIET)
    add(cut, QUIET * 2)
    watch = watching(rotated, cut, "--json")
    rotated.rename(tmp_path / "rotated.log.1")
    add(rotated, QUIET)
    watch.err.line("was rotated")
    cut.write_text(QUIET)
    watch.err.line("was truncated")

    add(rotated, CLOSED)
    assert watch.events(1) == [("appeared", HTTP2)]


def test_a_cause_goes_when_no_line_of_the_window_speaks_for_it(
    watching: Callable[..., Watch], tmp_path: Path
) -> None:
    log = tmp_path / "a.log"
    add(log, "")
    watch = watching(log, "--json", "--window", "1")
    add(log, CLOSED)

    assert watch.events(2) == [("appeared", HTTP2), ("gone", HTTP2)]


WRITES = (
    "import sys, pathlib; "
    "pathlib.Path(sys.argv[1]).open('a').write(repr(sys.argv[2:]) + '\\n'); print('written')"
)


@pytest.mark.skipif(os.name != "posix", reason="quoted as for a POSIX shell")
def test_a_program_is_started_at_each_event_and_never_by_a_shell(
    watching: Callable[..., Watch], tmp_path: Path
) -> None:
    log, seen = tmp_path / "a.log", tmp_path / "seen"
    add(log, "")
    then = f"'{sys.executable}' -c \"{WRITES}\" '{seen}' '$(touch {tmp_path}/shell);x'"
    watch = watching(log, "--json", "--window", "1", "--then", then)
    add(log, CLOSED)
    for _ in range(2):
        watch.err.line("written")

    hostile = f"$(touch {tmp_path}/shell);x"
    rows = [repr([hostile, event, HTTP2]) for event in ("appeared", "gone")]
    assert seen.read_text().splitlines() == rows
    assert not (tmp_path / "shell").exists()


@pytest.mark.parametrize(
    ("then", "says"),
    [
        (f"'{sys.executable}' -c 'raise SystemExit(3)'", "ended with status 3"),
        ("/nowhere/at-all", "cannot be started"),
    ],
)
def test_a_program_that_fails_is_said_and_ends_nothing(
    then: str, says: str, watching: Callable[..., Watch], tmp_path: Path
) -> None:
    log = tmp_path / "a.log"
    add(log, "")
    watch = watching(log, "--then", then)
    add(log, CLOSED)

    watch.err.line("--then: ", says)
    assert watch.process.poll() is None


def test_until_cause_ends_with_the_first_one_that_appears(
    watching: Callable[..., Watch], tmp_path: Path
) -> None:
    log = tmp_path / "a.log"
    add(log, CLOSED)
    watch = watching(log, "--until-cause", "--json")
    add(log, QUIET + CLOSED)

    assert watch.events(1) == [("appeared", HTTP2)]
    assert watch.process.wait(PATIENCE_S) == 0


def test_once_is_one_look_at_all_that_is_there(process: Callable[..., Any], tmp_path: Path) -> None:
    log, quiet = tmp_path / "a.log", tmp_path / "quiet.log"
    log.write_text((QUIET + CLOSED).rstrip("\n"))  # its last line may still be written to
    quiet.write_text(QUIET)
    found = process("watch", log, quiet, "--once", "--json")
    nothing = process("watch", quiet, "--once")
    (event,) = [json.loads(line) for line in found.out.splitlines()]

    assert (found.status, found.err) == (0, "")
    assert (event["event"], event["insight"], event["source"]) == ("appeared", HTTP2, str(log))
    assert (nothing.status, nothing.out) == (1, "")
    assert nothing.err == "diagnose: no likely cause is there\n"


def test_once_asks_a_probe_once(process: Callable[..., Any]) -> None:
    with serving(prefect({})) as server:
        done = process("watch", "--probe", "--api-only", "--api", server.api, "--once")

    assert (done.status, done.out) == (1, "")


@pytest.mark.skipif(os.name != "posix", reason="quoted as for a POSIX shell")
def test_once_starts_the_program_for_what_is_there(
    process: Callable[..., Any], tmp_path: Path
) -> None:
    log, seen = tmp_path / "a.log", tmp_path / "seen"
    add(log, CLOSED)
    then = f"'{sys.executable}' -c \"{WRITES}\" '{seen}'"

    assert process("watch", log, "--once", "--then", then).status == 0
    assert seen.read_text().splitlines() == [repr(["appeared", HTTP2])]


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_quietly(
    number: signal.Signals, status: int, watching: Callable[..., Watch], tmp_path: Path
) -> None:
    log = tmp_path / "a.log"
    add(log, "")
    watch = watching(log)
    watch.process.send_signal(number)

    assert watch.process.wait(PATIENCE_S) == status
    assert watch.out.rest() == watch.err.rest() == ""


class Api:
    """An API whose state changes while it is watched."""

    def __init__(self) -> None:
        self.refuses = 0
        self.running: list[dict[str, Any]] = []
        self.plain = prefect(
            {
                "/work_pools/filter": [pool()],
                "/work_pools/p/queues/filter": [queue(900)],
                "/work_pools/p/workers/filter": [worker(900)],
                "/flow_runs/filter": runs(running=self.running),
            }
        )

    def __call__(self, handler: Handler) -> Reply:
        if self.refuses:
            return as_json({"detail": "no"}, self.refuses)
        reply: Reply = self.plain(handler)
        return reply


def test_a_probe_is_watched_and_a_refusal_is_no_cure(watching: Callable[..., Watch]) -> None:
    api = Api()
    with serving(api) as server:
        watch = watching("--probe", "--api-only", "--api", server.api, "--json")
        api.running.append(run("Running"))
        while ("appeared", GHOST) not in watch.events(1):
            pass
        api.refuses = 403
        watch.err.line(f"whether {GHOST} is gone cannot be told: forbidden: ")
        api.running.clear()
        api.refuses = 0
        while ("gone", GHOST) not in watch.events(1):
            pass


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "name the logs"),
        ((".",), "is a folder"),
        ((os.devnull,), "no regular file"),
        (("x", "--then", '"'), "--then"),
        (("x", "--then", " "), "--then is empty"),
        (("x", "--api", "http://x"), "go with --probe"),
        (("x", "--api-only"), "go with --probe"),
        (("--probe", "--api-only", "--host-only"), "cannot both be had"),
        (("x", "--log", "y"), "not --log"),
        (("x", "--interval", "0"), "--interval"),
        (("x", "--once", "--until-cause"), "--once reads all"),
        (("x", "--once"), "no such file"),
    ],
)
def test_wrong_use_is_one_line(
    words: tuple[str, ...], says: str, process: Callable[..., Any]
) -> None:
    done = process("watch", *words)

    assert done.status == 2
    assert done.out == ""
    assert says in done.err.splitlines()[-1]
    assert "error: " in done.err
