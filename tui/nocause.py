"""Pages of text where the cursor is on no cause: how to begin, what to collect, what is set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.prose import heading, item, joined
from tui.safe import plain
from tui.words import parted, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from diagnose.asking.questions import Question
    from diagnose.result import Cause, Diagnosis

HELPS_MOST = (
    "The whole traceback, not its last line. The log around the time it began. The version in use."
    " What changed just before."
)


def page(row: str, diagnosis: Diagnosis) -> tuple[str, Content]:
    """Return title and text of the page for a row of the causes that is none itself."""
    kind, _, insight = row.partition(":")
    if kind == "out":
        return "Ruled out", joined(_ruled_out(insight, diagnosis))
    if kind == "fold":
        return "Less likely", joined(_folded(diagnosis))
    if kind == "unknown":
        return "Something unknown", joined(_unknown(diagnosis))
    if not was_given(diagnosis):
        return "How to begin", joined(_welcome(diagnosis))
    return "What to collect", joined(_nothing(diagnosis))


def was_given(diagnosis: Diagnosis) -> bool:
    """Say whether there is anything to diagnose; logs count once something of them is read."""
    said = diagnosis.input
    return any((said.errors, said.lines_read, said.symptoms, said.no_symptoms, said.facts))


def _ruled_out(insight: str, diagnosis: Diagnosis) -> Iterator[Content]:
    for out in diagnosis.ruled_out:
        if out.insight == insight:
            yield Content.styled(plain(out.title), "bold")
            yield Content.styled(insight, "dim")
            yield Content(f"\nRuled out: {plain(out.reason)}.")
    yield Content.styled(
        "\nx takes back what you ruled out; w says what speaks for it and against it.", "dim"
    )


def _folded(diagnosis: Diagnosis) -> Iterator[Content]:
    yield Content.styled("Less likely causes", "bold")
    yield Content("Little or nothing speaks for them. f shows them in the list.\n")
    yield from map(_candidate, parted(diagnosis)[1])


def _unknown(diagnosis: Diagnosis) -> Iterator[Content]:
    share = diagnosis.unknown_probability
    yield item("It is a cause this base does not know.", f"  {unknown(share)} ({share:.2f})")
    yield Content("\nThe more of what was seen is explained by no cause, the likelier that is.")
    yield from _unexplained(diagnosis)
    yield from _helps(diagnosis)


def _nothing(diagnosis: Diagnosis) -> Iterator[Content]:
    if diagnosis.verdict == "out_of_scope":
        yield Content.styled("This does not look like a problem this base is about.", "bold")
        yield Content(f"It knows: {', '.join(map(plain, diagnosis.pages))}.")
    else:
        yield Content.styled("Nothing is established.", "bold")
        yield Content("No cause of this base fits what was given well enough to act on it.")
    yield from _unexplained(diagnosis)
    yield from _helps(diagnosis)
    if diagnosis.causes:
        yield heading("Nearest candidates")
        yield from map(_candidate, diagnosis.causes[:3])


def _candidate(cause: Cause) -> Content:
    return item(plain(cause.title), f"  {cause.confidence} ({cause.probability:.2f})")


def _unexplained(diagnosis: Diagnosis) -> Iterator[Content]:
    if diagnosis.unexplained:
        yield heading("Errors that nothing here explains")
    for line in diagnosis.unexplained[:5]:
        yield Content(f"\u2717 {plain(line.text)}")


def _helps(diagnosis: Diagnosis) -> Iterator[Content]:
    titles = {cause.insight: plain(cause.title) for cause in diagnosis.causes}
    if diagnosis.next_checks:
        yield heading("Collect next")
    for check in diagnosis.next_checks:
        yield from _collected(check, titles)
    yield heading("What helps most")
    yield Content(HELPS_MOST)


def _collected(check: Question, titles: Mapping[str, str]) -> Iterator[Content]:
    yield item(f"? {plain(check.question)}", f"  {plain(check.command)}" if check.command else "")
    if check.also:
        also = "; ".join(plain(text) for _, text in check.also)
        yield Content(f"  the same look tells whether: {also}")
    if len({outcome.then for outcome in check.outcomes}) < 2:
        return  # whatever the answer to the first statement alone, the same leads
    for outcome in check.outcomes:
        insight, _, share = outcome.then.partition(" (")
        leads = titles.get(insight, plain(insight)) + (f" ({share}" if share else "")
        yield Content.styled(f"  {outcome.answer}: {leads}", "dim")


def _welcome(diagnosis: Diagnosis) -> Iterator[Content]:
    yield Content.styled("From what you see to what to do", "bold")
    yield Content(
        "\nPaste an error or a whole traceback, or say in plain words what you see."
        "\nOpen a log with ctrl+o, or drop its file here."
        "\nAnswer symptoms in the list: y yes, n no, d don't know."
        "\n\nCauses are ranked while you type. Nothing is executed and nothing is sent."
    )
    yield Content.styled(
        f"\n{diagnosis.insights} causes of {', '.join(map(plain, diagnosis.bases))}; ? shows all keys,"
        " b browses the base, ctrl+p finds anything.",
        "dim",
    )
