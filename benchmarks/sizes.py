"""How large the generated bases are; apart, because what measures processes must stay small."""

from __future__ import annotations

from typing import NamedTuple


class Size(NamedTuple):
    """How much a base holds beside the shipped one."""

    signatures: int
    insights: int
    entities: int
    """In all; what is no signature and no insight is spread over the other kinds."""


SMALL = Size(200, 20, 400)
TUI = Size(10_000, 1_000, 20_000)
LARGE = Size(100_000, 10_000, 200_000)

SCANNED = (1_000, 10_000)
"""Signatures beside the shipped ones with which long logs are scanned."""
