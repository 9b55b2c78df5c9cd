"""Renews what the README shows: a real run, the figures of the proof and those of the benchmarks.

Run it with ``python -m docs.readme``.
"""

from __future__ import annotations

import re
from pathlib import Path

from diagnose.diagnosis import diagnose
from diagnose.given import Given
from diagnose.proof.prove import Report, prove
from diagnose.report import proof, text
from kb.cache import open_index
from kb.load import load

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
RESULTS = ROOT / "benchmarks" / "results.md"
"""What ``python -m benchmarks --output benchmarks/results.md`` wrote last."""

ERROR = "cannot find a heartbeat"
"""The error of the first command."""


def shown_run() -> str:
    """Return the run that the README opens with."""
    result = diagnose(Given(errors=(ERROR,)), open_index())
    return f'```text\n$ diagnose --error "{ERROR}"\n{text.render(result, width=80, color=False)}```'


def shown_figures(report: Report) -> str:
    """Return the figures of the proof as the README shows them."""
    return "\n".join(proof.figures(report))


def shown_benchmarks() -> str:
    """Return the page that the benchmarks wrote."""
    return RESULTS.read_text(encoding="utf-8").strip()


def renewed(readme: str, name: str, content: str) -> str:
    """Return the README with one marked part replaced."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda match: f"{match[1]}{content}\n{match[2]}", readme, count=1)


def part(readme: str, name: str) -> str:
    """Return what stands in one marked part."""
    match = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", readme, re.DOTALL)
    return match[1] if match else ""


def main() -> None:
    """Rewrite the README in place."""
    readme = README.read_text(encoding="utf-8")
    readme = renewed(readme, "run", shown_run())
    readme = renewed(readme, "figures", shown_figures(prove(load(), open_index())))
    readme = renewed(readme, "benchmarks", shown_benchmarks())
    README.write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
