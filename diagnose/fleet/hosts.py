"""Hosts: which machine wrote which file, told by where the files lie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENDING = re.compile(
    r"(?:[-_.]\d{6,})?\.(?:log|txt|out|err|jsonl?|ndjson)(?:[-_.]\d+)*(?:\.(?:gz|bz2|xz|zst))?$"
)
"""What custom, rotation and compression add to a name: ``.log.2.gz``, ``-20261129.log``."""


def hosts(names: Sequence[str]) -> list[str]:
    """Return the host of each file: the first folder in which the files differ, else its name.

    ``s3://logs/web-1/agent.log.gz`` and ``s3://logs/web-2/agent.log.gz`` come from ``web-1`` and
    ``web-2``; ``web.log`` and ``web.log.2.gz`` in one folder both from ``web``.
    """
    parts = [name.replace("\\", "/").split("/") for name in names]
    shared = 0
    for level in zip(*(found[:-1] for found in parts), strict=False):
        if len(set(level)) > 1:
            break
        shared += 1
    return [
        found[shared] if len(found) - 1 > shared else _ENDING.sub("", found[-1]) or found[-1]
        for found in parts
    ]
