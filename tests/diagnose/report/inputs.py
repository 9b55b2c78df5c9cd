"""Inputs whose outputs are looked at: the document's signatures, plain words, a log, strangers."""

from __future__ import annotations

from pathlib import Path

from diagnose.given import Given

LOG = Path(__file__).parents[2] / "data" / "report" / "agent.log"

SIGNATURES = {
    "send-headers": "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED",
    "h2": "h2.exceptions.ProtocolError",
    "httpcore": "httpcore.LocalProtocolError",
    "httpx": "httpx.LocalProtocolError",
    "agent-stopped": "Agent stopped!",
    "failed-last-3": "Failed the last 3 attempts",
    "file-not-found": "FileNotFoundError: [Errno 2] No such file or directory: 'prefect'",
    "cannot-find-a-heartbeat": "cannot find a heartbeat",
}

INPUTS = {
    **{name: Given(errors=(text,)) for name, text in SIGNATURES.items()},
    "words": Given(errors=("the agent in my screen session freezes until I attach to it",)),
    "log": Given(logs=(LOG,)),
    "nothing-known": Given(errors=("KeyError: 'foo'",)),
    "out-of-scope": Given(errors=("kafka consumer lag is rising and the brokers rebalance",)),
}
"""Name -> what is given."""
