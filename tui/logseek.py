"""Finding texts in a log of any size: evidence that stands in several places, and what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.findings import IN_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from diagnose.findings import Finding

MOST = 1000
"""Places of one text that are listed."""

LEAST = 4
"""Characters of a text that is worth looking for."""

LONGEST = 1024 * 1024
"""Bytes of one line that are looked through together."""

TOGETHER = 200
"""Places that are reported together."""


def texts_of(finding: Finding) -> list[str]:
    """Return what to look for where else a finding stands: as it was seen, and as the base says."""
    if finding.how not in IN_TEXT:
        return []
    seen = finding.matched[finding.span[0] : finding.span[1]]
    return [text for text in dict.fromkeys((seen, finding.text)) if len(text) >= LEAST]


def places(
    blocks: Iterable[bytes],
    wanted: Sequence[str],
    cancelled: Callable[[], bool],
    *,
    any_case: bool = False,
) -> Iterator[tuple[int, str]]:
    """Yield (number of the line, text) for the first `MOST` lines that hold each text.

    Args:
        blocks: the bytes of the log.
        wanted: what to look for.
        cancelled: says when to stop.
        any_case: letters of English count as equal in either case.
    """
    left = dict.fromkeys(wanted, MOST)
    coded = {text: text.encode("utf-8", "replace") for text in wanted if text}
    if any_case:
        coded = {text: code.lower() for text, code in coded.items()}
    for first, lines in _whole_lines(blocks):
        if cancelled() or not any(left.values()):
            return
        looked_at = lines.lower() if any_case else lines
        found = [
            (number, text)
            for text, code in coded.items()
            if left[text]
            for number in _numbers(looked_at, code, first)
        ]
        for number, text in sorted(found):
            if left[text]:
                left[text] -= 1
                yield number, text


def batches(found: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield places as they are reported: the first at once, then many together."""
    together: list[tuple[int, str]] = []
    room = 1
    for place in found:
        together.append(place)
        if len(together) == room:
            yield together
            together, room = [], TOGETHER
    if together:
        yield together


def _numbers(lines: bytes, code: bytes, first: int) -> Iterator[int]:
    """Yield the numbers of the lines that hold some bytes."""
    number, done = first, 0
    at = lines.find(code)
    while at >= 0:
        number += lines.count(b"\n", done, at)
        yield number
        done = at
        end = lines.find(b"\n", at)
        at = lines.find(code, end) if end >= 0 else -1


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first line, whole lines); only a very long line comes in pieces."""
    number, rest = 1, b""
    for block in blocks:
        lines = rest + block
        cut = lines.rfind(b"\n") + 1
        if not cut and len(lines) > LONGEST:
            cut = len(lines)
        if cut:
            yield number, lines[:cut]
            number += lines.count(b"\n", 0, cut)
        rest = lines[cut:]
    if rest:
        yield number, rest
