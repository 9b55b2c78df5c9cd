"""How the proof of a knowledge base is shown: as text, as data, or one line for each problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnose.proof.prove import Report


def lines(report: Report) -> str:
    """Return one line for each problem, for a build server."""
    return "".join(f"{problem}\n" for problem in report.problems)


def text(report: Report, *, full: bool) -> str:
    """Return the summary, with tables when ``full``."""
    return "\n".join(_text(report, full=full)) + "\n"


def _text(report: Report, *, full: bool) -> Iterator[str]:
    yield f"{report.cases} cases and {report.quiet} quiet logs against every insight"
    yield ""
    yield from figures(report)
    if full:
        yield ""
        yield from _tables(report)
    if report.problems:
        yield ""
        yield f"{len(report.problems)} problems"
        yield from (f"  {problem}" for problem in report.problems)
    else:
        yield ""
        yield "no problems"


def figures(report: Report) -> Iterator[str]:
    """Yield the figures as a Markdown table, as it stands in the README."""
    yield "| cases | right first | in first three | foreign established | foreign ambiguous | near miss established |"
    yield "|---|---|---|---|---|---|"
    for f in report.figures:
        yield (
            f"| {f.fold} ({f.positives} positive, {f.foreign} foreign, {f.near_misses} near misses)"
            f" | {f.first:.0%} | {f.in_three:.0%} | {f.foreign_established:.1%}"
            f" | {f.foreign_ambiguous:.1%} | {f.near_established:.1%} |"
        )


def _tables(report: Report) -> Iterator[str]:
    yield "insight: positives, first, in the first three"
    for insight, count, first, three in report.by_insight:
        yield f"  {insight:42s} {count:3d} {first:3d} {three:3d}"
    yield ""
    yield "confusions: truth, answered with, cases, told apart by"
    for c in report.confusions:
        yield f"  {c.truth} / {c.taken_for}: {', '.join(c.cases)}: {c.told_apart_by or 'NOTHING'}"
    yield ""
    yield "reliability: posterior of the first cause against how often it was right"
    for b in report.reliability:
        yield f"  {b.low:.2f} to {b.high:.2f}: {b.cases:4d} cases, mean {b.mean:.2f}, right {b.right:.2f}"
    yield ""
    yield f"{len(report.never_firing)} signatures that no case shows: {', '.join(report.never_firing)}"


def data(report: Report) -> dict[str, Any]:
    """Return the proof as plain data."""
    return {
        "schema": 1,
        "command": "kb test",
        "cases": report.cases,
        "quiet": report.quiet,
        "figures": [_rounded(f._asdict()) for f in report.figures],
        "by_insight": [
            {"insight": i, "positives": n, "first": first, "in_three": three}
            for i, n, first, three in report.by_insight
        ],
        "confusions": [c._asdict() for c in report.confusions],
        "reliability": [_rounded(b._asdict()) for b in report.reliability],
        "never_firing": list(report.never_firing),
        "problems": [problem._asdict() for problem in report.problems],
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
