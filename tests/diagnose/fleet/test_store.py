"""Logs in an object store, read by one machine and by a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from diagnose.cli import main
from diagnose.diagnosis import diagnose
from diagnose.errors import UsageError
from diagnose.fleet import fleet
from diagnose.given import Given
from diagnose.reading.places import files, opened
from tests.diagnose.made import HTTP2

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index


@pytest.fixture
def bucket(store: str, logs: Path) -> str:
    """Return the URL of a place with the logs of the small fleet."""
    fsspec = pytest.importorskip("fsspec")
    place = f"{store}/{logs.parent.name}"
    filesystem, path = fsspec.core.url_to_fs(place)
    filesystem.put(f"{logs}/", f"{path}/", recursive=True)
    return place


def test_a_pattern_and_a_folder_name_the_same_files(bucket: str, logs: Path) -> None:
    found = files([f"{bucket}/*/agent.log.gz"])

    assert [log.name for log in found] == [
        f"{bucket}/web-{number}/agent.log.gz" for number in (1, 2, 3)
    ]
    assert files([bucket]) == found
    assert found[0].size == (logs / "web-1/agent.log.gz").stat().st_size
    with opened(found[0].name) as stream:
        assert stream.read() == (logs / "web-1/agent.log.gz").read_bytes()


def test_one_machine_and_a_cluster_say_the_same_of_a_store(
    index: Index, cluster: Any, bucket: str, logs: Path
) -> None:
    given = Given(urls=(f"{bucket}/*/*.log.gz",))

    alone = diagnose(given, index)
    together = fleet.diagnose(
        fleet.listed(given), given, index, cluster.scheduler_address, limit=5, progress=lambda _: None
    )  # fmt: skip

    assert alone.causes[0].insight == HTTP2
    assert together._replace(hosts=()) == alone
    local = diagnose(Given(logs=(logs,)), index)
    assert [c.probability for c in alone.causes] == [c.probability for c in local.causes]
    assert [h.host for h in together.hosts] == ["web-1", "web-2", "web-3"]


def test_what_is_not_in_the_store_is_said_in_one_line(store: str) -> None:
    for url in (f"{store}/nothing/*.log", f"{store}/nothing.log", "s3://no-such-bucket/a.log"):
        with pytest.raises(UsageError) as said:
            files([url])
        assert url in str(said.value)
        assert "\n" not in str(said.value)


def test_commands_that_come_back_to_their_logs_refuse_urls(
    store: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("ask", "tui", "serve"):
        assert main([command, "--log", f"{store}/a.log"]) == 2
        assert "files of this machine only" in capsys.readouterr().err
