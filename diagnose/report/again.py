"""Command lines of this program that go on from a diagnosis."""

from __future__ import annotations

from diagnose.report.plain import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from diagnose.result import Diagnosis, InputSummary

LONGEST = 120
"""A longer pasted error is not repeated in a command line."""


def again(diagnosis: Diagnosis, subcommand: str) -> str:
    """Return the command line that runs a subcommand on the same input."""
    stdin = "<PATH>" if subcommand == "ask" else "-"  # which reads the answers there
    options = _options(diagnosis.input, stdin)
    return " ".join(["diagnose", *([subcommand] if subcommand else []), *options])


def _options(given: InputSummary, stdin: str) -> list[str]:
    import shlex  # noqa: PLC0415 (few answers end in such a line)

    options: list[str] = []
    for error in given.errors:
        text = one_line(error)
        options += ["--error", shlex.quote(text) if len(text) <= LONGEST else "<the same text>"]
    for log in given.logs:
        options += ["--log", shlex.quote(one_line(log)) if log != "stdin" else stdin]
    for name, values in (
        ("--symptom", given.symptoms),
        ("--no-symptom", given.no_symptoms),
        ("--unknown-symptom", given.unknown_symptoms),
        ("--fact", tuple(f"{name}={value}" for name, value in given.facts)),
        ("--prefect-version", (given.prefect_version,) if given.prefect_version else ()),
    ):
        for value in values:
            options += [name, shlex.quote(one_line(value))]
    return options
