"""Echoes: what is counted instead of being looked at again is what would have been found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from diagnose.collect import collect
from diagnose.given import Given

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

HEAD = "11:00:{second:02}.000 | ERROR   | prefect.agent - {text}\n"


def found(index: Index, path: Path, *texts: str) -> set[str]:
    path.write_text("".join(HEAD.format(second=n, text=text) for n, text in enumerate(texts)))
    return set(collect(Given(logs=(path,)), index).findings)


def test_a_number_that_a_signature_names_is_no_echo_of_another_number(
    index: Index, tmp_path: Path
) -> None:
    rows = [row for row in index.signatures() if re.search(r"\b[1-9]\d*\b", row.text)]
    log = tmp_path / "a.log"
    lost = {}
    for row in rows:
        text = row.text.split("\n")[0]
        other = re.sub(r"\b\d+\b", "0", text)
        alone = found(index, log, text)
        for order in ((other, text), (text, other), (other, other, text, text)):
            if missing := alone - found(index, log, *order):
                lost[row.id, order] = missing

    assert len(rows) > 10
    assert lost == {}
