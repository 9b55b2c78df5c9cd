"""Errors of the knowledge base: every problem knows its file and line."""

from __future__ import annotations

from kb.named import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong with a knowledge base, and where."""

    path: str
    line: int  # 1-based; 0 when the whole file is meant
    message: str

    def __str__(self) -> str:
        """Return ``path:line: message``, the form editors understand."""
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message}"


class KbError(Exception):
    """The knowledge base cannot be used; carries every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
