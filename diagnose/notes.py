"""Notes: what to know of a reading that is neither evidence nor an error."""

from __future__ import annotations

from diagnose.findings import ANSWERED, SURELY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnose.findings import Finding
    from diagnose.given import Given
    from diagnose.reading.reading import Reading
    from kb.index import Index

MOST_NAMED = 5
"""So many sources that could not be read are named."""


def notes(
    reading: Reading,
    given: Given,
    versions: Sequence[str],
    findings: Iterable[Finding],
    index: Index,
) -> list[str]:
    """Return what to know of a reading.

    Args:
        reading: what was read.
        given: what the user asked for.
        versions: those that what was read names.
        findings: all that was found.
        index: the base.
    """
    return [
        *_unread(reading.unread),
        *_outside(reading, given),
        *_mistyped(given, index),
        *_other_version(given.version, versions),
        *([] if given.version or versions else _printed_by(findings, index)),
    ]


def _unread(why: Sequence[str]) -> list[str]:
    """Name what could not be read, the first few in full."""
    more = len(why) - MOST_NAMED
    return [*why[:MOST_NAMED], *([f"and {more} more files could not be read"] if more > 0 else [])]


def _outside(reading: Reading, given: Given) -> list[str]:
    """Say when nothing of what was read lies in the time that was asked for, or nobody can tell."""
    if not reading.lines or (given.since is None and given.until is None):
        return []
    if not reading.events and reading.left_out:
        return ["no log record lies in the time that --since and --until leave"]
    if not reading.left_out and reading.last_event is None:
        return ["the log records name no dates: --since and --until leave out none of them"]
    return []


def _mistyped(given: Given, index: Index) -> list[str]:
    """Say of symptoms that look like an id and are none what they may be meant to be."""
    said = [text for text in given.symptoms if "-" in text and len(text.split()) == 1]
    unknown = [word for word in said if index.finding(word) is None]
    if not unknown:
        return []
    from diagnose.lookup import unknown_id  # noqa: PLC0415 (only on mistakes)

    return [f"{unknown_id(index, word, ANSWERED)}; it counts as plain words" for word in unknown]


def _other_version(said: str, read: Sequence[str]) -> list[str]:
    """Say when a version that was given is none of those that were read."""
    if not said or not read:
        return []
    from kb import versions  # noqa: PLC0415 (few give one)

    told = versions.parse(said)
    spans = [versions.parse(each) for each in read]
    if any(told and span and told.meets(span) for span in spans):
        return []
    return [f"what was read names version {', '.join(read[:3])}; {said}, which you gave, counts"]


def _printed_by(findings: Iterable[Finding], index: Index) -> list[str]:
    """Say of signatures that only some versions print which versions these are."""
    sure = [finding for finding in findings if finding.state == "present" and finding.how in SURELY]
    printed = index.traits("versions", {finding.id for finding in sure})
    return [
        f"{(finding.matched[slice(*finding.span)] or finding.text)!r} is printed by versions {printed[finding.id]}"
        for finding in sure
        if finding.id in printed
    ]
