"""The rows of the one table that all benchmarks make, and how each of them says its own.

Every benchmark measures into `Row`s and ends with `said`: by hand it prints them as a table, and
``--json`` gives them to ``python -m benchmarks``, which joins all into one page.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import machine

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = ("what", "median", "ratio", "goal", "peak MiB", "")


class Row(NamedTuple):
    """One figure, or a reference for those below it."""

    what: str
    median: str = ""
    """With its unit."""
    ratio: str = ""
    """To the reference that was measured in turn."""
    goal: str = ""
    peak: str = ""
    """MiB of memory, at most."""
    missed: bool = False


def absent(name: str, why: str) -> Row:
    """Return the row of a reference that could not be measured."""
    return Row(name, f"not available: {why}")


def parser(doc: str | None, **numbers: float) -> argparse.ArgumentParser:
    """Return a parser with what all benchmarks take, and with options for numbers by default."""
    made = argparse.ArgumentParser(description=(doc or "").split("\n", 1)[0])
    for name, value in numbers.items():
        made.add_argument(f"--{name}", type=type(value), default=value)
    made.add_argument("--short", action="store_true", help="only see that it works")
    made.add_argument("--no-network", action="store_true", help="install nothing to compare with")
    made.add_argument("--json", action="store_true", help="print the rows as JSON")
    return made


def said(rows: Iterable[Row], options: argparse.Namespace) -> int:
    """Print the rows and return the exit status: 1 when a goal is missed; in short none counts."""
    found = [row._replace(missed=row.missed and not options.short) for row in rows]
    print(json.dumps(found) if options.json else f"{table(found)}\n\n{machine()}")
    return int(any(row.missed for row in found))


def table(rows: Iterable[Row]) -> str:
    """Return rows as a Markdown table."""
    lines = [HEAD, ("---", *("---:" for _ in HEAD[1:]))]
    lines += [(*map(str, row[:-1]), "missed" if row.missed else "") for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
