"""A real cluster of two worker processes, and the logs of a small fleet."""

from __future__ import annotations

import gzip
import logging
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
QUIET = "".join(
    f"2023-02-01 10:{minute:02}:00,000 | INFO    | prefect.agent - Checking for scheduled runs\n"
    for minute in range(60)
)
BROKEN = (
    "2023-02-01 09:00:00,000 | ERROR   | prefect.agent - h2.exceptions.ProtocolError: "
    + SEND
    + "\n2023-02-01 09:00:01,000 | ERROR   | prefect.agent - Failed the last 3 attempts.\n"
)


@pytest.fixture(scope="package")
def store() -> Iterator[str]:
    """A real object store on loopback; returns the URL of an empty bucket in it."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        pytest.importorskip("s3fs").S3FileSystem(skip_instance_cache=True).mkdir("fleet")
        yield "s3://fleet"
    server.stop()


@pytest.fixture(scope="package")
def cluster(store: str) -> Iterator[Any]:
    """Two worker processes that find the object store."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as running:
        yield running


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return a folder with one folder of logs for each of three hosts."""
    folder = tmp_path / "logs"
    for host, text in (("web-1", QUIET), ("web-2", BROKEN + QUIET), ("web-3", QUIET + BROKEN)):
        (folder / host).mkdir(parents=True)
        (folder / host / "agent.log.gz").write_bytes(gzip.compress(text.encode()))
    return folder
