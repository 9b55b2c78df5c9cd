"""A fleet's logs on a real cluster: the same answer as one machine, host by host, come what may."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from diagnose.cli import main, talk
from diagnose.cli.fleet import advise
from diagnose.diagnosis import diagnose
from diagnose.errors import UsageError
from diagnose.fleet import cluster as clusters
from diagnose.fleet import fleet
from diagnose.given import Given
from diagnose.reading.places import LogFile
from diagnose.schema.published import SCHEMAS
from tests.diagnose.fleet.conftest import BROKEN, QUIET
from tests.diagnose.made import HTTP2, PATIENCE_S, fed

if TYPE_CHECKING:
    from diagnose.fleet.cluster import Progress
    from diagnose.result import Diagnosis
    from kb.index import Index


def nothing(progress: Progress) -> None:
    """Progress that nobody looks at."""


def on_cluster(given: Given, index: Index, cluster: Any) -> Diagnosis:
    files = fleet.listed(given)
    address = cluster.scheduler_address
    return fleet.diagnose(files, given, index, address, limit=5, progress=nothing)


def test_the_answer_is_that_of_one_machine_and_each_host_has_its_own(
    index: Index, cluster: Any, logs: Path
) -> None:
    given = Given(errors=("the agent is gone",), logs=(logs,), version="2.8.1")

    found = on_cluster(given, index, cluster)

    assert found._replace(hosts=()) == diagnose(given, index)
    assert [(h.host, h.insight, h.files) for h in found.hosts] == [
        ("web-1", "", 1), ("web-2", HTTP2, 1), ("web-3", HTTP2, 1),
    ]  # fmt: skip
    assert found.hosts[1].since == found.hosts[2].since == 1675242000.0


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc to find the worker")
def test_a_worker_killed_in_the_middle_of_a_file_is_survived(
    index: Index, cluster: Any, logs: Path
) -> None:
    pipe = logs / "web-4.log"
    os.mkfifo(pipe)
    given = Given(logs=(logs, pipe))
    writing = threading.Thread(target=killed_in_the_middle, args=(pipe, cluster))
    writing.start()

    found = on_cluster(given, index, cluster)

    writing.join()
    assert not found.partial
    assert [h.host for h in found.hosts if h.insight == HTTP2] == ["web-2", "web-3", "web-4"]
    assert not any(host.unread for host in found.hosts)


def killed_in_the_middle(pipe: Path, cluster: Any) -> None:
    """Kill the worker that waits for more of the log; the next one finds the whole log."""
    whole = pipe.with_suffix(".new")
    whole.write_text(BROKEN + QUIET, "utf-8")
    with pipe.open("w", encoding="utf-8") as first:  # opens as soon as a worker reads
        first.write(QUIET)
        first.flush()
        reader = reader_of(pipe, cluster)
        whole.replace(pipe)
        os.kill(reader, signal.SIGKILL)


def reader_of(pipe: Path, cluster: Any) -> int:
    """Return the process of the worker that has the pipe open."""
    pids = [nanny.pid for nanny in cluster.workers.values()]
    for pid in pids:
        for handle in os.scandir(f"/proc/{pid}/fd"):
            if os.path.realpath(handle.path) == str(pipe.resolve()):
                return int(pid)
    raise AssertionError(pids)


def test_files_that_cannot_be_read_are_named_and_the_others_count(
    index: Index, cluster: Any, logs: Path
) -> None:
    (logs / "web-2" / "core.log").write_bytes(b"\0\1\2" * 100)
    (logs / "web-3" / "cut.log.gz").write_bytes(b"\x1f\x8b\x08\x00broken")

    found = on_cluster(Given(logs=(logs,)), index, cluster)

    assert found.causes[0].insight == HTTP2
    assert [len(host.unread) for host in found.hosts] == [0, 1, 1]
    assert any("core.log" in note and "binary" in note for note in found.notes)
    assert any("cut.log.gz" in note for note in found.notes)


def test_where_nothing_can_be_read_one_line_says_so(
    index: Index, cluster: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_bytes(b"\0\1\2" * 100)

    with pytest.raises(UsageError, match=r"none of 1 files could be read; .*a\.log"):
        on_cluster(Given(logs=(tmp_path,)), index, cluster)


def test_an_answer_that_is_mistaken_is_said_before_anything_is_read(
    index: Index, cluster: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.log").write_bytes(b"\0\1\2" * 100)

    with pytest.raises(UsageError, match="no-such-symptom"):
        on_cluster(Given(logs=(tmp_path,), no_symptoms=("no-such-symptom",)), index, cluster)


def test_workers_that_do_not_see_the_base_are_sent_it(
    index: Index, cluster: Any, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Given(logs=(logs,))
    monkeypatch.setattr(clusters, "sees", lambda _: False)

    found = on_cluster(given, index, cluster)

    assert found._replace(hosts=()) == diagnose(given, index)


def test_stopping_gives_what_has_come_so_far(index: Index, cluster: Any, logs: Path) -> None:
    given = Given(logs=(logs,))

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    files = fleet.listed(given)
    found = fleet.diagnose(files, given, index, cluster.scheduler_address, limit=5, progress=stop)

    assert found.partial
    assert found.verdict in ("established", "ambiguous")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe to stop in the middle")
def test_ctrl_c_at_a_terminal_ends_a_local_cluster_quietly(logs: Path) -> None:
    pytest.importorskip("distributed")
    pipe = logs / "web-4.log"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "diagnose", "--log", str(pipe), "--dask", "local"]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )

    try:
        with fed(pipe, running) as log:
            log.write(BROKEN)
            log.flush()
            os.killpg(running.pid, signal.SIGINT)
            said, errors = running.communicate(timeout=PATIENCE_S)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)

    assert running.returncode == 130
    assert said.startswith("Partial")
    assert "Traceback" not in errors


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_stop_while_a_local_cluster_starts_is_answered(logs: Path) -> None:
    pytest.importorskip("distributed")
    code = (
        "import os, signal, sys\n"
        "from distributed import LocalCluster\n"
        "from diagnose.cli import main\n"
        "start = LocalCluster.__init__\n"
        "def started(self, *args, **more):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    start(self, *args, **more)\n"
        "LocalCluster.__init__ = started\n"
        "if __name__ == '__main__':\n"
        f"    raise SystemExit(main(['--log', {str(logs)!r}, '--dask', 'local']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )

    assert done.returncode == 130
    assert done.stdout.startswith("Partial")
    assert "Traceback" not in done.stderr


def test_progress_ends_at_all_files_and_bytes(index: Index, cluster: Any, logs: Path) -> None:
    given = Given(logs=(logs,))
    files = fleet.listed(given)
    seen: list[Progress] = []

    fleet.diagnose(files, given, index, cluster.scheduler_address, limit=5, progress=seen.append)

    assert seen[-1] == (3, sum(file.size for file in files), 3, sum(file.size for file in files))


def test_no_scheduler_at_the_address_is_said_in_one_line(
    index: Index, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(clusters, "PATIENCE", 1)
    given = Given(logs=(logs,))

    for address in (
        "tcp://127.0.0.1:9",
        "not an address",
        "nosuch://x",
        "tcp://u:s3cr3t@h:1",
        "u:s3cr3t@h",
    ):
        with pytest.raises(UsageError, match="no Dask scheduler") as raised:
            fleet.diagnose(fleet.listed(given), given, index, address, limit=5, progress=nothing)
        assert "s3cr3t" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "size", "address", "said"),
    [
        ("/logs/a.log", 1000, "local", "one machine is faster"),
        ("/logs/a.log", 1000, "tcp://10.0.0.1:8786", "one machine is faster"),
        ("s3://logs/a.log", 1000, "local", "one machine is faster"),
        ("s3://logs/a.log", 1000, "tcp://10.0.0.1:8786", ""),
        ("/logs/a.log", 10**15, "local", "as fast without --dask local"),
        ("/logs/a.log", 10**15, "tcp://10.0.0.1:8786", ""),
        ("s3://logs/a.log", 10**15, "local", ""),
    ],
)
def test_it_is_said_when_one_machine_would_do(
    name: str,
    size: int,
    address: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(talk, "quiet", False)
    advise([LogFile(name, size)], address)

    told = capsys.readouterr().err
    assert said in told
    assert bool(told) == bool(said)


def test_the_command_line_shows_hosts_in_every_form(
    cluster: Any, logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--log", str(logs), "--dask", cluster.scheduler_address]

    assert main(words) == 0
    text, said = capsys.readouterr()
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main([*words, "--format", "markdown"]) == 0
    page = capsys.readouterr().out

    assert f"{HTTP2}: 2 of 3 hosts\n    since 2023-02-01T09:00:00+00:00: web-2, web-3\n" in text
    assert "one machine is faster" in said
    Draft202012Validator(json.loads(SCHEMAS["result"])).validate(told)
    assert [(h["host"], h["insight"]) for h in told["hosts"]] == [
        ("web-1", None), ("web-2", HTTP2), ("web-3", HTTP2),
    ]  # fmt: skip
    assert "## Hosts" in page
