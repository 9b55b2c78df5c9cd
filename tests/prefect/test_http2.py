"""The exception chain of the HTTP/2 failure, from a real connection under a real client of its era."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from diagnose.diagnosis import diagnose
from diagnose.given import Given

from .environments import NotToBeHadError, having

if TYPE_CHECKING:
    from kb.index import Index

PACKAGES = ["httpx[http2]==0.23.3", "httpcore==0.16.3", "h2==4.1.0", "trustme<2"]

CLOSING = """\
10:13:50.101 | ERROR   | prefect.agent - Failed the last 3 attempts.  Please check your environment and configuration.
Examples of recent errors:

{chain}
Agent stopped!
"""
"""What an agent of that time logs around the chain, as seen with Prefect 2.8.7."""

pytestmark = pytest.mark.prefect


@pytest.fixture(scope="module")
def output() -> str:
    """What the client printed."""
    try:
        binaries = having("http2-of-2022", PACKAGES)
    except NotToBeHadError as error:
        pytest.skip(str(error))
    script = Path(__file__).with_name("http2_era.py")
    python = next(path for name in ("python", "python.exe") if (path := binaries / name).exists())
    done = subprocess.run(
        [python, str(script)], capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": str(binaries)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_connection_speaks_http2_until_its_server_closes_it(output: str) -> None:
    assert output.count("HTTP/2 200") == 3
    assert "Invalid input ConnectionInputs.RECV_HEADERS in state ConnectionState.CLOSED" in output
    said = "httpx.LocalProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
    assert output.count(said) == 2


def test_the_chain_alone_leads_to_the_cause_without_a_word_of_the_product(
    index: Index, output: str
) -> None:
    found = diagnose(Given(errors=(output,)), index)

    assert found.verdict in ("established", "ambiguous")
    assert found.causes[0].insight == "http2-protocol-error-stops-agent"
    assert len({incident.id for incident in found.incidents}) <= 2


def test_with_the_closing_lines_it_is_one_story(index: Index, output: str, tmp_path: Path) -> None:
    log = tmp_path / "agent.log"
    chain = output[
        output.rindex("Traceback (most recent call last):\n  File", 0, output.rindex("During")) :
    ]
    log.write_text(CLOSING.format(chain=chain), encoding="utf-8")
    found = diagnose(Given(logs=(log,)), index)

    assert (found.verdict, found.causes[0].insight) == (
        "established",
        "http2-protocol-error-stops-agent",
    )
    assert found.causes[0].probability > 0.95
    assert not found.unexplained
