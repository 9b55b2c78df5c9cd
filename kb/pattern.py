"""Regular expressions that are compiled when they are first used.

A short answer needs few of the expressions for logs, secrets and descriptions; to compile them
all takes longer than to find the answer.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as lazy
else:

    class lazy:  # noqa: N801 (it stands for a function)
        """An expression with the methods of `re.Pattern`."""

        def __init__(self, pattern, flags=0):
            self._compile = lambda: re.compile(pattern, flags)

        def __getattr__(self, name):
            compiled = self._compile()
            for method in ("match", "fullmatch", "search", "sub", "findall", "finditer", "split"):
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)


__all__ = ["lazy"]
